"""A mix becomes the model: measured, written, certified; an exam of the model before says nothing any more."""

from __future__ import annotations

import numpy as np
import pytest

from tests.runs import tuned
from tl_core.bundle.folder import CARD, read_manifest, read_parity
from tl_core.bundle.load import load_bundle
from tl_core.domain.event import Notice
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ExamPlan, MixPlan, TrainPlan
from tl_core.domain.report import Predictions, Report
from tl_core.jobs.perform import perform
from tl_core.runs import candidates, train
from tl_core.runs import mix as mix_job
from tl_core.runs.baselines import Raws
from tl_core.store import runs as index
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results, runs


@pytest.fixture(params=["image", "text"])
def training(home: Home, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    tuned.uncertified(monkeypatch, train)
    folder = tuned.folder(home, tuned.plan(home, request.param))
    assert perform(folder).state == "done"
    return folder


def mixed(home: Home, training: RunFolder, share: float) -> RunFolder:
    asked = training.plan()
    folder = index.create_run(home, MixPlan(project=str(asked.project), run=training.id, share=share))
    status = perform(folder)
    assert status.state == "done", status
    assert not [event for event in folder.events() if isinstance(event, Notice)]
    return folder


def judged(training: RunFolder) -> tuple[Report, Predictions]:
    file = training.evaluation / "validation-predictions.json"
    report = results.report(training.id, "validation")
    assert report is not None
    return report, Predictions.model_validate_json(file.read_bytes())


def said(home: Home, training: RunFolder, ids: list[str]) -> np.ndarray:
    """What the bundle answers now."""
    asked = training.plan()
    assert isinstance(asked, TrainPlan)
    by_id = {one.id: one for one in load_dataset(home, asked.project, asked.dataset).samples}
    raws = Raws(home, asked.project, asked.modality, [by_id[one] for one in ids])
    return load_bundle(training.bundle).answer(raws)


def test_the_bundle_answers_as_measured_at_every_share(
    home: Home, training: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = judged(training)
    measured = results.mixes(training.id)
    assert measured is not None
    exam = index.create_run(home, ExamPlan(project=before_project(training), run=training.id))
    assert perform(exam).state == "done"
    assert results.report(training.id, "test") is not None
    assert results.openings(before_project(training)) == 1

    read_subset = candidates.subset_of
    monkeypatch.setattr(candidates, "subset_of", lambda d, s, name: read_subset(d, s, unsealed(name)))
    middle = measured.mixes[len(measured.mixes) // 2]
    for mix, name in ((middle, "mix"), (measured.mixes[0], "probe"), (measured.mixes[-1], "finetuned")):
        with monkeypatch.context() as patch:
            if name != "mix":
                tuned.uncertified(patch, mix_job)
            mixed(home, training, mix.share)
        report, predictions = judged(training)
        assert (report.chosen, results.share_in_use(report)) == (name, mix.share)
        for measure, metric in mix.metrics.items():
            assert report.candidates[0].metrics[measure].value == pytest.approx(metric.value, abs=1e-5)
        assert np.abs(said(home, training, predictions.samples) - predictions.probabilities).max() < 1e-4
        manifest = read_manifest(training.bundle)
        assert (manifest.candidate, manifest.share) == (name, mix.share if name == "mix" else None)
        assert {one.name for one in report.candidates} == {name, "probe", "finetuned", "classic", "majority"}
        assert results.report(training.id, "test") is None
        assert not (training.evaluation / "test-predictions.json").exists()
        if name == "mix":
            parity = read_parity(training.bundle)
            assert parity is not None
            assert parity.passed
            card = (training.bundle / CARD).read_text("utf-8")
            assert f"{100 * mix.share:.0f} % of the way" in card.replace("\u00a0", " ")
            assert "Mix" in card
    assert results.openings(before_project(training)) == 1
    assert {c.name: c.metrics["log_loss"].value for c in before.candidates} == pytest.approx(
        {c.name: c.metrics["log_loss"].value for c in judged(training)[0].candidates}, abs=1e-4
    )


def before_project(training: RunFolder) -> str:
    return str(training.plan().project)


def unsealed(name):
    assert name != "test", "the sealed exam was read"
    return name


def test_another_starting_model_is_refused_and_nothing_changes(home: Home, training: RunFolder) -> None:
    manifest = (training.bundle / "bundle.json").read_bytes()
    asked = training.plan()
    assert isinstance(asked, TrainPlan)
    tuned.start(home, asked.project, asked.modality, changed=True)
    folder = index.create_run(home, MixPlan(project=asked.project, run=training.id, share=0.5))
    status = perform(folder)
    assert (status.state, status.reason) == ("failed", "results.other_start")
    assert (training.bundle / "bundle.json").read_bytes() == manifest


@pytest.mark.parametrize("training", ["text"], indirect=True)
def test_stop_leaves_the_model_and_its_exam_as_they_are(
    home: Home, training: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [training.bundle / "bundle.json", training.evaluation / "validation.json", training.evaluation / "test.json"]
    kept[-1].write_text("an exam", "utf-8")
    before = [file.read_bytes() for file in kept]
    folder = index.create_run(home, MixPlan(project=before_project(training), run=training.id, share=0.5))
    answer = mix_job.answer

    def pressed(*arguments):
        folder.request_stop()
        return answer(*arguments)

    monkeypatch.setattr(mix_job, "answer", pressed)
    assert perform(folder).state == "stopped"
    assert [file.read_bytes() for file in kept] == before


class TestAsking:
    """``results.use_mix``, before any work."""

    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list:
        found: list = []
        monkeypatch.setattr(runs, "start", lambda plan: found.append(plan) or "job")
        return found

    @pytest.mark.parametrize("training", ["text"], indirect=True)
    def test_only_what_was_measured_one_at_a_time_and_not_beside_an_exam(
        self, home: Home, training: RunFolder, asked: list
    ) -> None:
        with pytest.raises(InputFault, match="was not measured"):
            results.use_mix(training.id, 0.123)
        assert results.use_mix(training.id, 0.5) == "job"
        assert asked == [MixPlan(project=before_project(training), run=training.id, share=0.5)]
        exam = index.create_run(home, ExamPlan(project=before_project(training), run=training.id))
        queued(exam)
        with pytest.raises(InputFault, match="being marked"):
            results.use_mix(training.id, 0.5)
        (training.path / "evaluation" / "mixes.json").unlink()
        with pytest.raises(InputFault, match="measured no mixes"):
            results.use_mix(training.id, 0.5)

    @pytest.mark.parametrize("training", ["text"], indirect=True)
    def test_no_exam_while_a_mix_is_made(self, home: Home, training: RunFolder, asked: list) -> None:
        queued(index.create_run(home, MixPlan(project=before_project(training), run=training.id, share=0.5)))
        for ask in (lambda: results.open_exam(training.id), lambda: results.use_mix(training.id, 0.5)):
            with pytest.raises(InputFault, match="Another mix"):
                ask()
        assert not asked


def queued(folder: RunFolder) -> None:
    (folder.path / "control").mkdir(exist_ok=True)
    (folder.path / "control" / "queued").touch()
