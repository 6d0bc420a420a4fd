"""The decide part of a training: on validation alone, kept in run and bundle, made anew for a mix."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.runs import tiny_project, tuned
from tl_core.bundle.decision import DECISION, DISTANCE
from tl_core.bundle.folder import read_manifest
from tl_core.bundle.load import load_bundle
from tl_core.domain.decision import Decision, MissRule, Wishes
from tl_core.domain.plan import ExamPlan, MixPlan, TrainPlan
from tl_core.jobs.perform import perform
from tl_core.runs import candidates, train
from tl_core.runs import mix as mix_job
from tl_core.runs.baselines import Raws
from tl_core.store import runs as index
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.decisions import read_calibrated, read_decision, read_distances
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import decisions


def trained(home: Home, patch: pytest.MonkeyPatch, modality: str, **changes: object) -> RunFolder:
    tuned.uncertified(patch, train)
    folder = tuned.folder(home, tuned.plan(home, modality, count=150, **changes))
    status = perform(folder)
    assert status.state == "done", (folder.path / "log.txt").read_text()
    return folder


def seen(home: Home, folder: RunFolder, ids: list[str]):
    asked = folder.plan()
    assert isinstance(asked, TrainPlan)
    by_id = {one.id: one for one in load_dataset(home, asked.project, asked.dataset).samples}
    return load_bundle(folder.bundle).look(Raws(home, asked.project, asked.modality, [by_id[one] for one in ids]))


@pytest.mark.parametrize(
    ("modality", "changes"),
    [
        ("text", {}),
        ("image", {}),
        ("text", {"recipe": "probe"}),
        ("image", {"recipe": "scratch", "frozen_stages": 0}),
        ("text", {"lora_rank": 2}),
    ],
)
def test_a_training_ends_in_a_decision_and_its_bundle_measures_as_it_did(
    home: Home, monkeypatch: pytest.MonkeyPatch, modality: str, changes: dict
) -> None:
    read_subset = candidates.subset_of

    def unsealed(dataset, split, name):
        assert name != "test", "the sealed exam was read"
        return read_subset(dataset, split, name)

    monkeypatch.setattr(candidates, "subset_of", unsealed)
    folder = trained(home, monkeypatch, modality, **changes)
    decision, distances = read_decision(folder), read_distances(folder, "validation")
    assert decision is not None
    assert distances is not None
    assert decision.far is not None
    assert (folder.bundle / DECISION).read_bytes() == (folder.evaluation / DECISION).read_bytes()
    assert {DECISION, DISTANCE} <= set(read_manifest(folder.bundle).files)
    found = seen(home, folder, distances.samples)
    assert found.distances == pytest.approx(distances.values, rel=5e-3, abs=1e-3)
    kept = json.loads((folder.evaluation / "validation-predictions.json").read_text())
    assert np.abs(found.probabilities - kept["probabilities"]).max() < 1e-4
    assert "How it decides" in (folder.bundle / "card.md").read_text("utf-8")
    told = read_calibrated(folder, "validation")
    assert told is not None
    assert told == decisions.calibrated(folder.id, "validation")


def test_a_mix_gets_a_decision_of_its_own_by_the_same_wishes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = trained(home, monkeypatch, "text")
    asked = folder.plan()
    wishes = Wishes(rule=MissRule(most=0.2), positive="good", prevalence=0.1, error=0.2, far=0.05)
    decisions.choose(folder.id, wishes)
    exam = index.create_run(home, ExamPlan(project=str(asked.project), run=folder.id))
    assert perform(exam).state == "done"
    assert read_distances(folder, "test") is not None
    before = (folder.evaluation / "validation-distances.json").read_bytes()
    tuned.uncertified(monkeypatch, mix_job)
    mix = index.create_run(home, MixPlan(project=str(asked.project), run=folder.id, share=0.5))
    assert perform(mix).state == "done", (mix.path / "log.txt").read_text()
    after = Decision.model_validate_json((folder.bundle / DECISION).read_bytes())
    assert after.wishes == wishes
    assert after == read_decision(folder)
    distances = read_distances(folder, "validation")
    assert distances is not None
    assert (folder.evaluation / "validation-distances.json").read_bytes() != before
    assert seen(home, folder, distances.samples).distances == pytest.approx(distances.values, rel=5e-3, abs=1e-3)
    assert read_distances(folder, "test") is None  # those of the model before


@pytest.mark.parametrize(("group", "enough"), [(1, True), (10, False)])
def test_groups_count_not_samples(home: Home, monkeypatch: pytest.MonkeyPatch, group: int, enough: bool) -> None:
    tuned.uncertified(monkeypatch, train)
    folder = tuned.folder(home, tiny_project.project(home, "text", 200, group))
    assert perform(folder).state == "done"
    decision = read_decision(folder)
    assert decision is not None
    assert (decision.far is not None) == (decision.sets is not None) == enough


def test_same_plan_same_decision(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = trained(home, monkeypatch, "text", recipe="probe")
    again = tuned.folder(home, first.plan())
    assert perform(again).state == "done"
    assert (first.evaluation / DECISION).read_bytes() == (again.evaluation / DECISION).read_bytes()


def test_a_quick_look_with_nothing_held_out_is_made_and_not_judged(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """One recording a class: all is learned from, no figure is told, and what is unlike both classes is still far."""
    tuned.uncertified(monkeypatch, train)
    plan = tuned.plan(home, "image", count=40, recipe="probe", frozen_stages=None)
    dataset = load_dataset(home, plan.project, plan.dataset)
    samples = [one.model_copy(update={"group": one.label}) for one in dataset.samples]
    changed = save_dataset(home, plan.project, dataset.model_copy(update={"samples": samples, "group_rule": "made"}))
    folder = tuned.folder(home, plan.model_copy(update={"dataset": changed.id}))
    assert perform(folder).state == "done", (folder.path / "log.txt").read_text()
    view, split = folder.view(), folder.split()
    assert view.probe is not None
    assert view.probe.metrics == {}
    assert "training.not_judged" in [one.key for one in view.notices]
    assert split is not None
    assert set(split.subset.values()) == {"train"}
    assert not (folder.evaluation / "validation.json").exists()
    decision = read_decision(folder)
    assert decision is not None
    assert (decision.recalibration.kind, decision.sets) == ("none", None)
    assert "Nothing was held out" in (folder.bundle / "card.md").read_text("utf-8")
    if decision.far is not None:  # made-up features may lie too close
        assert not decision.far.proven
    assert decisions.preview(folder.id, Wishes()) is None
