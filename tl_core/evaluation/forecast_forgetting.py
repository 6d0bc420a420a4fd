"""What learning cost a forecaster of its general ability: how much further off it is on series that are nobody's."""

from __future__ import annotations

import numpy as np

from tl_core.domain.forecast import Forgotten
from tl_core.domain.report import Metric
from tl_core.evaluation.forecasts import mase, scales, truths
from tl_core.evaluation.intervals import LEAST_UNITS, draws, percentiles, units_of

HORIZON = 24  # steps of each general series
TINY = 1e-6  # of the scale of a series: nothing is forecast better than that


def errors(series: list[np.ndarray], quantiles: np.ndarray) -> np.ndarray:
    """Of what was said, (series, step, level), about the last ``HORIZON`` steps of ``series`` (time,): MASE of each."""
    told, truth = quantiles[:, None, None], [truths([one], (HORIZON,), HORIZON) for one in series]
    scale = [scales([one], (HORIZON,), 1) for one in series]
    found = [mase(row, true, unit)[0] for row, true, unit in zip(told, truth, scale, strict=True)]
    return np.maximum(np.array(found), TINY)


def forgotten(before: np.ndarray, after: np.ndarray, units: list[int]) -> Forgotten:
    """``before`` and ``after`` (series,): errors of the starting model and of what learned; ``units`` hang together."""
    change = np.log(after) - np.log(before)
    numbers = units_of(units, len(change))
    count = int(numbers.max()) + 1
    over, under = np.bincount(numbers, weights=change), np.bincount(numbers).astype(float)
    ratio = Metric(value=float(np.exp(change.mean())), samples=len(change), groups=count)
    if count >= LEAST_UNITS:
        drawn = np.concatenate([(weights @ over) / (weights @ under) for weights in draws(count, 0)])
        low, high = np.exp(percentiles(drawn, count))
        update = {"low": min(float(low), ratio.value), "high": max(float(high), ratio.value), "method": "bootstrap"}
        ratio = ratio.model_copy(update=update)
    return Forgotten(
        horizon=HORIZON, untuned=float(np.median(before)), learned=float(np.median(after)), ratio=ratio,
        worse=float((change > 0).mean()),
    )  # fmt: skip
