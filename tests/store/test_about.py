"""What a person stated of a project: kept whole, with its history."""

from __future__ import annotations

import threading

import pytest

from tl_core.domain.about import LONGEST
from tl_core.domain.fault import InputFault
from tl_core.store import about
from tl_core.store.about import read_about, read_versions, state
from tl_core.store.home import Home
from tl_core.store.projects import create_project


def test_every_version_is_kept_with_its_time(home: Home) -> None:
    project = create_project(home, "a", "photos").id
    state(home, project, "origin", " Ward 3, 2024 ")
    state(home, project, "origin", "Ward 3, 2024")  # nothing new
    state(home, project, "origin", "Ward 4")
    told = read_versions(home, project)
    assert [one.about.origin for one in told] == ["Ward 3, 2024", "Ward 4"]
    assert 0 < told[0].changed <= told[1].changed
    assert read_about(home, project).contact == ""


def test_two_who_write_at_once_lose_nothing(home: Home) -> None:
    project = create_project(home, "a", "photos").id
    fields = ("origin", "labelling", "consent", "gaps", "purpose", "users", "out_of_scope", "contact")
    writers = [threading.Thread(target=state, args=(home, project, field, field)) for field in fields]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    found = read_about(home, project)
    assert [found.said(field) for field in fields] == list(fields)


def test_it_does_not_grow_without_end(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "MOST", 3)
    project = create_project(home, "a", "photos").id
    for number in range(5):
        state(home, project, "gaps", f"{number} " + "x" * LONGEST)
    told = read_versions(home, project)
    assert len(told) == 3
    assert len(told[-1].about.gaps) == LONGEST
    with pytest.raises(InputFault):
        state(home, "nobody", "gaps", "x")
