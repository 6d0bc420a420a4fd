import shutil

import numpy as np
import pytest

from tests.bundle.trained import Trained, trained
from tl_core.bundle.load import load_bundle
from tl_core.domain.event import Progress
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ExamPlan, PredictPlan
from tl_core.domain.report import Predictions
from tl_core.jobs.perform import perform
from tl_core.runs.material import subset_of
from tl_core.store import runs as index
from tl_core.store.atomic import write_json
from tl_core.store.rebuild import rebuild
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results


@pytest.fixture
def text(home) -> Trained:
    return trained(home, "text")


def says(key: str, call, *arguments):
    with pytest.raises(InputFault) as caught:
        call(*arguments)
    assert caught.value.key == key


def examined(one: Trained):
    """The exam's job, done in this process."""
    folder = RunFolder(one.home.runs / results.open_exam(one.id))
    return folder, perform(folder)


def test_reports_are_there_once_judged(text: Trained):
    report = results.report(text.id, "validation")
    assert report.chosen == "probe"
    assert results.report(text.id, "test") is None
    changed = report.model_copy(update={"chosen": "classic"})
    write_json(text.folder.evaluation / "validation.json", changed)
    assert results.report(text.id, "validation").chosen == "classic"
    says("store.run_missing", results.report, "20200101-000000-ffffff", "validation")


def test_cells_open_the_samples_behind_them(text: Trained):
    report = results.report(text.id, "validation")
    found = 0
    for i, true in enumerate(("bad", "good")):
        for j, said in enumerate(("bad", "good")):
            cell = results.samples_in_cell(text.id, "validation", true, said)
            assert len(cell) == report.confusion[i][j]
            assert all(one.sample.label == true == one.true and one.said == said for one in cell)
            assert [one.probability for one in cell] == sorted((one.probability for one in cell), reverse=True)
            found += len(cell)
    assert found == len(text.made.held_out)
    assert results.samples_in_cell(text.id, "test", "bad", "good") == []


@pytest.mark.parametrize("kind", ["roc", "pr"])
def test_points_of_a_curve_open_the_errors_of_its_threshold(text: Trained, kind):
    said = Predictions.model_validate_json((text.folder.evaluation / "validation-predictions.json").read_bytes())
    scores, ours = np.array(said.probabilities)[:, 1], np.array(said.true) == 1
    report = results.report(text.id, "validation")
    curves = report.roc if kind == "roc" else report.precision_recall
    curve = next(one for one in curves if one.label == "good")
    thresholds = sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores) == len(curve.x) - 1, "no ties, and no point left out"
    for place, limit in enumerate(thresholds, start=1):
        if kind == "pr" and not curve.y[place]:
            continue  # alarms before any hit lie on one spot
        found = results.errors_at(text.id, "validation", "good", kind, (curve.x[place], curve.y[place]))
        wrong = {sample for sample, hit in zip(said.samples, (scores >= limit) != ours, strict=True) if hit}
        assert {one.sample.id for one in found} == wrong
        kinds = [one.true == "good" for one in found]
        assert kinds == sorted(kinds, reverse=True), "missed ones first"
    if kind == "pr":
        return
    everyone_missed = results.errors_at(text.id, "validation", "good", kind, (curve.x[0], curve.y[0]))
    assert {one.sample.id for one in everyone_missed} == {
        sample for sample, is_class in zip(said.samples, ours, strict=True) if is_class
    }


def test_wrong_answers_come_with_the_surest_first_and_right_ones_with_the_least_sure(text: Trained):
    wrong, right = (results.answers(text.id, "validation", right=one) for one in (False, True))
    report = results.report(text.id, "validation")
    assert len(wrong) == report.confusion[0][1] + report.confusion[1][0]
    assert len(right) == report.confusion[0][0] + report.confusion[1][1]
    assert all(one.true != one.said and one.probability >= 0.5 for one in wrong)
    assert all(one.true == one.said for one in right)
    assert [one.probability for one in wrong] == sorted((one.probability for one in wrong), reverse=True)
    assert [one.probability for one in right] == sorted(one.probability for one in right)


class TestExam:
    def test_it_is_counted_and_judged(self, text: Trained):
        assert results.openings(text.project) == 0
        folder, status = examined(text)
        assert status.state == "done", (folder.path / "log.txt").read_text()
        assert results.openings(text.project) == 1
        report = results.report(text.id, "test")
        assert report.subset == "test"
        assert [c.name for c in report.candidates] == ["probe", "classic", "majority"]
        assert report.candidates[0].seconds == 3.5  # what making the model took, not what asking it took
        assert report.gain_over_classic is not None
        expected = load_bundle(text.folder.bundle).answer(
            text.made.raws(subset_of(text.made.dataset, text.made.split, "test").samples)
        )
        stored = Predictions.model_validate_json((text.folder.evaluation / "test-predictions.json").read_bytes())
        assert np.allclose(stored.probabilities, expected)
        assert "took no part in training" in (text.folder.bundle / "card.md").read_text()
        assert text.folder.bundle.joinpath("parity.json").is_file()
        assert folder.view().result == {"openings": 1}

    def test_an_open_exam_is_not_opened_again(self, text: Trained):
        examined(text)
        says("results.already_open", results.open_exam, text.id)
        assert results.openings(text.project) == 1

    def test_it_is_marked_once_at_a_time(self, text: Trained):
        results.open_exam(text.id)
        says("results.being_marked", results.open_exam, text.id)

    def test_the_opening_counts_before_there_is_an_answer(self, text: Trained, monkeypatch):
        from tl_core.bundle.load import Predictor

        seen = []

        def broken(self, raws, tell):
            seen.append(results.openings(text.project))
            raise RuntimeError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(Predictor, "look", broken)
            folder, status = examined(text)
        assert (seen, status.state, status.fault) == ([1], "failed", "ours")
        (folder.path / "status.json").unlink()  # as if the child had been killed: it is taken up again
        assert perform(folder).state == "done"
        assert results.openings(text.project) == 1

    def test_other_models_count_too_and_the_count_survives_the_index(self, text: Trained):
        examined(text)
        second = index.create_run(text.home, text.folder.plan())
        for name in ("bundle", "evaluation"):
            shutil.copytree(text.folder.path / name, second.path / name)
        (second.path / "evaluation" / "test.json").unlink()
        second.write_split(text.folder.split())
        assert perform(RunFolder(text.home.runs / results.open_exam(second.id))).state == "done"
        assert results.openings(text.project) == 2
        rebuild(text.home)
        assert results.openings(text.project) == 2

    def test_what_has_no_exam_says_so(self, text: Trained):
        split = text.made.split
        without = split.model_copy(update={"subset": {k: v for k, v in split.subset.items() if v != "test"}})
        text.folder.write_split(without)
        says("results.no_exam", results.open_exam, text.id)
        shutil.rmtree(text.folder.bundle)
        says("results.no_model", results.open_exam, text.id)
        batch = index.create_run(text.home, PredictPlan(project=text.project, run=text.id, paths=[]))
        says("results.not_a_training", results.open_exam, batch.id)

    def test_a_job_whose_model_went_says_so_and_counts_nothing(self, text: Trained):
        run = results.open_exam(text.id)
        shutil.rmtree(text.folder.bundle)
        status = perform(RunFolder(text.home.runs / run))
        assert (status.state, status.fault, status.reason) == ("failed", "input", "results.no_model")
        assert results.openings(text.project) == 0

    def test_it_stops_when_asked(self, text: Trained):
        folder = index.create_run(text.home, ExamPlan(project=text.project, run=text.id))
        folder.append(Progress(done=0))
        folder.request_stop()
        assert perform(folder).state == "stopped"
        assert results.report(text.id, "test") is None


def test_an_exam_of_images(home):
    one = trained(home, "image")
    _, status = examined(one)
    assert status.state == "done"
    assert results.report(one.id, "test").candidates[1].name == "classic"
