"""Is one model better than another on the same samples? Paired, so that what is hard for both cancels out."""

from __future__ import annotations

import numpy as np

from tl_core.domain.comparison import Comparison
from tl_core.domain.report import Metric
from tl_core.domain.split import Subset
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, draws, percentiles, reach, units_of
from tl_core.evaluation.metrics import log_losses

LEAST_GAIN = 1e-3  # of log-loss a sample: less is nothing, however sure


def paired_gain(true: np.ndarray, p_a: np.ndarray, p_b: np.ndarray, groups: Groups = None, seed: int = 0) -> Metric:
    """Balanced accuracy of ``p_a`` minus that of ``p_b`` (both (n, c)), with the paired bootstrap's 95 % interval.

    Where the two never part on a class, its difference could still be as far off as the exact reach of its units says.
    """
    true = np.asarray(true, dtype=np.int64)
    units = units_of(groups, len(true))
    count, classes = int(units.max()) + 1, np.asarray(p_a).shape[1]
    present = np.flatnonzero(np.bincount(true, minlength=classes))
    right_a, right_b = np.asarray(p_a).argmax(1) == true, np.asarray(p_b).argmax(1) == true

    def per_unit(values: np.ndarray) -> np.ndarray:
        flat = np.bincount(units * classes + true, weights=values, minlength=count * classes)
        return flat.reshape(count, classes)[:, present]

    difference, totals = per_unit(right_a.astype(float) - right_b), per_unit(np.ones(len(true)))
    value = float((difference.sum(0) / totals.sum(0)).mean())
    facts = {"samples": len(true), "groups": count}
    if count < LEAST_UNITS:
        return Metric(value=value, **facts)
    with np.errstate(invalid="ignore", divide="ignore"):
        resampled = np.concatenate([((w @ difference) / (w @ totals)).mean(1) for w in draws(count, seed)])
    low, high = percentiles(resampled, count)
    agreed = np.abs(per_unit(right_a != right_b)).sum(0) == 0
    blind = np.where(agreed, reach((totals > 0).sum(0)), 0.0) / len(present)
    further = float(np.sqrt((blind**2).sum()))
    return Metric(
        value=value,
        low=max(-1.0, value - float(np.hypot(value - min(low, value), further))),
        high=min(1.0, value + float(np.hypot(max(high, value) - value, further))),
        method="exact" if agreed.all() else "bootstrap",
        **facts,
    )


def mean_of(each: np.ndarray, seed: int = 0) -> Metric:
    """Mean over units of a figure known once for each of them, (unit,), with the bootstrap's 95 % interval."""
    count, value = len(each), float(each.mean())
    if count < LEAST_UNITS:
        return Metric(value=value, samples=count, groups=count)
    low, high = percentiles(np.concatenate([w @ each / count for w in draws(count, seed)]), count)
    return Metric(value=value, low=low, high=high, method="bootstrap", samples=count, groups=count)


def compare(
    first: str, second: str, subset: Subset, true: np.ndarray, p_first: np.ndarray, p_second: np.ndarray,
    groups: Groups = None, seed: int = 0,
) -> Comparison:  # fmt: skip
    """Two runs by name, and what each says (n, c) of the same samples ``true`` (n,)."""
    true = np.asarray(true, dtype=np.int64)
    ours, theirs = np.asarray(p_first).argmax(1) == true, np.asarray(p_second).argmax(1) == true
    return Comparison(
        first=first,
        second=second,
        subset=subset,
        gain=paired_gain(true, p_first, p_second, groups, seed),
        both=int((ours & theirs).sum()),
        only_first=int((ours & ~theirs).sum()),
        only_second=int((~ours & theirs).sum()),
        neither=int((~ours & ~theirs).sum()),
    )


def log_loss_gain(
    true: np.ndarray, p_a: np.ndarray, p_b: np.ndarray, groups: Groups = None, weights: np.ndarray | None = None
) -> tuple[float, float]:
    """(mean, standard error) of log loss under ``p_b`` minus log loss under ``p_a``: positive where ``a`` is better.

    The mean is per sample, each counting as much as its weight (n,), if given. The error is clustered by group
    (linearised ratio estimator, G / (G - 1)); one group alone has an infinite error.
    """
    true = np.asarray(true, dtype=np.int64)
    units = units_of(groups, len(true))
    shares = np.full(len(true), 1.0 / len(true)) if weights is None else np.asarray(weights) / np.sum(weights)
    falls = log_losses(true, np.asarray(p_b)) - log_losses(true, np.asarray(p_a))
    mean, count = float((shares * falls).sum()), int(units.max()) + 1
    if count < 2:
        return mean, float("inf")
    residuals = np.bincount(units, weights=shares * (falls - mean))
    return mean, float(np.sqrt(count / (count - 1) * (residuals**2).sum()))
