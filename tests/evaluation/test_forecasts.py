"""Figures of forecasts, each beside the sum that defines it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from tl_core.evaluation.forecasts import (
    LEVELS,
    at_levels,
    best,
    coverage,
    judge,
    mase,
    pasts,
    plan_origins,
    scales,
    truths,
    weighted_quantile_loss,
)


@given(st.integers(20, 3000), st.integers(1, 100))
def test_nothing_of_the_test_is_seen_while_validation_decides(length: int, horizon: int) -> None:
    planned = plan_origins(length, horizon, 16)
    if planned is None:
        assert length < 16 + 2 * horizon + 2
        return
    assert len(planned.test) == len(planned.validation) <= 5
    assert min(planned.test) == horizon, "the last origin ends where the series ends"
    assert min(planned.validation) - horizon == max(planned.test), "and that of validation where the test begins"
    assert length - planned.held >= 16
    for ends in (planned.validation, planned.test):
        assert list(ends) == sorted(set(ends), reverse=True)
    assert len(planned.test) == 5 or length < 2 * (horizon + 4) + 16 + 2


def test_five_origins_where_there_is_room() -> None:
    planned = plan_origins(144, 12, 16)
    assert planned is not None
    assert planned.test == (36, 30, 24, 18, 12)
    assert planned.validation == (72, 66, 60, 54, 48)
    assert (planned.unseen, planned.held) == (36, 72)
    assert plan_origins(40, 20, 16) is None


SERIES = [np.arange(40.0) % 4 + np.arange(40) / 10, np.sin(np.arange(36.0))]
BACKS = (8, 6, 4)


def test_truth_is_what_came_after_the_past() -> None:
    truth = truths(SERIES, BACKS, 4)
    assert truth.shape == (3, 2, 4)
    assert np.array_equal(truth[0, 1], SERIES[1][28:32])
    assert np.array_equal(np.concatenate([pasts(SERIES, 4)[1], truth[2, 1]]), SERIES[1])


def test_scaled_by_what_seasonal_naive_misses_in_the_past() -> None:
    found = scales(SERIES, BACKS, 4)
    assert found[:, 0] == pytest.approx(0.4)
    assert found[2, 1] == pytest.approx(np.mean([abs(SERIES[1][k] - SERIES[1][k - 4]) for k in range(4, 32)]))
    assert np.isnan(scales([np.ones(30)], (4,), 4)).all()


def normal(middle: np.ndarray, deviation: float) -> np.ndarray:
    return middle[..., None] + deviation * norm.ppf(LEVELS)


def test_figures_of_one_forecast_by_hand() -> None:
    truth, scale = truths(SERIES, BACKS, 4), scales(SERIES, BACKS, 4)
    quantiles = normal(truth + 1, 0.5)
    assert mase(quantiles, truth, scale) == pytest.approx((1 / scale).mean(1))
    loss = [
        2 * max(tau * (value - told), (tau - 1) * (value - told))
        for value, row in zip(truth[0].ravel(), quantiles[0].reshape(-1, 11), strict=True)
        for tau, told in zip(np.arange(1, 10) / 10, row[1:-1], strict=True)
    ]
    assert weighted_quantile_loss(quantiles, truth)[0] == pytest.approx(np.sum(loss) / 9 / np.abs(truth[0]).sum())
    assert coverage(quantiles, truth, 80).tolist() == [0, 0, 0]
    assert coverage(normal(truth + 1, 0.9), truth, 80).tolist() == [1, 1, 1]


def test_what_is_not_known_is_not_judged() -> None:
    truth, scale = truths(SERIES, BACKS, 4), scales(SERIES, BACKS, 4)
    quantiles = normal(truth, 1.0)
    quantiles[:, 1] += 5
    hidden = truth.copy()
    hidden[:, 1] = np.nan
    judged = judge("theta", ["a", "b"], quantiles, hidden, scale, 0.1)
    assert judged.mase.mean == pytest.approx(0)
    assert judged.weighted_quantile_loss.mean > 0
    assert judged.coverage[95].mean == 1


def test_by_series_by_step_and_to_which_side() -> None:
    truth, scale = np.zeros((2, 2, 3)), np.ones((2, 2))
    middle = np.broadcast_to(np.array([1.0, 2.0, 3.0]), (2, 2, 3)).copy()
    middle[:, 1] *= 2
    judged = judge("theta", ["a", "b"], normal(middle, 0.1), truth, scale, 0.0)
    assert judged.by_series == {"a": pytest.approx(2), "b": pytest.approx(4)}
    assert judged.by_step == pytest.approx([1.5, 3, 4.5])
    assert judged.bias == pytest.approx(-3)
    assert judged.mase.deviation == pytest.approx(0)
    better = judge("arima", ["a", "b"], normal(middle / 2, 0.1), truth, scale, 0.0)
    assert best({"theta": judged, "arima": better}) == "arima"


@pytest.mark.parametrize("own", [(0.1, 0.5, 0.9), tuple(k / 10 for k in range(1, 10)), LEVELS])
def test_levels_that_a_model_does_not_answer_with(own: tuple[float, ...]) -> None:
    given_ = 3 + 2 * norm.ppf(own)[None]
    found = at_levels(given_, own)
    assert found.shape == (1, 11)
    assert (np.diff(found) > 0).all()
    for level in (0.025, *own, 0.975):
        assert found[0, LEVELS.index(level)] == pytest.approx(3 + 2 * norm.ppf(level))
