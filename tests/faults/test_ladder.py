"""A ladder is killed in earnest, between rungs and within one; its figures are those of an undisturbed one."""

from __future__ import annotations

import signal

import pytest

from tests.faults.killable import child
from tests.runs import tiny_project
from tl_core.domain.plan import LadderPlan
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

pytestmark = pytest.mark.fault


def figures(folder: RunFolder) -> list[tuple]:
    return [(r.recipe, r.frozen_stages, r.epochs, r.metrics) for r in folder.view().rungs]


def test_killed_between_rungs_and_within_one(home: Home, until) -> None:
    base = tiny_project.project(home, "image").model_copy(update={"augmentations": ["mirror"], "epochs": 12})
    plan = LadderPlan(base=base.model_copy(update={"patience": 12}), scratch=False)
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert child(quiet).wait(300) == 0
    for cached in (home.project(base.project) / "cache").iterdir():
        cached.rename(home.trash / cached.name)

    def reached(rungs: int, epochs: int) -> bool:
        seen = killed.view()
        return (len(seen.rungs), len(seen.epochs)) >= (rungs, epochs)

    for rungs, epochs in ((0, 0), (1, 4), (3, 2)):
        process = child(killed)
        until(lambda: killed.locked() and killed.view().started and reached(rungs, epochs), 120)  # noqa: B023 - used at once
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert killed.status() is None
    assert child(killed).wait(300) == 0
    status = killed.status()
    assert status is not None
    assert status.state == "done"
    assert killed.view().attempts == 4
    assert figures(killed) == figures(quiet)


def test_of_forecasts_killed_between_rungs_and_within_one(home: Home, until) -> None:
    base = tiny_project.forecasting(home).model_copy(update={"frozen_stages": None, "steps": 100})
    plan = LadderPlan(base=base, scratch=False)
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert child(quiet).wait(300) == 0
    for rungs, looks in ((1, 2), (3, 1)):
        process = child(killed)
        until(
            lambda: killed.locked() and (len(killed.view().rungs), len(killed.view().epochs)) >= (rungs, looks),  # noqa: B023
            120,
        )
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert killed.status() is None
    assert child(killed).wait(300) == 0
    status = killed.status()
    assert status is not None
    assert status.state == "done"
    assert killed.view().attempts == 3
    assert figures(killed) == figures(quiet)
