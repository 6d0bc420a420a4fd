"""Probabilities that come true: how they are corrected, chosen by cross-validated log loss on validation samples.

The network's own probabilities are those of its training: where rare classes weighed more there, they are too high for
them here. An answer by the likeliest class stays that of the network; what is corrected is how sure it is said to be.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from tl_core.domain.decision import Recalibration, Steps
from tl_core.evaluation.folds import folds
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, units_of
from tl_core.evaluation.metrics import log_losses

Kind = Literal["none", "temperature", "shifted", "isotonic"]
ENOUGH = 1000  # samples from which on a staircase beats a line (Niculescu-Mizil & Caruana 2005) ...
ENOUGH_EACH = 100  # ... and of every class
LEAST = 1e-9  # probability whose logarithm is still taken
RIDGE = 1e-3  # on shifts: those of a class with few samples stay small


def choose(
    true: np.ndarray, probabilities: np.ndarray, groups: Groups = None, seed: int = 0
) -> tuple[Recalibration, np.ndarray]:
    """The way with the lowest cross-validated log loss, fitted on all; and what it makes of each sample when fitted
    on others (n, c), for judging it. ``true`` (n,), ``probabilities`` (n, c)."""
    true, probabilities = np.asarray(true, dtype=np.int64), np.asarray(probabilities, dtype=np.float64)
    part = folds(true, groups, seed)
    best: Kind = "none"
    crossed = probabilities
    for kind in _possible(true, probabilities.shape[1], groups):
        found = np.empty_like(probabilities)
        for number in range(int(part.max()) + 1):
            out = part == number
            found[out] = corrected(fit(kind, true[~out], probabilities[~out]), probabilities[out])
        if log_losses(true, found).mean() < log_losses(true, crossed).mean():
            best, crossed = kind, found
    return fit(best, true, probabilities), crossed


def fit(kind: Kind, true: np.ndarray, probabilities: np.ndarray) -> Recalibration:
    """The lowest log loss on these samples."""
    if kind == "none":
        return Recalibration()
    if kind == "isotonic":
        columns = [1] if probabilities.shape[1] == 2 else range(probabilities.shape[1])
        return Recalibration(kind=kind, steps=[_steps(probabilities[:, k], true == k) for k in columns])
    temperature, shifts = _line(true, _logarithms(probabilities), shifted=kind == "shifted")
    return Recalibration(kind=kind, temperature=temperature, shifts=shifts if kind == "shifted" else [])


def corrected(recalibration: Recalibration, probabilities: np.ndarray) -> np.ndarray:
    """(n, c), rows adding up to 1."""
    if recalibration.kind == "none":
        return probabilities
    if recalibration.kind == "isotonic":
        return _climbed(recalibration.steps, probabilities)
    values = _logarithms(probabilities) / recalibration.temperature
    if recalibration.shifts:
        values = values + np.array(recalibration.shifts)
    return _softmax(values)


def _possible(true: np.ndarray, classes: int, groups: Groups) -> list[Kind]:
    """The simplest first: of equals it stays."""
    held = np.bincount(true, minlength=classes)
    if int(units_of(groups, len(true)).max()) + 1 < 2 * LEAST_UNITS or held.min() < 5:
        return []
    kinds: list[Kind] = ["temperature", "shifted"]
    return [*kinds, "isotonic"] if len(true) >= ENOUGH and held.min() >= ENOUGH_EACH else kinds


def _line(true: np.ndarray, logarithms: np.ndarray, *, shifted: bool) -> tuple[float, list[float]]:
    """Temperature and shifts (class). The mean of the shifts changes nothing, so the ridge makes it 0."""
    from scipy.optimize import minimize

    classes = logarithms.shape[1]
    hit = np.zeros_like(logarithms)
    hit[np.arange(len(true)), true] = 1

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        scaled = logarithms * np.exp(-values[0])
        shifts = values[1:] if shifted else np.zeros(classes)
        said = _softmax(scaled + shifts)
        over = (said - hit) / len(true)
        slope = np.concatenate([[-(over * scaled).sum()], over.sum(0) + 2 * RIDGE * shifts])
        total = float(log_losses(true, said).mean() + RIDGE * (shifts**2).sum())
        return total, slope if shifted else slope[:1]

    start = np.zeros(1 + classes * shifted)
    bounds = [(-2.0, 4.0), *[(-20.0, 20.0)] * (len(start) - 1)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(np.exp(found[0])), [float(shift) for shift in found[1:]]


def _steps(said: np.ndarray, is_class: np.ndarray) -> Steps:
    """The best line that never falls. Shares of 0 and 1 are kept half a sample away: they would be certain."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(said, kind="stable")
    x = said[order]
    ends = np.flatnonzero(np.concatenate([x[1:] != x[:-1], [True]]))
    held = np.diff(ends, prepend=-1)
    shares = np.diff(np.cumsum(is_class[order])[ends], prepend=0) / held
    y = np.clip(isotonic_regression(shares, weights=held).x, 0.5 / len(x), 1 - 0.5 / len(x))
    corner = np.ones(len(ends), dtype=bool)
    corner[1:-1] = (y[1:-1] != y[:-2]) | (y[1:-1] != y[2:])
    return Steps(x=x[ends][corner].tolist(), y=y[corner].tolist())


def _climbed(steps: list[Steps], probabilities: np.ndarray) -> np.ndarray:
    if probabilities.shape[1] == 2:
        second = np.interp(probabilities[:, 1], steps[0].x, steps[0].y)
        return np.stack([1 - second, second], axis=1)
    found = np.stack([np.interp(column, one.x, one.y) for one, column in zip(steps, probabilities.T, strict=True)], 1)
    return found / found.sum(1, keepdims=True)


def _logarithms(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities, LEAST))


def _softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
