"""How much further off a forecaster is on general series than before it learned."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.forecast_forgetting import HORIZON, errors, forgotten
from tl_core.evaluation.forecasts import LEVELS


def said(series: list[np.ndarray], off: float) -> np.ndarray:
    """What came, but for ``off``, at every level."""
    return np.stack([np.repeat(one[-HORIZON:, None] + off, len(LEVELS), axis=1) for one in series])


def test_errors_are_in_the_scale_of_each_series() -> None:
    zigzag = np.arange(60) % 2 * 1.0
    series = [zigzag, 100 * zigzag + 7]
    found = errors(series, said(series, 0.5))
    assert found == pytest.approx([0.5, 0.005])
    assert (errors(series, said(series, 0.0)) > 0).all(), "ratios can be taken"


def test_what_was_forgotten_is_a_ratio_with_its_interval() -> None:
    random = np.random.default_rng(0)
    before = random.lognormal(size=40)
    units = [k // 2 for k in range(40)]
    worse = forgotten(before, before * 1.5 * random.lognormal(0, 0.1, 40), units)
    assert worse.ratio.value == pytest.approx(1.5, rel=0.05)
    assert worse.ratio.low is not None
    assert worse.ratio.high is not None
    assert 1.3 < worse.ratio.low < worse.ratio.value < worse.ratio.high < 1.7
    assert worse.worse > 0.9
    same = forgotten(before, before, units)
    assert (same.ratio.value, same.ratio.low, same.ratio.high, same.worse) == (1, 1, 1, 0)


def test_few_kinds_of_series_give_no_interval() -> None:
    assert forgotten(np.ones(6), np.ones(6) * 2, [0, 0, 1, 1, 2, 2]).ratio.low is None
