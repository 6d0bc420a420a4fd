"""A forecasting is killed in earnest while it tunes; its figures are those of an undisturbed one. And no room."""

from __future__ import annotations

import signal

import pytest

from tests.faults.killable import child
from tests.runs import tiny_project
from tl_core.domain.event import Resumed
from tl_core.store import forecasts as kept
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs as jobs

pytestmark = pytest.mark.fault


def figures(folder: RunFolder) -> list:
    report = kept.read_report(folder, "validation")
    assert report is not None
    return [one.model_dump(exclude={"seconds"}) for one in report.judgements]


def test_killed_while_it_tunes(home: Home, until) -> None:
    plan = tiny_project.forecasting(home).model_copy(update={"steps": 200, "frozen_stages": 1})
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert child(quiet).wait(300) == 0
    epochs = len(quiet.view().epochs)
    assert epochs > 4
    for number in (1, 3):
        process = child(killed)
        until(lambda: killed.locked() and len(killed.view().epochs) > number, 120)  # noqa: B023 - used at once
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert killed.status() is None
    assert child(killed).wait(300) == 0
    status = killed.status()
    assert status is not None
    assert (status.state, status.model) == ("done", True)
    assert killed.view().attempts == 3
    assert any(isinstance(event, Resumed) for event in killed.events())
    assert [one.metrics for one in killed.view().epochs] == [one.metrics for one in quiet.view().epochs]
    assert figures(killed) == figures(quiet)
    assert (killed.path / kept.AHEAD).read_bytes() == (quiet.path / kept.AHEAD).read_bytes()


def test_no_room_is_a_sentence(home: Home) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no limits on files")
    plan = tiny_project.forecasting(home, series=60).model_copy(update={"recipe": "untuned"})
    folder = runs.create_run(home, plan)

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    assert child(folder, preexec_fn=narrow).wait(300) == 0
    status = folder.status()
    assert status is not None
    assert (status.state, status.fault, status.reason) == ("failed", "input", "store.disk_full")
    assert "Free some space" in str(jobs.reason(status))
    assert kept.read_said(folder, "validation") is None
