"""A ladder is killed in earnest, between rungs and within one; its figures are those of an undisturbed one."""

from __future__ import annotations

import pytest

from tests.faults.killable import ended, killed_when, undisturbed
from tests.runs import tiny_project
from tl_core.domain.plan import LadderPlan
from tl_core.store import runs
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

pytestmark = pytest.mark.fault


def figures(folder: RunFolder) -> list[tuple]:
    return [(r.recipe, r.frozen_stages, r.epochs, r.metrics) for r in folder.view().rungs]


def reached(folder: RunFolder, rungs: int, epochs: int) -> bool:
    seen = folder.view()
    return (len(seen.rungs), len(seen.epochs)) >= (rungs, epochs)


def test_killed_between_rungs_and_within_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_project.project(home, "image").model_copy(update={"augmentations": ["mirror"], "epochs": 12})
    plan = LadderPlan(base=base.model_copy(update={"patience": 12}), scratch=False)
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert undisturbed(quiet, monkeypatch).state == "done"
    for cached in (home.project(base.project) / "cache").iterdir():
        cached.rename(home.trash / cached.name)

    for rungs, epochs in ((0, 0), (1, 4), (3, 2)):
        killed_when(killed, lambda: killed.view().started and reached(killed, rungs, epochs))  # noqa: B023 - used at once
    assert ended(killed).state == "done"
    assert killed.view().attempts == 4
    assert figures(killed) == figures(quiet)


def test_of_forecasts_killed_between_rungs_and_within_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_project.forecasting(home).model_copy(update={"frozen_stages": None, "steps": 100})
    plan = LadderPlan(base=base, scratch=False)
    quiet, killed = (runs.create_run(home, plan) for _ in range(2))
    assert undisturbed(quiet, monkeypatch).state == "done"
    for rungs, looks in ((1, 2), (3, 1)):
        killed_when(killed, lambda: reached(killed, rungs, looks))  # noqa: B023 - used at once
    assert ended(killed).state == "done"
    assert killed.view().attempts == 3
    assert figures(killed) == figures(quiet)
