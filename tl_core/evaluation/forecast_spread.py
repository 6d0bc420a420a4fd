"""How sure forecasts are, brought in line with how far off they were: quantiles moved from or to their median.

One factor a way to forecast, the one with the least quantile loss at the origins of validation. Errors at origins close
together say little about the next ones, so the factor counts as far as there is evidence: with as many stretches of the
horizon's length as ``PRIOR``, half, on a scale of ratios (shrinkage towards 1). More series are not counted as more
evidence: those of one table rise and fall together.

Shapes as in ``evaluation.forecasts``.
"""

from __future__ import annotations

import numpy as np

from tl_core.evaluation.forecasts import LEVELS, MIDDLE

FACTORS = np.geomspace(0.25, 8, 41)
PRIOR = 3.0  # stretches


def widened(quantiles: np.ndarray, factor: float) -> np.ndarray:
    """(..., level) ``factor`` times as far from the median; those of a way that was told nothing new stay."""
    if factor == 1:
        return quantiles
    middle = quantiles[..., MIDDLE : MIDDLE + 1]
    return middle + (quantiles - middle) * factor


def factor(quantiles: np.ndarray, truth: np.ndarray, scale: np.ndarray, stretches: float) -> float:
    """By which quantiles (origin, series, step, level) should be widened; 1 where nothing is known."""
    return _shrunk(_losses(quantiles, truth, scale), stretches)


def left_out(quantiles: np.ndarray, truth: np.ndarray, scale: np.ndarray, stretches: float) -> np.ndarray:
    """Each origin's quantiles widened by what the others say, so that they can be judged by what came there."""
    losses, count = _losses(quantiles, truth, scale), len(quantiles)
    if count < 2:
        return quantiles
    share = stretches * (count - 1) / count
    factors = [_shrunk(np.delete(losses, origin, axis=1), share) for origin in range(count)]
    return np.stack([widened(one, factor_) for one, factor_ in zip(quantiles, factors, strict=True)])


def _shrunk(losses: np.ndarray, stretches: float) -> float:
    """``losses`` (factor, origin)."""
    known = losses[:, np.isfinite(losses).all(axis=0)]
    if not known.size:
        return 1.0
    best = FACTORS[int(known.mean(axis=1).argmin())]
    return float(best ** (stretches / (stretches + PRIOR)))


def _losses(quantiles: np.ndarray, truth: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Mean quantile loss with each of ``FACTORS`` at each origin, in the scale of each series: (factor, origin)."""
    levels = np.array(LEVELS)
    there = np.isfinite(truth) & np.isfinite(scale)[..., None]
    weight = np.where(there, 1 / np.where(np.isfinite(scale), scale, 1)[..., None], 0)
    seen = np.where(there, truth, 0)[..., None]
    found = []
    for one in FACTORS:
        distance = seen - widened(quantiles, one)
        each = np.maximum(levels * distance, (levels - 1) * distance).mean(-1) * weight
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(each.sum((1, 2)) / there.sum((1, 2)))
    return np.stack(found)
