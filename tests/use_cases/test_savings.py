"""A training beside its network from scratch: which one, what each cost, and what is not known."""

from __future__ import annotations

import pytest

from tests.app import made
from tl_core.domain.event import Spent, Started
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import LadderPlan, LearningCurvePlan
from tl_core.domain.project import Project
from tl_core.domain.report import Energy
from tl_core.domain.split import SplitRule
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases.savings import WATTS, saving

PHASES = {"prepare": 9.0, "features": 4.0, "probe": 1.0, "train": 35.0, "bundle": 7.0, "total": 56.0}


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    return made.project(home)


def trained(home: Home, project: Project, recipe: str = "finetune", device: str = "CPU, 2 cores", **took) -> RunFolder:
    """``look=(seconds, joules), training=(seconds, joules)``, as a run tells them."""
    folder = made.done(home, project, recipe, **took.pop("changes", {}))
    folder.append(Started(device=device))
    for part, (seconds, joules) in took.items():
        energy = None if joules is None else Energy(joules=joules, measured=True)
        folder.append(Spent(part=part, seconds=seconds, energy=energy))
    return folder


def test_both_are_summed_up_from_what_the_runs_have_told(home: Home, project: Project) -> None:
    ours = trained(home, project, look=(5.0, 100.0), training=(35.0, 900.0))
    trained(home, project, "scratch", training=(160.0, 5000.0))
    found = saving(ours.id)
    assert found is not None
    assert found.ours is not None
    assert found.ours.seconds == 40
    assert found.ours.energy == Energy(joules=1000, measured=True)
    assert found.scratch.cost.seconds == 160
    assert found.scratch.hit_rate.value == 0.57


def test_a_look_from_the_cache_counts_as_the_one_that_filled_it(home: Home, project: Project) -> None:
    trained(home, project, look=(20.0, 400.0), training=(50.0, 900.0))
    ours = trained(home, project, look=(0.1, 1.0), training=(35.0, 900.0))
    trained(home, project, "scratch", training=(160.0, 5000.0))
    found = saving(ours.id)
    assert found is not None
    assert found.ours is not None
    assert found.ours.seconds == 55
    assert found.ours.energy == Energy(joules=1300, measured=True)


def test_what_was_interrupted_has_no_energy(home: Home, project: Project) -> None:
    ours = trained(home, project, look=(5.0, 100.0), training=(35.0, None))
    trained(home, project, "scratch", training=(160.0, 5000.0))
    found = saving(ours.id)
    assert found is not None
    assert found.ours is not None
    assert (found.ours.seconds, found.ours.energy) == (40, None)


def test_a_ladder_has_been_there_too(home: Home, project: Project) -> None:
    ours = trained(home, project, look=(5.0, 100.0), training=(35.0, 900.0))
    ladder = made.run(home, LadderPlan(base=made.plan(project)))
    made.tell(ladder, made.climbed(9))
    found = saving(ours.id)
    assert found is not None
    assert found.scratch.hit_rate.value == 0.55
    assert found.scratch.cost.seconds == pytest.approx(9 * 7 * 2.5 + 0.3)
    assert found.scratch.cost.energy is None
    assert found.ours is not None
    assert found.ours.seconds == pytest.approx(35 + 12.4), "the ladder's first look was the dearest"


def test_folders_from_before_tell_their_phases(home: Home, project: Project) -> None:
    ours = made.done(home, project)
    made.end(ours, "done", seconds=PHASES)
    scratch = made.done(home, project, "scratch")
    made.end(scratch, "done", seconds={**PHASES, "features": 0.0, "probe": 0.0, "train": 160.0})
    found = saving(ours.id)
    assert found is not None
    assert found.ours is not None
    assert (found.ours.seconds, found.ours.energy) == (40, None)
    assert found.scratch.cost.seconds == 160


def test_only_what_is_alike_is_compared(home: Home, project: Project) -> None:
    ours = trained(home, project, look=(5.0, 100.0), training=(35.0, 900.0))
    assert saving(ours.id) is None
    trained(home, project, "scratch", changes={"split": SplitRule(seed=7)}, training=(160.0, 1.0))
    trained(home, project, "scratch", changes={"backbone": made.BACKBONES["image"]}, training=(160.0, 1.0))
    assert saving(ours.id) is None
    elsewhere = trained(home, project, "scratch", "NVIDIA H100", training=(16.0, 5000.0))
    found = saving(ours.id)
    assert found is not None
    assert found.ours is None
    assert saving(elsewhere.id) is None, "it is the thing itself"
    with pytest.raises(InputFault):
        saving(made.run(home, LearningCurvePlan(base=made.plan(project))).id)


def test_the_powers_assumed_can_be_told_without_torch() -> None:
    assert WATTS == {"core": 12, "nvidia": 200, "apple": 20}
