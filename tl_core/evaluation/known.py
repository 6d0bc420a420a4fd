"""What columns known beforehand (holidays, prices) add to a series, found from how both change; taken away, and given
back for the steps to come.

The starting model and the classics but ARIMA take no such columns. So their effect is a straight line through the
changes from a season to the next, where trend and season are gone, fitted to the past alone (Cochrane and Orcutt 1949
difference a step; here a season). Effects that depend on each other, or come later, it does not see.
"""

from __future__ import annotations

import numpy as np

STRENGTHS = 10.0 ** np.arange(-2.0, 3.0)  # of the ridge, tried on folds of the past
FOLDS = 4
ROWS = 8  # changes that must be known for each column


def effect(past: np.ndarray, known: np.ndarray, season: int) -> np.ndarray:
    """What each column adds, (time, of ``known``): its coefficient times its values, summed; zeros for a short past.

    ``past`` (time,), NaN for gaps; ``known`` (column, time) and longer than ``past`` by the steps to come.
    """
    lag = season if len(past) > 3 * season else 1
    change = past[lag:] - past[:-lag]
    changes = (known[:, lag : len(past)] - known[:, : len(past) - lag]).T
    there = np.isfinite(change)
    if there.sum() < ROWS * (1 + known.shape[0]):
        return np.zeros(known.shape[1])
    size = changes[there].std(0)
    used = size > 0
    if not used.any():
        return np.zeros(known.shape[1])
    inputs, target = changes[there][:, used] / size[used], change[there]
    inputs, target = inputs - inputs.mean(0), target - target.mean()
    weights = _ridge(inputs, target, _strength(inputs, target)) / size[used]
    return weights @ known[used]


def _ridge(inputs: np.ndarray, target: np.ndarray, strength: float) -> np.ndarray:
    gram = inputs.T @ inputs + strength * len(target) * np.eye(inputs.shape[1])
    return np.linalg.solve(gram, inputs.T @ target)


def _strength(inputs: np.ndarray, target: np.ndarray) -> float:
    """The ridge that foretells left out stretches of the past best."""
    folds = np.array_split(np.arange(len(target)), FOLDS)
    losses = []
    for strength in STRENGTHS:
        missed = 0.0
        for fold in folds:
            kept = np.ones(len(target), dtype=bool)
            kept[fold] = False
            weights = _ridge(inputs[kept], target[kept], strength)
            missed += float(((target[fold] - inputs[fold] @ weights) ** 2).sum())
        losses.append(missed)
    return float(STRENGTHS[int(np.argmin(losses))])
