import numpy as np
import pytest

from tests.evaluation.worlds import held_in, world
from tl_core.domain.decision import Wishes
from tl_core.evaluation.coverage import coverage, reached, trade
from tl_core.evaluation.decisions import Held, decide
from tl_core.evaluation.verdicts import judge

CLASSES = ["a", "b"]


def test_fewer_answers_are_better_ones():
    rng = np.random.default_rng(0)
    validation, unseen = Held(*world(rng, 600)[:2]), Held(*world(rng, 8000)[:2])
    decision = decide(Wishes(), CLASSES, validation)
    found = trade(decision, CLASSES, validation, unseen)
    assert [one.error for one in found] == sorted(one.error for one in found)
    shares = [one.answered.value for one in found]
    assert shares == sorted(shares)
    assert found[0].wrong.value < found[-1].wrong.value
    always = coverage(1.0, unseen.true, judge(None, CLASSES, unseen.probabilities))
    assert always.answered.value == 1.0
    assert always.wrong.value == pytest.approx((unseen.probabilities.argmax(1) != unseen.true).mean())


def test_figures_are_those_of_the_answers():
    rng = np.random.default_rng(1)
    true, said, groups = world(rng, 400, group=2, alike=0.3)
    decision = decide(Wishes(far=0.1), CLASSES, Held(true, said, groups, rng.random(400)))
    verdicts = judge(decision, CLASSES, said, rng.random(400))
    found = coverage(0.1, true, verdicts, groups)
    sure = verdicts.sure
    assert found.answered.value == pytest.approx(sure.mean())
    assert found.wrong.value == pytest.approx((verdicts.labels[sure] != true[sure]).mean())
    assert found.far == verdicts.far.sum() > 0
    assert found.answered.groups == 200


def test_nothing_answered_has_no_error():
    true, said, _ = world(np.random.default_rng(2), 60)
    verdicts = judge(None, CLASSES, said)._replace(far=np.ones(60, dtype=bool))
    found = coverage(0.1, true, verdicts)
    assert (found.answered.value, found.wrong, found.far) == (0.0, None, 60)


def test_too_few_samples_leave_out_small_error_rates():
    rng = np.random.default_rng(3)
    held = Held(*world(rng, 60)[:2])
    assert min(one.error for one in trade(decide(Wishes(), CLASSES, held), CLASSES, held, held)) >= 0.02


def test_intervals_hold_the_truth():
    rng = np.random.default_rng(4)
    true, said, _ = world(rng, 50_000)
    decision = decide(Wishes(), CLASSES, Held(*world(rng, 2000)[:2]))
    truth = coverage(0.1, true, judge(decision, CLASSES, said))
    held = np.zeros(2)
    for _ in range(200):
        true, said, groups = world(rng, 150)
        found = coverage(0.1, true, judge(decision, CLASSES, said), groups)
        held += held_in(found.answered, truth.answered.value), held_in(found.wrong, truth.wrong.value)
    assert (held / 200 >= 0.92).all()


def test_how_often_the_true_class_is_possible():
    possible = np.array([[True, False], [True, True], [False, True], [True, False]])
    found = reached(np.array([0, 1, 1, 1]), possible)
    assert [one.value for one in found] == pytest.approx([0.75, 1.0, 2 / 3])
