import numpy as np

from tl_core.domain.decision import Cut, Decision, Far, Recalibration, Sets, Wishes
from tl_core.evaluation.verdicts import judge

CLASSES = ["a", "b", "c"]
SAID = np.array([[0.9, 0.06, 0.04], [0.5, 0.3, 0.2], [0.1, 0.5, 0.4], [0.34, 0.33, 0.33]])


def decision(**changes) -> Decision:
    values = {
        "wishes": Wishes(),
        "recalibration": Recalibration(),
        "cut": Cut(positive="c", prevalence=0.2),
        "sets": Sets(error=0.1, by_class=True, limits=[0.6, 0.6, 0.6]),
        "far": Far(rate=0.02, limit=2.0),
    }
    return Decision.model_validate(values | changes)


def test_without_a_decision_the_likeliest_class_is_the_answer():
    found = judge(None, CLASSES, SAID, np.full(4, 99.0))
    assert found.labels.tolist() == [0, 0, 1, 0]
    assert found.sure.all()
    assert [found.unsure(row) for row in range(4)] == [""] * 4


def test_several_possible_classes_are_torn_and_odd_ones_are_far():
    found = judge(decision(), CLASSES, SAID, np.array([1.0, 1.0, 1.0, 3.0]))
    assert found.possible.tolist() == [
        [True, False, False], [True, False, False], [False, True, True], [True, False, False],
    ]  # fmt: skip
    assert [found.unsure(row) for row in range(4)] == ["", "", "torn", "far"]
    assert found.sure.tolist() == [True, True, False, False]


def test_what_is_no_number_is_far():
    assert judge(decision(), CLASSES, SAID[:1], np.array([np.nan])).unsure(0) == "far"


def test_where_distances_are_not_known_nothing_is_far():
    assert not judge(decision(), CLASSES, SAID).far.any()
    assert not judge(decision(far=None), CLASSES, SAID, np.full(4, 99.0)).far.any()


def test_a_line_that_calls_another_class_than_the_possible_one_is_torn():
    """It is an alarm that the sets contradict: a person should look."""
    low = decision(cut=Cut(positive="c", prevalence=0.2, threshold=0.15))
    found = judge(low, CLASSES, SAID)
    assert found.labels.tolist() == [0, 2, 2, 2]
    assert found.unsure(0) == ""
    assert found.unsure(1) == "torn"
    assert not judge(low.model_copy(update={"sets": None}), CLASSES, SAID).torn.any()


def test_the_line_is_on_corrected_probabilities():
    shifted = Recalibration(kind="shifted", temperature=1.0, shifts=[0.0, 0.0, 3.0])
    found = judge(
        decision(recalibration=shifted, cut=Cut(positive="c", prevalence=0.2, threshold=0.5)), CLASSES, SAID
    )  # fmt: skip
    assert found.probabilities[1, 2] > 0.8
    assert found.labels.tolist() == [0, 2, 2, 2]
    assert np.allclose(found.probabilities.sum(1), 1)
