"""Older versions of a project's data: what using one again would change, using it, and taking that back."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from tl_core.domain.base import Noun
from tl_core.domain.dataset import Dataset
from tl_core.domain.difference import DataDifference
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import write_bytes
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import changing_data, read_project, set_dataset
from tl_core.use_cases import checks, differences


class Restored(Noun):
    """A version that was used again."""

    version: str
    before: str  # the version in use until then


_LIST = TypeAdapter(list[Restored])


def preview(project_id: str, version: str) -> DataDifference:
    """What using ``version`` again would change of the data in use. Raises InputFault: it is not there."""
    return differences.of_data(project_id, _in_use(project_id), version)


def restore(project_id: str, version: str) -> Dataset:
    """Use ``version`` again. Versions are never changed, so what was in use until now stays, and can be again.

    Raises InputFault: it is not there, or in use already.
    """
    home = Home.default()
    with changing_data(home, project_id):
        before = _in_use(project_id)
        if before == version:
            raise InputFault("runs_page.in_use_already")
        found = load_dataset(home, project_id, version)
        _write(home, project_id, [*_known(home, project_id), Restored(version=version, before=before)])
        set_dataset(home, project_id, version)
    checks.look_again(project_id)
    return found


def last_restored(project_id: str) -> Restored | None:
    """The version that was used again and is in use still; None: what is in use came otherwise."""
    known = _known(Home.default(), project_id)
    return known[-1] if known and known[-1].version == read_project(Home.default(), project_id).dataset else None


def take_back(project_id: str) -> Dataset:
    """Use again what was in use before ``restore``. Raises InputFault where there is nothing to take back."""
    home = Home.default()
    with changing_data(home, project_id):
        last = last_restored(project_id)
        if last is None:
            raise InputFault("findings.nothing_to_undo")
        found = load_dataset(home, project_id, last.before)
        set_dataset(home, project_id, last.before)
        _write(home, project_id, _known(home, project_id)[:-1])
    checks.look_again(project_id)
    return found


def _in_use(project_id: str) -> str:
    version = read_project(Home.default(), project_id).dataset
    if version is None:
        raise InputFault("data.no_data")
    return version


def _file(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "restored.json"


def _known(home: Home, project_id: str) -> list[Restored]:
    try:
        return _LIST.validate_json(_file(home, project_id).read_bytes())
    except FileNotFoundError:
        return []


def _write(home: Home, project_id: str, known: list[Restored]) -> None:
    write_bytes(_file(home, project_id), _LIST.dump_json(known))
