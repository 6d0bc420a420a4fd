import numpy as np
import pytest

from tests.evaluation.worlds import held_in, world
from tl_core.evaluation.reliability import MOST_BINS, binned, brier, calibration_error, reliability


def test_bins_hold_about_as_many_samples_each():
    rng = np.random.default_rng(0)
    place = binned(rng.random(200), 200)
    assert np.bincount(place).tolist() == [20] * MOST_BINS
    assert binned(rng.random(200), 40).max() == 1  # 40 groups: two bins
    assert set(binned(np.repeat([0.6, 0.7], 100), 200)) == {0, 1}  # equal ones share a bin
    assert set(binned(np.full(50, 0.5), 50)) == {0}


def test_what_is_said_and_what_comes_true():
    rng = np.random.default_rng(0)
    true, said, _ = world(rng, 4000, (0.5, 0.5), sharp=1.0)
    found = reliability(true, said)
    assert [one.said for one in found.bins] == sorted(one.said for one in found.bins)
    assert sum(held_in(one.right, one.said) for one in found.bins) >= len(found.bins) - 1
    too_sure = reliability(*world(rng, 4000, (0.5, 0.5), sharp=3.0)[:2])
    assert all(one.said > one.right.value for one in too_sure.bins[:-3])
    with pytest.raises(ValueError, match="no samples"):
        reliability(np.array([], dtype=int), np.empty((0, 2)))


def test_the_error_of_honest_probabilities_is_about_nothing():
    rng = np.random.default_rng(1)
    plain, found = [], []
    for _ in range(60):
        true, said, _ = world(rng, 150, (0.5, 0.5), sharp=1.0)
        top, right = said.max(1), (said.argmax(1) == true).astype(float)
        place = binned(top, 150)
        plain.append(sum(abs((right - top)[place == k].sum()) for k in range(place.max() + 1)) / 150)
        found.append(calibration_error(top, right).value)
    assert np.mean(found) < 0.75 * np.mean(plain)  # chance's part is taken off


@pytest.mark.parametrize(("sharp", "group", "alike"), [(1.0, 1, 0.0), (1.6, 1, 0.0), (2.5, 5, 0.4)])
def test_the_errors_interval_holds_the_truth(sharp, group, alike):
    rng = np.random.default_rng(2)
    whole = world(rng, 200_000, (0.5, 0.5), sharp)[1].max(1)
    honest = whole ** (1 / sharp) / (whole ** (1 / sharp) + (1 - whole) ** (1 / sharp))
    truth = float(np.abs(whole - honest).mean())
    held = 0
    for _ in range(250):
        true, said, groups = world(rng, 200, (0.5, 0.5), sharp, group, alike)
        held += held_in(calibration_error(said.max(1), (said.argmax(1) == true).astype(float), groups), truth)
    assert 0.92 <= held / 250 <= 0.995


def test_few_groups_give_figures_without_intervals():
    true, said, _ = world(np.random.default_rng(0), 60)
    found = reliability(true, said, np.arange(60) % 6)
    assert (found.ece.low, found.brier.low, found.bins[0].right.low) == (None, None, None)


def test_brier_is_the_squared_distance_over_all_classes():
    said = np.array([[0.8, 0.2], [0.3, 0.7]])
    assert brier(np.array([0, 0]), said).value == pytest.approx((2 * 0.2**2 + 2 * 0.7**2) / 2)
    rng = np.random.default_rng(3)
    truth = brier(*world(rng, 100_000)[:2]).value
    held = sum(held_in(brier(*world(rng, 120)[:2]), truth) for _ in range(300))
    assert 0.92 <= held / 300 <= 0.98
