"""What a plan will take: sums of what was measured, marked where memory is short."""

from __future__ import annotations

import pytest

from tests.app import made
from tl_core import processes
from tl_core.domain.plan import CalibratePlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import estimates, plans, runs

PLACES = made.PLACES


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    return made.project(home)


@pytest.fixture
def plan(project: Project) -> TrainPlan:
    return plans.default_plan(project.id)


def test_nothing_is_told_before_it_was_measured(plan: TrainPlan) -> None:
    assert estimates.estimates(plan) is None


def test_more_training_takes_more(home: Home, plan: TrainPlan) -> None:
    made.calibration(home, plan)
    told = estimates.estimates(plan)
    assert told is not None
    assert len(told) == PLACES
    assert [one.seconds for one in told] == sorted((one.seconds for one in told), reverse=True)
    assert [one.memory for one in told] == sorted((one.memory for one in told), reverse=True)
    twice = estimates.estimates(plan.model_copy(update={"epochs": 10}))
    once = estimates.estimates(plan.model_copy(update={"epochs": 5}))
    assert twice is not None
    assert once is not None
    epochs = [a.seconds - b.seconds for a, b in zip(twice, once, strict=True)]
    assert epochs[1] == pytest.approx(1.12 * 5 * (36 * 0.07 + 12 * 0.012))  # 60 samples: 36 learn, 12 judge
    assert epochs[-1] == 0.0  # a probe has no epochs


def test_what_will_not_fit_is_marked(home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    made.calibration(home, plan, each=[1e9 * (PLACES - 1 - k) for k in range(PLACES)])
    monkeypatch.setattr(processes, "free_memory", lambda: 50 * 10**9)
    told = estimates.estimates(plan)
    assert told is not None
    fits = [one.fits for one in told]
    assert not fits[0]
    assert fits[-1]
    assert fits == sorted(fits)
    smaller = estimates.estimates(plan.model_copy(update={"batch_size": 2}))
    assert smaller is not None
    assert sum(one.fits for one in smaller) > sum(fits)


def test_a_gpu_counts_its_own_memory(home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    made.calibration(home, plan, capacity=10**9)
    monkeypatch.setattr(processes, "free_memory", lambda: 10**12)
    told = estimates.estimates(plan)
    assert told is not None
    assert not any(one.fits for one in told)


def test_it_is_measured_once_and_never_beside_a_training(home: Home, plan: TrainPlan) -> None:
    assert estimates.calibrate(plan) is None  # nobody would do it
    made.worker(home)
    job = estimates.calibrate(plan)
    assert job is not None
    assert isinstance(runs.plan(job), CalibratePlan)
    assert estimates.calibrate(plan) == job
    runs.stop(job)
    assert estimates.calibrate(plan) is None  # it ended without a result: not again and again
    other = plan.model_copy(update={"device": "cpu"})
    runs.start(plan)
    assert estimates.calibrate(other) is None
    made.calibration(home, other)
    assert estimates.calibrate(other) is None
