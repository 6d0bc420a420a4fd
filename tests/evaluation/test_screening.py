import numpy as np
import pytest

from tests.evaluation.worlds import held_in, world
from tl_core.evaluation.screening import THRESHOLDS, net_benefit, screening


def test_the_textbook_case():
    """99 % sensitive and specific, one of a thousand is ill: nine of ten alarms are false."""
    is_class = np.arange(2000) < 1000
    called = np.where(is_class, np.arange(2000) >= 10, np.arange(2000) < 1010)
    found = screening("ill", 0.001, is_class, called)
    assert found.sensitivity.value == found.specificity.value == pytest.approx(0.99)
    assert found.ppv.value == pytest.approx(0.09016, abs=1e-4)
    assert found.npv.value == pytest.approx(0.99999, abs=1e-5)
    assert (found.found.value, found.missed.value) == pytest.approx((0.99, 0.01))
    assert (found.alarms.value, found.cleared.value) == pytest.approx((9.99, 989.01))
    assert found.missed.low < 0.01 < found.missed.high
    assert found.ppv.low < found.ppv.value < found.ppv.high


@pytest.mark.parametrize(("group", "alike"), [(1, 0.0), (4, 0.5)])
def test_intervals_hold_the_truth(group, alike):
    rng = np.random.default_rng(0)
    true, said, _ = world(rng, 100_000, (0.7, 0.3))
    truth = screening("b", 0.1, true == 1, said.argmax(1) == 1)
    names = ("sensitivity", "specificity", "ppv", "npv", "missed", "alarms")
    held = dict.fromkeys(names, 0)
    for _ in range(300):
        true, said, groups = world(rng, 200, (0.7, 0.3), group=group, alike=alike)
        found = screening("b", 0.1, true == 1, said.argmax(1) == 1, groups)
        for name in names:
            held[name] += held_in(getattr(found, name), getattr(truth, name).value)
    assert all(0.92 <= count / 300 <= 0.99 for count in held.values()), held


def test_a_perfect_test_is_not_believed_to_be_one():
    is_class = np.arange(80) % 2 == 0
    found = screening("b", 0.01, is_class, is_class)
    assert found.ppv.value == found.npv.value == 1.0
    assert found.ppv.low < 0.5
    assert found.sensitivity.high == 1.0
    assert found.sensitivity.low == pytest.approx(0.025 ** (1 / 40))


def test_what_never_happens_has_no_value():
    is_class = np.arange(80) % 2 == 0
    assert screening("b", 0.1, is_class, np.zeros(80, dtype=bool)).ppv is None
    assert screening("b", 0.1, is_class, np.ones(80, dtype=bool)).npv is None
    assert screening("b", 0.1, np.zeros(80, dtype=bool), is_class).ppv is None
    few = screening("b", 0.1, is_class, is_class, np.arange(80) // 10)
    assert (few.ppv.low, few.sensitivity.low) == (None, None)


class TestNetBenefit:
    def test_it_is_hits_less_weighed_alarms(self):
        rng = np.random.default_rng(1)
        true, said, _ = world(rng, 400, (0.7, 0.3), sharp=1.0)
        is_class, chance = true == 1, said[:, 1]
        here = is_class.mean()
        found = net_benefit("b", here, is_class, chance)
        at = THRESHOLDS.index(0.2)
        called = chance >= 0.2
        expected = (called & is_class).sum() / 400 - (called & ~is_class).sum() / 400 * 0.25
        assert found.model[at].value == pytest.approx(expected)
        assert found.everybody[at] == pytest.approx(here - (1 - here) * 0.25)
        assert found.model[at].low < expected < found.model[at].high

    def test_a_good_model_beats_all_and_none_and_a_blind_one_does_not(self):
        rng = np.random.default_rng(2)
        true, said, _ = world(rng, 3000, (0.5, 0.5), sharp=1.0)
        good = net_benefit("b", 0.5, true == 1, said[:, 1])
        middle = [k for k, t in enumerate(THRESHOLDS) if 0.2 <= t <= 0.8]
        assert all(good.model[k].low > max(0, good.everybody[k]) for k in middle)
        blind = net_benefit("b", 0.5, true == 1, np.full(3000, 0.5))
        assert all(blind.model[k].value <= max(0, blind.everybody[k]) + 1e-9 for k in range(len(THRESHOLDS)))

    def test_probabilities_move_with_the_prevalence(self):
        rng = np.random.default_rng(3)
        true, said, _ = world(rng, 20_000, (0.5, 0.5), sharp=1.0)
        rare = net_benefit("b", 0.05, true == 1, said[:, 1])
        assert all(
            model.value >= max(0, everybody) - 0.002
            for model, everybody in zip(rare.model, rare.everybody, strict=True)
        )

    def test_one_side_alone_has_none(self):
        with pytest.raises(ValueError, match="one side"):
            net_benefit("b", 0.5, np.ones(20, dtype=bool), np.full(20, 0.5))
