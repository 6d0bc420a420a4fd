"""A person's choice of how a model decides: seen before it is made, made in run and bundle, never with the exam."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from tests.bundle.trained import Trained, decided, trained
from tl_core.bundle.decision import DECISION
from tl_core.bundle.folder import read_manifest
from tl_core.bundle.load import load_bundle
from tl_core.domain.decision import CostRule, MissRule, Wishes
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ExamPlan, MixPlan
from tl_core.domain.reliability import Calibrated
from tl_core.jobs.perform import perform
from tl_core.store import runs as index
from tl_core.store.decisions import read_decision
from tl_core.use_cases import decisions, predict, results

WISHES = Wishes(rule=MissRule(most=0.3), positive="good", prevalence=0.05, error=0.2, far=0.05)


@pytest.fixture
def text(home) -> Trained:
    return decided(home, "text")


def says(key: str, call, *arguments):
    with pytest.raises(InputFault) as caught:
        call(*arguments)
    assert caught.value.key == key


def test_a_choice_is_seen_before_it_is_made(text: Trained):
    before = decisions.decision(text.id)
    assert before is not None
    assert before.cut.threshold is None
    seen = decisions.preview(text.id, WISHES)
    assert seen is not None
    assert seen.cut.threshold is not None
    assert decisions.decision(text.id) == before
    assert decisions.choose(text.id, WISHES) == seen
    assert decisions.decision(text.id) == seen == read_decision(text.folder) == load_bundle(text.folder.bundle).decision
    assert "It says good from a probability of" in (text.folder.bundle / "card.md").read_text("utf-8")


def test_the_download_follows(text: Trained):
    before = load_bundle(predict.bundle_zip(text.id)).decision
    decisions.choose(text.id, WISHES)
    after = load_bundle(predict.bundle_zip(text.id))
    assert after.decision is not None
    assert after.decision.wishes == WISHES
    assert before != after.decision
    assert predict.parity(text.id).passed  # type: ignore[union-attr]


def test_nothing_else_moves_when_only_the_rule_does(text: Trained):
    before = decisions.decision(text.id)
    costs = decisions.choose(text.id, Wishes(rule=CostRule(missed=3, alarm=1)))
    assert before is not None
    assert (costs.recalibration, costs.sets, costs.far) == (before.recalibration, before.sets, before.far)


def test_figures_come_from_the_validation_samples_until_the_exam_is_open(text: Trained):
    found = decisions.calibrated(text.id, "validation")
    decision = decisions.decision(text.id)
    assert found is not None
    assert decision is not None
    assert sum(one.right.samples for one in found.told.bins) == len(text.made.held_out)
    worth = decisions.worth(text.id, "validation", decision)
    assert worth is not None
    assert worth.screening.positive == "good"
    assert worth.plain.answered.value == 1.0
    benefit = decisions.benefit(text.id, "validation", decision)
    assert benefit is not None
    assert decisions.worth(text.id, "test", decision) is None
    assert decisions.calibrated(text.id, "test") is None

    job = index.create_run(text.home, ExamPlan(project=text.project, run=text.id))
    assert perform(job).state == "done"
    examined = decisions.worth(text.id, "test", decision)
    assert examined is not None
    assert decisions.benefit(text.id, "test", decision) != benefit
    assert examined.trade
    told = decisions.calibrated(text.id, "test")
    assert told is not None
    kept = text.folder.evaluation / "test-calibrated.json"
    assert Calibrated.model_validate_json(kept.read_bytes()) == told, "the exam keeps what the page would make"
    kept.unlink()
    decisions._calibrated.cache_clear()
    assert decisions.calibrated(text.id, "test") == told
    assert decisions.preview(text.id, decision.wishes) == decision, "an open exam changes no choice"


def test_the_samples_behind_a_figure_are_as_many_as_it_counts(text: Trained):
    decided = decisions.choose(text.id, WISHES)
    worth = decisions.worth(text.id, "validation", decided)
    assert worth is not None
    judged = {one.sample.id: one for one in results.samples_in_cell(text.id, "validation")}
    sides = {"missed": ("sensitivity", True), "alarm": ("specificity", False)}
    for error, (measure, positive) in sides.items():
        found = decisions.mistaken(text.id, "validation", decided, error)  # type: ignore[arg-type]
        of = [one for one in judged.values() if (one.true == "good") is positive]
        assert {judged[sample].true == "good" for sample in found} <= {positive}
        assert len(of) * (1 - getattr(worth.screening, measure).value) == pytest.approx(len(found))
    for one in worth.trade:
        silent = decisions.unanswered(text.id, "validation", decided, one.error)
        assert len(judged) * (1 - one.answered.value) == pytest.approx(len(silent))
    benefit, prevalence = decisions.benefit(text.id, "validation", decided), decided.cut.prevalence
    assert benefit is not None
    for at, model in zip(benefit.thresholds, benefit.model, strict=True):
        wrong = [
            judged[sample].true == "good" for sample in decisions.mistaken_from(text.id, "validation", decided, at)
        ]
        ours = sum(one.true == "good" for one in judged.values())
        found, alarms = 1 - sum(wrong) / ours, (len(wrong) - sum(wrong)) / (len(judged) - ours)
        assert prevalence * found - (1 - prevalence) * at / (1 - at) * alarms == pytest.approx(model.value)
    assert decisions.unsure(text.id, "validation") == decisions.unanswered(text.id, "validation", decided)
    assert decisions.mistaken(text.id, "test", decided, "missed") == set(), "the exam is sealed"


def test_choosing_after_the_exam_keeps_its_figures_on_the_card(text: Trained):
    assert perform(index.create_run(text.home, ExamPlan(project=text.project, run=text.id))).state == "done"
    decisions.choose(text.id, WISHES)
    assert "took no part in training" in (text.folder.bundle / "card.md").read_text("utf-8")
    assert results.report(text.id, "test") is not None


def test_a_crash_between_the_two_copies_tells_what_the_bundle_does(text: Trained, monkeypatch: pytest.MonkeyPatch):
    def crash(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(decisions, "write_decision", crash)
        with pytest.raises(KeyboardInterrupt):
            decisions.choose(text.id, WISHES)
    assert decisions.decision(text.id) == load_bundle(text.folder.bundle).decision
    found = decisions.decision(text.id)
    assert found is not None
    assert found.wishes == WISHES
    decisions.choose(text.id, WISHES)
    assert read_decision(text.folder) == found


def test_a_disk_that_is_full_changes_nothing(text: Trained, monkeypatch: pytest.MonkeyPatch):
    before = (text.folder.bundle / "bundle.json").read_bytes()

    def full(*arguments, **options):
        raise InputFault("store.disk_full")

    monkeypatch.setattr("tl_core.bundle.write.write_decision", full)
    says("store.disk_full", decisions.choose, text.id, WISHES)
    assert (text.folder.bundle / "bundle.json").read_bytes() == before
    assert read_decision(text.folder) == decisions.decision(text.id)


def test_not_while_the_model_is_changed_or_examined(text: Trained):
    for plan, key in (
        (MixPlan(project=text.project, run=text.id, share=0.5), "results.being_mixed"),
        (ExamPlan(project=text.project, run=text.id), "results.being_marked"),
    ):
        job = index.create_run(text.home, plan)
        (job.path / "control").mkdir()
        (job.path / "control" / "queued").touch()
        says(key, decisions.choose, text.id, WISHES)
        shutil.rmtree(job.path)
    with text.folder.lock():
        says("results.being_decided", decisions.choose, text.id, WISHES)


def test_a_training_from_before_has_none(home):
    one = trained(home, "text")
    assert decisions.decision(one.id) is None
    assert decisions.calibrated(one.id, "validation") is None
    made = decisions.choose(one.id, Wishes())  # a person can still choose; without distances nothing is far
    assert made.far is None
    assert DECISION in read_manifest(one.folder.bundle).files
    says("store.run_missing", decisions.decision, "20200101-000000-ffffff")


def test_what_people_are_told_is_what_others_taught(text: Trained):
    """Cross-fitted: a sample is not corrected by itself."""
    found = decisions.calibrated(text.id, "validation")
    assert found is not None
    said = [one.said for one in found.told.bins]
    assert np.isfinite(said).all()
    assert said == sorted(said)
