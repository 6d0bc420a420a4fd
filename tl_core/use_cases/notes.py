"""Notes and favourites: what people say of runs."""

from __future__ import annotations

from collections.abc import Iterable

from tl_core.domain.difference import Note
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.store.notes import change_note, read_note
from tl_core.store.run_folder import RunFolder

LONGEST = 500  # characters


def of_runs(run_ids: Iterable[str]) -> dict[str, Note]:
    """By run; empty ones where nobody said anything."""
    folder = Home.default().runs
    return {one: read_note(RunFolder(folder / one)) for one in run_ids}


def change(run_id: str, *, text: str | None = None, star: bool | None = None) -> Note:
    """Say something of a run, or mark it; what is not given stays. Raises InputFault: no such run, too long."""
    folder = RunFolder.find(Home.default(), run_id)
    said = None if text is None else " ".join(text.split())
    if said is not None and len(said) > LONGEST:
        raise InputFault("runs_page.note_too_long", most=LONGEST)
    return change_note(folder, text=said, star=star)
