"""Forecasters at the same moments: what one saves, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.forecast_paired import gain, saved
from tl_core.evaluation.forecasts import LEVELS


def quantiles(middle: np.ndarray) -> np.ndarray:
    return np.repeat(middle[..., None], len(LEVELS), axis=-1)


def test_what_is_saved_is_in_the_scale_of_the_series_and_over_known_steps() -> None:
    truth = np.array([[10.0, np.nan, 30.0], [np.nan] * 3, [1.0, 1.0, 1.0]])
    first, second = quantiles(np.nan_to_num(truth) + 2), quantiles(np.nan_to_num(truth) - 6)
    found = saved(first, second, truth, np.array([2.0, 2.0, np.nan]))
    assert found[0] == pytest.approx(2.0)
    assert np.isnan(found[1:]).all()


def test_moments_far_apart_give_students_interval() -> None:
    each = np.array([0.1, 0.3, 0.2, 0.25, 0.15])
    found = gain(each, [-60, -48, -36, -24, -12], 12, 10)
    arm = 2.7764 * each.std(ddof=1) / np.sqrt(5)
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.2 - arm, abs=1e-4), pytest.approx(0.2 + arm, abs=1e-4))
    assert (found.samples, found.groups, found.method) == (10, 5, "delta")


def test_overlapping_moments_prove_less_and_those_of_one_look_nothing() -> None:
    each = np.array([0.1, 0.3, 0.2, 0.25, 0.15])
    apart, overlapping = gain(each, range(0, 60, 12), 12, 5), gain(each, range(0, 15, 3), 12, 5)
    assert apart.low is not None
    assert overlapping.low is not None
    assert overlapping.low < apart.low < 0.2
    assert gain(each, range(5), 12, 5).low is None
    assert gain(each[:1], [0], 12, 1).low is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        steps = rng.normal(0.1, 1.0, 36)  # differences step by step; the mean over each horizon is what is seen
        each = np.array([steps[place : place + 12].mean() for place in range(0, 25, 6)])
        found = gain(each, range(0, 25, 6), 12, 5)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.1 <= found.high
    assert held >= 0.93 * 400
