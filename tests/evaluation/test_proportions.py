import numpy as np
import pytest
from scipy.stats import binomtest

from tests.evaluation.worlds import held_in
from tl_core.evaluation.proportions import at_most, counts, design_effect, effective, share


def test_single_samples_count_as_they_are():
    over, under = np.array([1.0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0]), np.ones(12)
    assert effective(over, under) == (9.0, 12.0)
    found = share(over, under)
    expected = binomtest(9, 12).proportion_ci(method="exact")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.method, found.samples, found.groups) == ("exact", 12, 12)
    scaled = share(over, under, 1000)
    assert (scaled.value, scaled.low) == pytest.approx((750.0, 1000 * found.low))


def test_copies_of_a_sample_say_nothing_new():
    right = np.array([1.0] * 9 + [0.0] * 3)
    assert effective(4 * right, np.full(12, 4.0)) == pytest.approx((9.0, 12.0), rel=0.2)
    assert effective(np.full(12, 4.0), np.full(12, 4.0)) == pytest.approx((12.0, 12.0))  # nothing varies: as if copies
    assert effective(np.zeros(3), np.zeros(3)) == (0.0, 0.0)


def test_groups_that_differ_by_chance_alone_cost_little():
    rng = np.random.default_rng(0)
    over = rng.binomial(5, 0.8, 200).astype(float)
    assert effective(over, np.full(200, 5.0))[1] > 750


def test_too_few_groups_give_no_interval():
    assert share(np.arange(9.0), np.full(9, 20.0)).low is None
    assert share(np.zeros(3), np.zeros(3)).value == 0


@pytest.mark.parametrize("spread", [0.0, 1.5])
def test_intervals_of_clustered_shares_hold_the_truth(spread):
    rng = np.random.default_rng(1)
    chances = 1 / (1 + np.exp(-(1.2 + spread * rng.normal(size=100_000))))
    held = 0
    for _ in range(300):
        of_group = rng.choice(chances, 40)
        held += held_in(share(rng.binomial(6, of_group).astype(float), np.full(40, 6.0)), chances.mean())
    assert 0.92 <= held / 300 <= 0.99


def test_the_bound_is_exceeded_in_one_of_twenty_studies():
    assert at_most(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert at_most(0, 59) < 0.05 < at_most(0, 58)
    assert at_most(5, 5) == 1.0
    rng = np.random.default_rng(2)
    exceeded = [at_most(right, 80) < 0.1 for right in rng.binomial(80, 0.1, 1000)]
    assert np.mean(exceeded) <= 0.05


def test_alike_samples_count_for_less():
    rng = np.random.default_rng(3)
    units = np.repeat(np.arange(60), 5)
    assert design_effect(rng.normal(size=300), units) < 1.4
    same = np.repeat(rng.normal(size=60), 5)
    assert design_effect(same, units) == pytest.approx(5.0, rel=0.01)
    assert 2 < design_effect(same + rng.normal(size=300), units) < 4
    assert design_effect(same, np.arange(300)) == 1.0
    assert design_effect(same, np.zeros(300)) == 300.0


def test_counts_are_sums_over_units():
    assert counts(np.array([True, False, True]), np.array([1, 1, 0])).tolist() == [1.0, 1.0]
