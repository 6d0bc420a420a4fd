"""Cross-validation: every sample judged by a model that saw neither it nor its group, the exam never looked at."""

from __future__ import annotations

import numpy as np
import pytest

from tests.runs import tiny_project
from tests.runs.watched import samples_read
from tl_core.data.split import make_split
from tl_core.domain.plan import CrossPlan, TrainPlan
from tl_core.domain.run import Status
from tl_core.jobs.perform import perform
from tl_core.runs import crossval
from tl_core.runs.material import Subset
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run
from tl_core.use_cases import results


def pool(count: int = 60, group: int = 3) -> Subset:
    return Subset([], np.arange(count) // group % 2, np.arange(count) // group)


def test_folds_keep_groups_whole_and_judge_everybody_once_a_repeat() -> None:
    everyone = pool()
    folds = list(crossval.folds_of(everyone, 2, seed=0))
    assert len(folds) == 10
    for repeat in (folds[:5], folds[5:]):
        assert sorted(np.concatenate([fold.judged for fold in repeat])) == list(range(60))
    for fold in folds:
        parts = [set(everyone.groups[numbers]) for numbers in fold[1:]]
        assert not parts[0] & parts[1]
        assert not parts[0] & parts[2]
        assert not parts[1] & parts[2]
        assert sum(len(numbers) for numbers in fold[1:]) == 60
        assert all(len(set(everyone.labels[numbers])) == 2 for numbers in fold[1:])
    assert any(set(a.judged) != set(b.judged) for a, b in zip(folds[:5], folds[5:], strict=True)), "other folds"


def crossed(home: Home, plan: TrainPlan) -> tuple[RunFolder, RunFolder, Status]:
    training = create_run(home, plan)
    assert perform(training).state == "done"
    folder = create_run(home, CrossPlan(project=plan.project, run=training.id))
    return training, folder, perform(folder)


@pytest.mark.parametrize("recipe", ["probe", "finetune"])
def test_the_recipe_is_judged_without_the_exam(home: Home, monkeypatch: pytest.MonkeyPatch, recipe) -> None:
    monkeypatch.setattr(crossval, "REPEATS", 2)
    plan = tiny_project.project(home, "text", count=72, group=2).model_copy(
        update={"recipe": recipe, "frozen_stages": None}
    )
    if recipe == "finetune":
        plan = plan.model_copy(update={"frozen_stages": 2})
    dataset = load_dataset(home, plan.project, plan.dataset)
    exam = set(make_split(dataset, plan.split).ids("test"))
    read = samples_read(monkeypatch)
    training, _, status = crossed(home, plan)
    assert status.state == "done", status
    assert not read & exam
    found = results.crossed(training.id)
    assert found is not None
    assert (found.folds, found.repeats) == (5, 2 if recipe == "probe" else 1)
    assert len(found.spread) == found.folds * found.repeats
    metric = found.metrics["balanced_accuracy"]
    assert metric.samples == 72 - len(exam)
    assert metric.low < metric.value < metric.high or metric.value == 1.0
    assert metric.value > 0.7


def test_too_few_groups_are_said_in_a_sentence(home: Home) -> None:
    plan = tiny_project.project(home, "text", count=30, group=10).model_copy(update={"recipe": "probe"})
    training = create_run(home, plan)
    assert perform(training).state == "done"
    folder = create_run(home, CrossPlan(project=plan.project, run=training.id))
    status = perform(folder)
    assert (status.state, status.reason) == ("failed", "crossed.too_few_groups")
