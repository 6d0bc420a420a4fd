"""Is one forecaster less far off than another at the same moments? Paired, so that what is hard for both cancels out.

Moments are the units, all series of one together: the series of a table rise and fall with each other, and they are
not a sample of others. There are about five, too few to resample, and neighbours whose horizons overlap say half the
same: so Student's interval for values that correlate as their horizons overlap, its degrees of freedom after
Satterthwaite (1946). Simulated with five moments and autoregressive errors: it holds the truth in 94 % of studies and
more; where errors hardly fade within a horizon, in 88 %.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.domain.report import Metric
from tl_core.evaluation.forecasts import scaled_errors

STRETCHES = 2  # of the horizon's length, side by side, that moments must span: less is one look


def saved(first: np.ndarray, second: np.ndarray, truth: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Scaled error of the ``second`` minus that of the ``first``, over known steps, NaN where none is: (forecast,).

    Both (forecast, step, level), ``truth`` (forecast, step), ``scale`` (forecast,).
    """
    apart = scaled_errors(second, truth, scale) - scaled_errors(first, truth, scale)
    known = np.isfinite(apart)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, apart, 0).sum(-1) / known.sum(-1)


def gain(each: np.ndarray, places: Sequence[int], horizon: int, forecasts: int) -> Metric:
    """Mean of what was saved at each moment, (moment,), which lie at ``places``, in steps.

    ``forecasts``: of all moments and series. Without an interval where the moments span too little.
    """
    from scipy.special import stdtrit

    count, value = len(each), float(each.mean())
    facts = {"samples": forecasts, "groups": count}
    if max(places) - min(places) < (STRETCHES - 1) * horizon:
        return Metric(value=value, **facts)
    away = np.abs(np.subtract.outer(np.array(places), np.array(places)))
    overlap = np.maximum(0.0, 1 - away / horizon)
    centred = overlap - overlap.mean(0)
    freedom = float(np.trace(centred)) ** 2 / float((centred * centred.T).sum())
    variance = float(((each - value) ** 2).sum()) / float(np.trace(centred))
    arm = float(stdtrit(freedom, 0.975) * np.sqrt(variance * overlap.sum())) / count
    return Metric(value=value, low=value - arm, high=value + arm, method="delta", **facts)
