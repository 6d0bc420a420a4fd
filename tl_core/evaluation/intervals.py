"""95 % intervals: which units are independent, how they are resampled, and what to do where resampling is blind.

Units are groups (patients, documents) where there are any, else samples. Fewer than ``LEAST_UNITS`` units give no
interval at all: ten patients cannot say how the eleventh will fare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np

RESAMPLES = 2000
LEAST_UNITS = 10
_AT_ONCE = 4_000_000  # weights held in memory at once

Groups = Sequence[str | int | None] | np.ndarray | None


def units_of(groups: Groups, samples: int) -> np.ndarray:
    """(n,) unit number of each sample, counted from 0. A sample without a group is a unit of its own."""
    if groups is None:
        return np.arange(samples)
    if len(groups) != samples:
        raise ValueError(f"{len(groups)} groups for {samples} samples")
    numbers: dict[object, int] = {}
    return np.array(
        [numbers.setdefault(("sample", i) if g is None else ("group", g), len(numbers)) for i, g in enumerate(groups)],
        dtype=np.int64,
    )


def draws(units: int, seed: int, resamples: int = RESAMPLES, width: int = 0) -> Iterator[np.ndarray]:
    """Bootstrap weights in chunks (b, units): how often each unit was drawn, ``units`` draws with replacement each.

    ``width``: numbers the caller will make of each row, where that is more; keeps the chunks small.
    """
    rng = np.random.default_rng(seed)
    size = max(1, min(resamples, _AT_ONCE // max(units, width)))
    for first in range(0, resamples, size):
        rows = min(size, resamples - first)
        drawn = rng.integers(0, units, (rows, units)) + np.arange(rows)[:, None] * units
        yield np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units).astype(np.float64)


def percentiles(values: np.ndarray, units: int) -> tuple[float, float]:
    """Percentile interval of the resampled ``values``; NaN (a resample without one of the classes) is left out.

    That conditions on samples that hold every class, as the split guarantees of the data at hand. The quantiles are
    widened for few units by Student's t (Hesterberg 2015, "expanded percentile interval"): plain ones are too narrow
    by sqrt((G - 1) / G) and take no account of the estimated spread.
    """
    from scipy.special import stdtrit

    tail = NormalDist().cdf(-float(np.sqrt(units / (units - 1)) * stdtrit(units - 1, 0.975)))
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)


def logit_interval(value: float, values: np.ndarray, units: int) -> tuple[float, float]:
    """Student interval on the logit scale from the spread of the resampled ``values``; 0 < ``value`` < 1."""
    from scipy.special import expit, logit, stdtrit

    spread = float(np.nanstd(values)) * float(np.sqrt(units / (units - 1)))
    arm = stdtrit(units - 1, 0.975) * spread / (value * (1 - value))
    return float(expit(logit(value) - arm)), float(expit(logit(value) + arm))


def clopper_pearson(right: int, trials: int) -> tuple[float, float]:
    """Exact 95 % interval of a share, ``right`` of ``trials`` independent units."""
    from scipy.special import betaincinv

    low = 0.0 if right == 0 else float(betaincinv(right, trials - right + 1, 0.025))
    high = 1.0 if right == trials else float(betaincinv(right + 1, trials - right, 0.975))
    return low, high


def reach(trials: np.ndarray) -> np.ndarray:
    """How far the truth may lie from a score of 0 or 1 seen in all of ``trials`` units: the exact interval's width.

    A resample of all-equal outcomes never varies, so the bootstrap is blind there.
    """
    return 1.0 - 0.025 ** (1.0 / np.maximum(trials, 1))
