"""Scans with suspected writing: looked at by a person before anything of their upload is stored."""

from __future__ import annotations

from pathlib import Path

from tl_core.domain.excited import Box
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.domain.suspect import Suspect, Suspects
from tl_core.runs.intake import SUSPECTS, review_folder
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs, uploads


def waiting(run_id: str) -> list[Suspect]:
    """What an intake found and nobody has decided yet; empty where its upload is gone. Raises InputFault: no job."""
    file = RunFolder.find(Home.default(), run_id).path / SUSPECTS
    if not file.is_file() or not _review(run_id).is_dir():
        return []
    return Suspects.model_validate_json(file.read_bytes()).suspects


def picture(run_id: str, suspect: Suspect) -> bytes:
    """One of them as a PNG. Raises InputFault when the upload is gone."""
    try:
        return (_review(run_id) / Path(suspect.preview).name).read_bytes()
    except FileNotFoundError:
        raise InputFault("data.upload_gone") from None


def decide(run_id: str, masks: dict[str, list[Box] | None]) -> str:
    """Read the upload again with what a person said of each; returns the new job's id. Raises InputFault."""
    plan = _plan(run_id)
    found = waiting(run_id)
    if not found:
        raise InputFault("data.upload_gone")
    if missing := {one.code for one in found} - masks.keys():
        raise InputFault("data.writing_undecided", count=len(missing))
    again = runs.start(plan.model_copy(update={"masks": {**plan.masks, **masks}}))
    if plan.inside:  # what was read stays, the previews do not
        discard(run_id)
    return again


def discard(run_id: str) -> None:
    """Forget the upload: nothing of it was stored. A folder of the server stays as it is."""
    uploads.discard(_review(run_id).parent.name)


def _plan(run_id: str) -> IntakePlan:
    plan = runs.plan(run_id)
    if not isinstance(plan, IntakePlan):
        raise InputFault("data.upload_gone")
    return plan


def _review(run_id: str) -> Path:
    """Where the previews lie."""
    return review_folder(Home.default(), run_id, _plan(run_id))
