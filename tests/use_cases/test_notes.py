"""What people say of runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.app import made
from tl_core.domain.difference import Note
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home
from tl_core.store.notes import NOTES
from tl_core.store.rebuild import rebuild
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import notes


@pytest.fixture
def folder(home: Home) -> RunFolder:
    return made.run(home, made.plan(made.project(home, samples=4)))


def test_star_and_note_are_kept_apart_and_outlive_the_index(home: Home, folder: RunFolder) -> None:
    assert notes.of_runs([folder.id]) == {folder.id: Note()}
    notes.change(folder.id, text="  the\n good   one ")
    notes.change(folder.id, star=True)
    rebuild(home)
    assert notes.of_runs([folder.id]) == {folder.id: Note(text="the good one", star=True)}
    notes.change(folder.id, text="")
    assert notes.of_runs([folder.id]) == {folder.id: Note(star=True)}


def test_two_people_at_once_lose_nothing(folder: RunFolder) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = [pool.submit(notes.change, folder.id, star=True), pool.submit(notes.change, folder.id, text="both")]
        for one in told:
            one.result()
    assert notes.of_runs([folder.id])[folder.id] == Note(text="both", star=True)


def test_a_note_is_short_and_of_a_run(folder: RunFolder) -> None:
    with pytest.raises(InputFault, match="at most 500"):
        notes.change(folder.id, text="x" * 501)
    with pytest.raises(InputFault):
        notes.change("nowhere", star=True)
    assert not (folder.path / NOTES).exists()
