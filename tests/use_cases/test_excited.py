"""What excites a starting model: looked for once, kept, and anew when data or weights changed."""

from __future__ import annotations

import pytest

from tests.app import made
from tl_core import backbones
from tl_core.backbones.catalogue import weights_folder
from tl_core.domain.dataset import ClassTarget
from tl_core.domain.plan import CalibratePlan, ExcitePlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.split import SplitRule
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.use_cases import data, excited, plans, projects, runs
from tl_core.use_cases import home as news


@pytest.fixture
def project(home: Home) -> Project:
    made.fetched(home)
    made.worker(home)
    return made.project(home, "photos", samples=20)


@pytest.fixture
def plan(project: Project) -> TrainPlan:
    return plans.default_plan(project.id)


def test_it_is_looked_for_once_and_then_kept(home: Home, plan: TrainPlan) -> None:
    assert excited.excited(plan) is None
    job = excited.excite(plan)
    assert job is not None
    assert isinstance(runs.plan(job), ExcitePlan)
    assert excited.excite(plan) == job
    found = made.excited(home, plan)
    assert excited.excited(plan) == found
    assert excited.excite(plan) is None
    other = plan.model_copy(update={"device": "cpu", "epochs": 3, "frozen_stages": 2})
    assert excited.excited(other) == found, "how it is trained changes nothing"


def test_other_data_weights_or_learners_are_looked_at_anew(home: Home, project: Project, plan: TrainPlan) -> None:
    made.excited(home, plan)
    moved = data.dataset(project.id)
    assert moved is not None
    changed = data.move_samples(project.id, [moved.samples[0].id], "positive")
    assert moved.samples[0].target == ClassTarget(label="negative")
    for changes in (
        {"dataset": changed.id},
        {"split": SplitRule(seed=4)},  # others may be in the exam now
        {"options": {"fit": "whole"}},
    ):
        other = plan.model_copy(update=changes)
        assert excited.excited(other) is None
        assert excited.excite(other) is not None
    assert excited.excited(plan) is not None
    card = backbones.card(home, plan.backbone).model_copy(update={"sha256": "1" * 64})
    write_json(weights_folder(home, plan.backbone) / "card.json", card)
    assert excited.excited(plan) is None


def test_texts_are_never_looked_at(home: Home) -> None:
    made.fetched(home)
    made.worker(home)
    plan = plans.default_plan(made.project(home).id)
    assert excited.excite(plan) is None
    assert not runs.running()


def test_it_stands_aside_and_does_not_insist(home: Home, plan: TrainPlan) -> None:
    made.worker(home, alive=False)
    assert excited.excite(plan) is None
    made.worker(home)
    measuring = runs.start(
        CalibratePlan(project=plan.project, dataset=plan.dataset, modality="image", backbone=plan.backbone)
    )
    assert excited.excite(plan) is None
    runs.stop(measuring)
    job = excited.excite(plan)
    assert job is not None
    runs.stop(job)
    assert excited.excite(plan) is None, "it ended without a result: not again and again"
    assert [one.kind for one in news.ended_while_away()] == [], "and it is no news"
    other = plan.model_copy(update={"split": SplitRule(seed=4)})
    runs.start(plan)
    assert excited.excite(other) is None


def test_it_goes_with_the_project(home: Home, project: Project, plan: TrainPlan) -> None:
    made.excited(home, plan)
    assert list(home.path.rglob("excited/*.json"))
    projects.delete(project.id)
    assert not list(home.path.rglob("excited/*.json"))
