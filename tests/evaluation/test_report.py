import numpy as np
import pytest
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_fscore_support, roc_auc_score

from tests.evaluation.answers import draw_whole
from tl_core.domain.report import Report
from tl_core.evaluation.baselines import majority
from tl_core.evaluation.report import Answers, build_report

CLASSES = ["bird", "flower", "fruit"]


@pytest.fixture
def judged():
    true, model, groups = draw_whole(np.random.default_rng(0), 300, [0.5, 0.3, 0.2], 1.5)
    classic = draw_whole(np.random.default_rng(1), 300, [0.5, 0.3, 0.2], 0.1)[1]
    answers = {
        "majority": Answers(majority(true, 300, 3), 0.0),
        "classic": Answers(classic, 1.5),
        "finetuned": Answers(model, 12.0, 5),
    }
    ids = [f"{i:016x}" for i in range(300)]
    return true, model, build_report("validation", CLASSES, "finetuned", answers, true, ids, groups)


def test_the_chosen_model_comes_first_with_its_details(judged):
    true, model, (report, predictions) = judged
    assert [c.name for c in report.candidates] == ["finetuned", "majority", "classic"]
    assert (report.candidates[0].epochs, report.candidates[0].seconds) == (5, 12.0)
    assert report.confusion == confusion_matrix(true, model.argmax(1)).tolist()
    precision, recall, f1, samples = precision_recall_fscore_support(true, model.argmax(1))
    for k, part in enumerate(report.classes):
        assert (part.label, part.samples) == (CLASSES[k], samples[k])
        assert (part.precision.value, part.recall.value, part.f1.value) == pytest.approx(
            (precision[k], recall[k], f1[k])
        )
        for metric in (part.precision, part.recall, part.f1):
            assert metric.low < metric.value < metric.high
    assert report.gain_over_classic.low > 0
    assert predictions.samples[7] == f"{7:016x}"
    assert np.allclose(predictions.probabilities, model)
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_curves_are_thinned_and_their_areas_are_not(judged):
    true, model, (report, _) = judged
    for k, (roc, pr) in enumerate(zip(report.roc, report.precision_recall, strict=True)):
        assert roc.area == pytest.approx(roc_auc_score(true == k, model[:, k]))
        assert pr.area == pytest.approx(average_precision_score(true == k, model[:, k]))
        assert 2 < len(roc.x) == len(roc.y) <= 200
        assert len(pr.x) <= 200
        assert (roc.x[0], roc.y[0], roc.x[-1], roc.y[-1], pr.x[0], pr.x[-1]) == (0, 0, 1, 1, 0, 1)
        assert np.trapezoid(roc.y, roc.x) == pytest.approx(roc.area, abs=0.01)


def test_per_class_figures_of_few_groups_have_no_interval():
    true = np.array([0] * 80 + [1] * 20)
    model = np.eye(2)[true] * 0.6 + 0.2
    groups = np.concatenate([np.arange(80) // 4, 100 + np.arange(20) // 4])  # 20 groups and 5
    report, _ = build_report("test", ["a", "b"], "probe", {"probe": Answers(model, 1.0)}, true, ["x"] * 100, groups)
    assert report.classes[0].recall.method == "exact"
    assert report.classes[0].recall.low == pytest.approx(0.025 ** (1 / 20))
    assert (report.classes[1].recall.low, report.classes[1].recall.method) == (None, "none")
    assert report.gain_over_classic is None


def test_a_class_without_samples_is_reported_and_has_no_curve():
    true = np.arange(40) % 2
    model = np.column_stack([np.eye(2)[true] * 0.6 + 0.15, np.full(40, 0.1)])
    report, _ = build_report("test", CLASSES, "probe", {"probe": Answers(model, 1.0)}, true, ["x"] * 40)
    assert [c.samples for c in report.classes] == [20, 20, 0]
    assert [c.label for c in report.roc] == ["bird", "flower"]


def test_answers_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="answers of shape"):
        build_report("test", CLASSES, "probe", {"probe": Answers(np.ones((4, 2)), 1.0)}, np.zeros(4), ["x"] * 4)
