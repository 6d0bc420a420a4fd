"""Do probabilities come true? Reliability in bins of equal count, calibration error and Brier score with intervals."""

from __future__ import annotations

import numpy as np

from tl_core.domain.reliability import Bin, Reliability
from tl_core.domain.report import Metric
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, units_of
from tl_core.evaluation.proportions import counts, share

FEWEST = 15  # samples, and groups, a bin
MOST_BINS = 10
DRAWS = 2000


def reliability(true: np.ndarray, probabilities: np.ndarray, groups: Groups = None) -> Reliability:
    """Of the likeliest class: ``true`` (n,), ``probabilities`` (n, c). Raises ``ValueError`` on no samples."""
    true, probabilities = np.asarray(true, dtype=np.int64), np.asarray(probabilities, dtype=np.float64)
    if not len(true):
        raise ValueError("no samples")
    units = units_of(groups, len(true))
    said, right = probabilities.max(1), (probabilities.argmax(1) == true).astype(float)
    place = binned(said, int(units.max()) + 1)
    bins = []
    for number in range(int(place.max()) + 1):
        inside = place == number
        under = counts(inside, units)
        bins.append(Bin(said=float(said[inside].mean()), right=share(counts(right * inside, units), under)))
    return Reliability(
        bins=bins, ece=calibration_error(said, right, groups), brier=brier(true, probabilities, groups)
    )  # fmt: skip


def binned(said: np.ndarray, units: int) -> np.ndarray:
    """(n,) the bin of each probability: bins of about equal count, as many as ``units`` groups allow.

    Equal probabilities share a bin.
    """
    wanted = int(np.clip(units // FEWEST, 2, MOST_BINS))
    ranked = np.sort(said)
    edges = ranked[np.arange(1, wanted) * len(said) // wanted]
    return np.unique(np.searchsorted(edges, said, side="right"), return_inverse=True)[1]


def calibration_error(said: np.ndarray, right: np.ndarray, groups: Groups = None, seed: int = 0) -> Metric:
    """ECE over bins of equal count, its upward bias taken off (Kumar, Liang & Ma 2019): chance alone parts ``said``
    (n,) from ``right`` (n,) in a bin, and absolute values never cancel.

    The interval is Student's from the clustered spread of the bins; it reaches 0 unless the error is larger than
    97.5 % of what chance brings. Simulated: it holds the truth in 92 to 98 % of studies of 120 and 400 samples.
    """
    from scipy.special import stdtrit

    units = units_of(groups, len(said))
    count, total = int(units.max()) + 1, len(said)
    facts = {"samples": total, "groups": count}
    place = binned(said, count)
    bins = int(place.max()) + 1
    flat = units * bins + place
    apart = np.bincount(flat, weights=right - said, minlength=count * bins).reshape(count, bins) / total
    held = np.bincount(flat, minlength=count * bins).reshape(count, bins)
    gaps = apart.sum(0)
    if count < LEAST_UNITS:
        return Metric(value=float(np.abs(gaps).sum()), **facts)
    residuals = (apart - held * gaps / held.sum(0)) * np.sqrt(count / (count - 1))
    spread = residuals.T @ residuals
    each = np.sqrt(np.diagonal(spread))
    plain = float(np.abs(gaps).sum())
    value = max(0.0, 2 * plain - float(_mean_absolute(gaps, each).sum()))
    sign = np.where(gaps < 0, -1.0, 1.0)
    arm = stdtrit(count - 1, 0.975) * np.sqrt(max(float(sign @ spread @ sign), float((each**2).sum())))
    chance = np.random.default_rng(seed).multivariate_normal(np.zeros(bins), spread, DRAWS, method="eigh")
    by_chance = plain <= np.quantile(np.abs(chance).sum(1), 0.975)
    low = 0.0 if by_chance else max(0.0, value - float(arm))
    return Metric(value=value, low=low, high=min(1.0, value + float(arm)), method="delta", **facts)


def brier(true: np.ndarray, probabilities: np.ndarray, groups: Groups = None) -> Metric:
    """Mean squared distance of probabilities (n, c) and truth, summed over classes (Brier 1950): 0 to 2.

    Few samples carry most of it, so the interval is Student's on the scale of its logarithm.
    """
    from scipy.special import stdtrit

    hit = np.zeros_like(probabilities)
    hit[np.arange(len(true)), true] = 1
    each = ((probabilities - hit) ** 2).sum(1)
    units = units_of(groups, len(true))
    count, value = int(units.max()) + 1, float(each.mean())
    facts = {"samples": len(true), "groups": count}
    if count < LEAST_UNITS:
        return Metric(value=value, **facts)
    residuals = counts(each - value, units) / len(true)
    arm = float(stdtrit(count - 1, 0.975) * np.sqrt(count / (count - 1) * (residuals**2).sum())) / max(value, 1e-12)
    low, high = value * np.exp(-arm), min(2.0, value * np.exp(arm))
    return Metric(value=value, low=float(low), high=float(high), method="delta", **facts)


def _mean_absolute(gaps: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Mean of |x| for x normal around each gap: what the absolute gap would be in a study like this one."""
    from scipy.special import ndtr

    spread = np.maximum(spread, 1e-12)
    far = gaps / spread
    return spread * np.sqrt(2 / np.pi) * np.exp(-(far**2) / 2) + gaps * (1 - 2 * ndtr(-far))
