"""Learning from labels while they come in."""

from __future__ import annotations

import numpy as np
import pytest

from tests.runs import tiny_project
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.labelling import Labelling
from tl_core.domain.plan import SuggestPlan
from tl_core.jobs.kinds import queue_of
from tl_core.jobs.perform import perform
from tl_core.runs import suggest
from tl_core.runs.material import Subset, check_enough
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.labels import append, read_suggestions
from tl_core.store.projects import set_dataset
from tl_core.store.runs import create_run


@pytest.fixture(autouse=True)
def nobody_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "PATIENCE", 0.05)
    monkeypatch.setattr(suggest, "LOOK", 0.01)


def bare(home: Home, modality: str, count: int = 40) -> tuple[SuggestPlan, dict[str, str]]:
    """A project whose samples lost their classes, and what these are."""
    made = tiny_project.project(home, modality, count=count)
    old = load_dataset(home, made.project, made.dataset)
    truth = {sample.id: sample.label or "" for sample in old.samples}
    samples = [sample.model_copy(update={"target": None}) for sample in old.samples]
    stored = save_dataset(home, made.project, old.model_copy(update={"samples": samples, "classes": []}))
    set_dataset(home, made.project, stored.id)
    plan = SuggestPlan(
        project=made.project, dataset=stored.id, modality=modality, backbone=made.backbone, device="cpu",
        options=made.options,
    )  # fmt: skip
    return plan, truth


def label(home: Home, plan: SuggestPlan, some: dict[str, str]) -> None:
    lines = [
        Labelling(id=f"label-{sample}", sample=sample, label=said, by="Anna", time=1.0) for sample, said in some.items()
    ]
    append(home, plan.project, lines)


def test_who_labels_for_long_keeps_no_other_job_waiting() -> None:
    assert queue_of("suggest") not in {queue_of("predict"), queue_of("intake"), queue_of("train")}


@pytest.mark.parametrize(("modality", "often"), [("text", 0.7), ("audio", 0.5)])
def test_what_was_labelled_says_what_the_rest_is(home: Home, modality: str, often: float) -> None:
    plan, truth = bare(home, modality)
    label(home, plan, dict(list(truth.items())[:20]))
    assert perform(create_run(home, plan)).state == "done"
    found = read_suggestions(home, plan.project)
    assert found is not None
    assert (found.dataset, found.learned, found.classes) == (plan.dataset, 20, ["bad", "good"])
    rest = [k for k, sample in enumerate(found.samples) if sample in list(truth)[20:]]
    right = [found.classes[found.best[k]] == truth[found.samples[k]] for k in rest]
    assert sum(right) / len(right) > often, "the classes can be told apart"
    assert all(0 <= found.margin[k] <= found.chance[k] <= 1 for k in rest)


def test_it_waits_for_enough_and_learns_again_after_more(home: Home) -> None:
    plan, truth = bare(home, "text")
    label(home, plan, dict(list(truth.items())[:4]))
    assert perform(create_run(home, plan)).state == "done"
    assert read_suggestions(home, plan.project) is None
    for count in (12, 24):
        label(home, plan, dict(list(truth.items())[:count]))
        assert perform(create_run(home, plan)).state == "done"
    found = read_suggestions(home, plan.project)
    assert found is not None
    assert found.learned == 24


def test_a_training_without_classes_says_so() -> None:
    empty = Subset([], np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    waiting = Dataset(id="d", modality="text", classes=[], samples=[Sample(id="a", source="a", text="a")], received=1)
    with pytest.raises(InputFault) as caught:
        check_enough(empty, empty, waiting)
    assert caught.value.key == "labelling.few"
