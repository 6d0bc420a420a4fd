"""Forecasts judged from several origins: how far off, how honest about it, and by whom.

Shapes: ``quantiles`` (origin, series, step, level), ``truth`` (origin, series, step) with NaN where nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tl_core.domain.forecast import Competitor, Judgement, Spread
from tl_core.evaluation.seasons import filled

LEVELS = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
MIDDLE = LEVELS.index(0.5)
DECILES = slice(1, -1)  # of LEVELS: what the quantile loss is over
INTERVALS = {80: (LEVELS.index(0.1), LEVELS.index(0.9)), 95: (0, len(LEVELS) - 1)}
ORIGINS = 5
LEAST_PAST = 16  # steps before the first origin
LONGEST = 1000  # steps to forecast
SHARE = 4  # a part for judging is at most one in so many of a series, unless its horizon asks for more


@dataclass(frozen=True)
class Origins:
    """Steps before the end of each series: how far the past reaches at each origin, oldest first.

    ``validation`` origins and what they forecast lie before every origin of ``test``.
    """

    validation: tuple[int, ...]
    test: tuple[int, ...]

    @property
    def unseen(self) -> int:
        """Steps at the end that belong to the test."""
        return max(self.test)

    @property
    def held(self) -> int:
        """Steps at the end that are not learned from while validation decides."""
        return max(self.validation)


def plan_origins(length: int, horizon: int, least: int) -> Origins | None:
    """Origins for the shortest series, ``length`` long: up to ``ORIGINS`` for each part; None where there is no room.

    ``least``: steps that every past must have.
    """
    room = length - least
    for number in range(ORIGINS, 0, -1):
        part = max(length // SHARE, horizon + number - 1)
        if 2 * part > room:
            part = room // 2
        if part >= horizon + number - 1:
            stride = max(1, min(horizon, (part - horizon) // max(1, number - 1)))
            ends = tuple(horizon + stride * k for k in reversed(range(number)))
            return Origins(tuple(end + max(ends) for end in ends), ends)
    return None


def pasts(series: Sequence[np.ndarray], back: int) -> list[np.ndarray]:
    """Each of ``series`` (time,) without its last ``back`` steps."""
    return [one[: len(one) - back] for one in series]


def truths(series: Sequence[np.ndarray], backs: Sequence[int], horizon: int) -> np.ndarray:
    """What came after each origin, (origin, series, step)."""
    return np.stack([np.stack([one[len(one) - back :][:horizon] for one in series]) for back in backs])


def scales(series: Sequence[np.ndarray], backs: Sequence[int], season: int) -> np.ndarray:
    """What errors are divided by, (origin, series): the mean absolute error, within the past, of forecasting each value
    by the one a season before (Hyndman and Koehler 2006); NaN where that is 0."""
    return np.array([[_scale(past, season) for past in pasts(series, back)] for back in backs])


def _scale(past: np.ndarray, season: int) -> float:
    lag = season if len(past) > season else 1
    moved = np.abs(past[lag:] - past[:-lag])
    if not np.isfinite(moved).any():
        whole = filled(past)
        moved = np.abs(whole[lag:] - whole[:-lag])
    found = float(np.nanmean(moved))
    return found if found > 0 else np.nan


def scaled_errors(quantiles: np.ndarray, truth: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Absolute errors of the medians, in the scale of each series: (origin, series, step)."""
    return np.abs(truth - quantiles[..., MIDDLE]) / scale[..., None]


def mase(quantiles: np.ndarray, truth: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Mean absolute scaled error at each origin, (origin,): of each series over its steps, then over series."""
    return _mean(_mean(scaled_errors(quantiles, truth, scale)))


def weighted_quantile_loss(quantiles: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """At each origin, (origin,): twice the quantile loss, mean over nine deciles, over the sum of absolute values."""
    levels = np.array(LEVELS)[DECILES]
    distance = truth[..., None] - quantiles[..., DECILES]
    loss = 2 * np.maximum(levels * distance, (levels - 1) * distance).mean(-1)
    size = np.nansum(np.abs(truth), axis=(1, 2))
    return np.nansum(loss, axis=(1, 2)) / np.where(size > 0, size, np.nan)


def coverage(quantiles: np.ndarray, truth: np.ndarray, percent: int) -> np.ndarray:
    """Share of true values within the middle ``percent`` at each origin, (origin,)."""
    low, high = INTERVALS[percent]
    inside = (truth >= quantiles[..., low]) & (truth <= quantiles[..., high])
    there = np.isfinite(truth)
    return (inside & there).sum((1, 2)) / np.maximum(there.sum((1, 2)), 1)


def judge(
    name: Competitor,
    names: Sequence[str],
    quantiles: np.ndarray,
    truth: np.ndarray,
    scale: np.ndarray,
    seconds: float,
    widened: float = 1.0,
) -> Judgement:
    """All figures of one way to forecast; ``names`` of the series, ``widened`` as the quantiles are."""
    errors = scaled_errors(quantiles, truth, scale)
    signed = (truth - quantiles[..., MIDDLE]) / scale[..., None]
    return Judgement(
        name=name,
        mase=spread(mase(quantiles, truth, scale)),
        weighted_quantile_loss=spread(weighted_quantile_loss(quantiles, truth)),
        coverage={percent: spread(coverage(quantiles, truth, percent)) for percent in INTERVALS},
        by_series=dict(zip(names, _mean(_mean(errors).T).tolist(), strict=True)),
        by_step=_mean(_mean(errors.transpose(2, 0, 1))).tolist(),
        bias=float(_mean(signed.reshape(-1))),
        seconds=seconds,
        widened=widened,
    )


def spread(each: np.ndarray) -> Spread:
    """Over origins; the standard deviation of one is 0."""
    there = each[np.isfinite(each)]
    deviation = float(there.std(ddof=1)) if len(there) > 1 else 0.0
    return Spread(mean=float(_mean(each)), deviation=deviation, each=each.tolist())


def best(judgements: Mapping[Competitor, Judgement]) -> Competitor:
    """The least scaled error; of equals the one named first."""
    return min(judgements, key=lambda name: _known(judgements[name].mase.mean))


def at_levels(quantiles: np.ndarray, own: Sequence[float]) -> np.ndarray:
    """Quantiles (..., level) at ``own`` levels -> at ``LEVELS``: straight between two of them; beyond the outer ones as
    far from the median, beside those, as a normal curve's."""
    from scipy.stats import norm

    levels, middle = np.array(own), int(np.argmin(np.abs(np.array(own) - 0.5)))
    found = []
    for level in LEVELS:
        edge = 0 if level < levels[0] else -1
        if levels[0] <= level <= levels[-1]:
            after = max(1, int(np.searchsorted(levels, level - 1e-9)))
            share = (level - levels[after - 1]) / (levels[after] - levels[after - 1])
            found.append(quantiles[..., after - 1] * (1 - share) + quantiles[..., after] * share)
        else:
            wider = norm.ppf(level) / norm.ppf(levels[edge])
            found.append(quantiles[..., middle] + (quantiles[..., edge] - quantiles[..., middle]) * wider)
    return np.stack(found, axis=-1)


def _known(value: float) -> float:
    return value if np.isfinite(value) else np.inf


def _mean(values: np.ndarray) -> np.ndarray:
    """Over the last axis, of what is known there."""
    there = np.isfinite(values)
    count = there.sum(-1)
    total = np.where(there, values, 0).sum(-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
