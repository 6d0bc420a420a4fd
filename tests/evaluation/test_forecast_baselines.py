"""Classic ways to forecast: what they find where it is plain, and what they make of odd series."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation import forecast_baselines
from tl_core.evaluation.forecast_baselines import CLASSICS, forecast, naive
from tl_core.evaluation.forecasts import LEVELS, MIDDLE
from tl_core.evaluation.known import effect


def monthly(steps: int, noise: float = 2.0, seed: int = 0) -> np.ndarray:
    time = np.arange(steps)
    return 100 + time + 20 * np.sin(2 * np.pi * time / 12) + np.random.default_rng(seed).normal(0, noise, steps)


@pytest.mark.parametrize("name", CLASSICS)
def test_trend_and_season_go_on(name) -> None:
    whole = monthly(120)
    past = whole[:108].copy()
    past[20:24] = np.nan
    found = forecast(name, [past, past + 1000], 12, 12)
    assert found.shape == (2, 12, len(LEVELS))
    assert (np.diff(found) >= 0).all()
    off = np.abs(found[0, :, MIDDLE] - whole[108:]).mean()
    assert off < (15 if name == "seasonal_naive" else 8)
    assert np.abs(found[1, :, MIDDLE] - whole[108:] - 1000).mean() < (15 if name == "seasonal_naive" else 8)


@pytest.mark.parametrize("name", CLASSICS)
@pytest.mark.parametrize("past", [np.ones(30), np.array([1.0, 2.0, 1.0, 2.0, 5.0, 1.0]), np.arange(20.0) * 1e9])
def test_plain_and_short_pasts(name, past: np.ndarray) -> None:
    found = forecast(name, [past], 8, 12)
    assert found.shape == (1, 8, len(LEVELS))
    assert np.isfinite(found).all()
    if past.std() == 0:
        assert (found == 1).all()


@pytest.mark.parametrize("name", ["smoothing", "arima"])
def test_a_season_too_long_for_a_model_is_taken_out_first(name) -> None:
    time = np.arange(52 * 5)
    whole = 10 * np.sin(2 * np.pi * time / 52) + np.random.default_rng(0).normal(0, 0.5, len(time))
    found = forecast(name, [whole[:-52]], 52, 52)
    assert np.abs(found[0, :, MIDDLE] - whole[-52:]).mean() < 1.5


def test_a_model_that_fails_is_replaced_by_the_value_a_season_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> None:
        raise NotImplementedError("tiny datasets")

    past = monthly(48)
    monkeypatch.setattr(forecast_baselines, "_model", fails)
    found = forecast("arima", [past], 14, 12)[0]
    np.testing.assert_allclose(found, naive(past, 14, 12))
    assert found[:12, MIDDLE] == pytest.approx(past[-12:])
    assert found[12, MIDDLE] == past[-12]
    assert np.ptp(found[13]) > np.ptp(found[11]), "wider a season later"


def test_what_a_known_column_adds_is_found() -> None:
    random = np.random.default_rng(1)
    price, holiday = random.normal(10, 1, 120), (random.random(120) < 0.2).astype(float)
    added = -4 * price + 30 * holiday
    past = (monthly(120) + added)[:108]
    past[40] = np.nan
    found = effect(past, np.stack([price, holiday]), 12)
    assert found.shape == (120,)
    assert np.corrcoef(found, added)[0, 1] > 0.99
    assert np.ptp(found - added) < 0.2 * np.ptp(added)


def test_what_a_column_that_says_nothing_adds_is_little() -> None:
    past = monthly(108)
    random = np.random.default_rng(2).normal(size=(1, 120))
    assert np.ptp(effect(past, random, 12)) < 0.1 * np.ptp(past)
    assert not effect(past, np.ones((2, 120)), 12).any()
    assert not effect(past[:6], random, 12).any()
