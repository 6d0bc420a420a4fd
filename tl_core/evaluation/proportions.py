"""Shares of clustered samples with exact intervals: a group of like samples counts as less than as many single ones."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tl_core.domain.report import Metric
from tl_core.evaluation.intervals import LEAST_UNITS


def counts(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    """(unit,) sums of ``values`` (n,) over samples of the same unit."""
    return np.bincount(units, weights=np.asarray(values, dtype=np.float64), minlength=int(units.max(initial=-1)) + 1)


def effective(over: np.ndarray, under: np.ndarray) -> tuple[float, float]:
    """(right, trials) of independent samples that say as much as these; ``over`` of ``under`` in each unit.

    The number of trials comes from the share's clustered variance (Korn & Graubard 1998). Where nothing varies it is
    that of samples which agree wholly within their unit (Kish 1965); it is never below that.
    """
    from scipy.special import stdtrit

    total, filled = float(under.sum()), int((under > 0).sum())
    if not total:
        return 0.0, 0.0
    if under.max() <= 1:
        return float(over.sum()), total
    share = float(over.sum()) / total
    least = total**2 / float((under**2).sum())
    trials = least
    if 0 < share < 1 and filled > 1:
        spread = filled / (filled - 1) * float(((over - share * under) ** 2).sum()) / total**2
        careful = (stdtrit(total - 1, 0.975) / stdtrit(filled - 1, 0.975)) ** 2
        trials = min(total, max(least, careful * share * (1 - share) / spread if spread else total))
    return share * trials, trials


def share(over: np.ndarray, under: np.ndarray, scale: float = 1.0) -> Metric:
    """The share with its 95 % interval (Clopper & Pearson 1934, of effective counts), times ``scale``.

    ``over``, ``under`` (unit,). Fewer than ten filled units give no interval; nothing under the line gives 0.
    """
    total, filled = float(under.sum()), int((under > 0).sum())
    facts = {"samples": int(total), "groups": filled}
    value = scale * float(over.sum()) / total if total else 0.0
    if filled < LEAST_UNITS:
        return Metric(value=value, **facts)
    low, high = between(*effective(over, under))
    return Metric(value=value, low=scale * low, high=scale * high, method="exact", **facts)


def between(right: float, trials: float) -> tuple[float, float]:
    """The exact 95 % interval; ``right`` and ``trials`` need not be whole."""
    from scipy.special import betaincinv

    low = 0.0 if right <= 0 else float(betaincinv(right, trials - right + 1, 0.025))
    high = 1.0 if right >= trials else float(betaincinv(right + 1, trials - right, 0.975))
    return low, high


def at_most(right: float, trials: float) -> float:
    """What the share exceeds in no more than 5 of 100 studies: the one-sided exact bound."""
    from scipy.special import betaincinv

    return 1.0 if right >= trials else float(betaincinv(right + 1, trials - right, 0.95))


def design_effect(values: np.ndarray, units: np.ndarray) -> float:
    """How many times fewer independent samples would say as much as these ``values`` (n,): 1 + (m - 1) * rho.

    rho is the correlation within units by analysis of variance (Donner 1986), of ranks, so that one odd value does not
    make it; m the weighted size of a unit. At least 1.
    """
    _, unit, held = np.unique(units, return_inverse=True, return_counts=True)
    total, filled = len(values), len(held)
    if filled in (1, total):
        return float(total) if filled == 1 else 1.0
    ranks = np.argsort(np.argsort(values, kind="stable")).astype(float)
    means = np.bincount(unit, weights=ranks) / held
    between = float((held * (means - ranks.mean()) ** 2).sum()) / (filled - 1)
    inside = float(((ranks - means[unit]) ** 2).sum()) / (total - filled)
    size = (total - float((held**2).sum()) / total) / (filled - 1)
    alike = (between - inside) / (between + (size - 1) * inside) if between else 0.0
    return 1.0 + (float((held**2).sum()) / total - 1) * max(0.0, alike)


def likely(over: np.ndarray, under: np.ndarray, count: int, seed: int, side: Literal["low", "high"]) -> np.ndarray:
    """``count`` draws of what the true share may be, for the ``side`` of an interval of what follows from shares.

    Of single samples those of Jeffreys, Beta(right + 1/2, wrong + 1/2); of clustered ones, whose effective counts are
    themselves estimated, the exact interval's, which lie half a sample further out.
    """
    right, trials = effective(over, under)
    out = 0.0 if not under.any() or under.max() <= 1 else 0.5 if side == "high" else -0.5
    alpha, beta = right + 0.5 + out, trials - right + 0.5 - out
    return np.random.default_rng(seed).beta(max(alpha, 1e-6), max(beta, 1e-6), count)
