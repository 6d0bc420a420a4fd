"""Starting models compared before training: never on the exam's samples, the best first, kept until data change."""

from __future__ import annotations

import pytest

from tests.runs import tiny_project
from tests.runs.watched import samples_read
from tl_core.data.split import make_split
from tl_core.domain.fit import Fits
from tl_core.domain.plan import FitPlan
from tl_core.jobs.perform import perform
from tl_core.runs import fit
from tl_core.store.datasets import load_dataset
from tl_core.store.fits import read_fits
from tl_core.store.home import Home
from tl_core.store.runs import create_run


def plan(home: Home, modality: str, **choices: int) -> FitPlan:
    made = tiny_project.project(home, modality, **choices)
    return FitPlan(
        project=made.project, dataset=made.dataset, modality=modality, backbones=[made.backbone], device="cpu",
        options=made.options,
    )  # fmt: skip


def compared(home: Home, asked: FitPlan) -> Fits:
    status = perform(create_run(home, asked))
    assert status.state == "done", status
    found = read_fits(home, asked)
    assert found is not None
    return found


@pytest.mark.parametrize(("modality", "tells"), [("text", True), ("image", True), ("series", False)])
def test_each_gets_a_cross_validated_look_at_what_is_not_the_exams(
    home: Home, monkeypatch: pytest.MonkeyPatch, modality: str, tells: bool
) -> None:
    asked = plan(home, modality, count=60)
    dataset = load_dataset(home, asked.project, asked.dataset)
    exam = set(make_split(dataset, asked.split).ids("test"))
    read = samples_read(monkeypatch)
    found = compared(home, asked)
    [one] = found.fits
    assert not read & exam
    assert found.samples == 60 - len(exam)
    assert one.probe.value > 0.7, "the classes can be told apart"
    assert one.probe.low < one.probe.value
    assert (one.strangeness is not None) == tells, "what there is of series neither has words nor batch norms"
    assert one.strangeness is None or one.strangeness.value >= 0
    assert compared(home, asked).fits[0].probe == one.probe, "the same samples give the same figures"


def test_large_data_are_looked_at_in_part_with_groups_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "MOST", 30)
    asked = plan(home, "text", count=80, group=4)
    dataset = load_dataset(home, asked.project, asked.dataset)
    chosen = fit.picked(dataset, asked)
    assert 24 <= len(chosen.samples) <= 30
    groups = {sample.group for sample in chosen.samples}
    allowed = {s.id for s in dataset.samples if make_split(dataset, asked.split).subset[s.id] != "test"}
    assert {s.id for s in dataset.samples if s.group in groups} == set(chosen.ids)
    assert set(chosen.ids) <= allowed


def test_a_class_of_one_group_is_refused_in_a_sentence(home: Home) -> None:
    asked = plan(home, "text", count=8, group=8)
    status = perform(create_run(home, asked))
    assert (status.state, status.reason) == ("failed", "fit.too_few")
