"""A forecasting is killed in earnest while it tunes; its figures are those of an undisturbed one. And no room."""

from __future__ import annotations

import pytest

from tests.faults.killable import ended, found_no_room, killed_when, narrow, undisturbed
from tests.runs import tiny_project
from tl_core.domain.event import Resumed
from tl_core.store import forecasts as kept
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

pytestmark = pytest.mark.fault


def figures(folder: RunFolder) -> list:
    report = kept.read_report(folder, "validation")
    assert report is not None
    return [one.model_dump(exclude={"seconds"}) for one in report.judgements]


def test_killed_while_it_tunes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = tiny_project.forecasting(home).model_copy(update={"steps": 200, "frozen_stages": 1})
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert undisturbed(quiet, monkeypatch).state == "done"
    epochs = len(quiet.view().epochs)
    assert epochs > 4
    for number in (1, 3):
        killed_when(killed, lambda: len(killed.view().epochs) > number)  # noqa: B023 - used at once
    status = ended(killed)
    assert (status.state, status.model) == ("done", True)
    assert killed.view().attempts == 3
    assert any(isinstance(event, Resumed) for event in killed.events())
    assert [one.metrics for one in killed.view().epochs] == [one.metrics for one in quiet.view().epochs]
    assert figures(killed) == figures(quiet)
    assert (killed.path / kept.AHEAD).read_bytes() == (quiet.path / kept.AHEAD).read_bytes()


def test_no_room_is_a_sentence(home: Home) -> None:
    plan = tiny_project.forecasting(home, series=60).model_copy(update={"recipe": "untuned"})
    folder = runs.create_run(home, plan)
    assert found_no_room(ended(folder, preexec_fn=narrow(200_000)))
    assert kept.read_said(folder, "validation") is None
