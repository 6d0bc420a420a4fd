"""Classic ways to forecast, which a learned one must beat: the value a season before, smoothing, ARIMA, Theta.

By statsforecast (Apache-2.0), for its automatic choice of smoothing and of ARIMA's orders, written after R's
``forecast`` and compiled: a series of ten years of months takes .2 s and 2 s. statsmodels, which it needs anyway, has
no such choice, and a search of orders by its state space models takes ten times as long. Its import costs 2.5 s, so
only what judges or trains imports it; numba comes with it and nothing here is compiled while it runs.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from tl_core.domain.forecast import Competitor
from tl_core.evaluation.forecasts import LEVELS, MIDDLE
from tl_core.evaluation.seasons import filled

CLASSICS: tuple[Competitor, ...] = ("seasonal_naive", "smoothing", "arima", "theta")
LONG = 24  # steps of a season from which on smoothing and ARIMA forecast what is left without it
PAST = 1500  # steps at most that a classic learns from, but at least ten seasons
SHORT = 2  # seasons below which there is none to learn
SIDES = [95, 80, 60, 40, 20]  # per cent in the middle, from LEVELS' outside in


def forecast(name: Competitor, series: Sequence[np.ndarray], horizon: int, season: int) -> np.ndarray:
    """What ``name`` says comes after each of ``series`` (time,): (series, step, level). Gaps are drawn over first.

    What a library cannot fit is forecast by the value a season before, as its own scripts do.
    """
    return np.stack([_one(name, filled(one), horizon, season) for one in series])


def _one(name: Competitor, past: np.ndarray, horizon: int, season: int) -> np.ndarray:
    past = past[-max(PAST, 10 * season) :]
    season = season if len(past) >= SHORT * season else 1
    if not past.std():
        return np.full((horizon, len(LEVELS)), past[-1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            told = _model(name, season).forecast(y=past, h=horizon, level=sorted(SIDES))
            found = _levels(told)
            if np.isfinite(found).all():
                return found
        except (ValueError, ArithmeticError, IndexError, RuntimeError):
            pass  # too short or too plain for this model
    return naive(past, horizon, season)


def naive(past: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """The value a season before, as far off as it was before, wider with each season: (step, level)."""
    from scipy.stats import norm

    middle = np.resize(past[-season:], horizon)
    lag = min(season, len(past) - 1)
    off = float(np.sqrt(np.mean((past[lag:] - past[:-lag]) ** 2))) if lag else 0.0
    width = off * np.sqrt(np.arange(horizon) // season + 1)
    return middle[:, None] + width[:, None] * norm.ppf(LEVELS)[None]


def _model(name: Competitor, season: int) -> Any:
    from statsforecast import models

    if name == "seasonal_naive":
        return models.SeasonalNaive(season_length=season) if season > 1 else models.Naive()
    if name == "theta":
        return models.DynamicOptimizedTheta(season_length=season)
    if name == "smoothing":
        if season <= LONG:
            return models.AutoETS(season_length=season)
        return models.MSTL(season_length=season, trend_forecaster=models.AutoETS(model="ZZN"))
    if name == "arima":
        if season <= LONG:
            return models.AutoARIMA(season_length=season, approximation=True)  # while it compares orders, as in R
        return models.MSTL(season_length=season, trend_forecaster=models.AutoARIMA())
    raise ValueError(f"no classic way to forecast: {name}")


def _levels(told: dict[str, np.ndarray]) -> np.ndarray:
    """As ``LEVELS`` (step, level), never falling."""
    found = np.empty((len(told["mean"]), len(LEVELS)))
    found[:, MIDDLE] = told["mean"]
    for place, side in enumerate(SIDES):
        found[:, place] = told[f"lo-{side}"]
        found[:, len(LEVELS) - 1 - place] = told[f"hi-{side}"]
    return np.sort(found, axis=1)
