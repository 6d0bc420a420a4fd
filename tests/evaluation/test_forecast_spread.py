"""How sure forecasts are, by how far off they were."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from tl_core.evaluation.forecast_spread import PRIOR, factor, left_out, widened
from tl_core.evaluation.forecasts import LEVELS, MIDDLE, coverage


def normal(origins: int, width: float, series: int = 20, steps: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quantiles ``width`` times as wide as they should be, what came, and a scale for each series."""
    size = 10.0 ** np.arange(series)[None, :, None] % 97 + 1
    truth = np.random.default_rng(origins).normal(size=(origins, series, steps)) * size
    quantiles = width * size[..., None] * norm.ppf(LEVELS) * np.ones((*truth.shape, 1))
    return quantiles, truth, np.ones((origins, series)) * size[..., 0]


@pytest.mark.parametrize("width", [0.4, 1.0, 2.0])
def test_with_much_evidence_it_becomes_honest(width: float) -> None:
    quantiles, truth, scale = normal(6, width)
    found = factor(quantiles, truth, scale, 1000.0)
    assert found == pytest.approx(1 / width, rel=0.1)
    fresh, came, _ = normal(7, width)
    for percent, near in ((80, 0.05), (95, 0.03)):
        assert coverage(widened(fresh, found), came, percent).mean() == pytest.approx(percent / 100, abs=near)
    judged = left_out(quantiles, truth, scale, 1000.0)
    assert coverage(judged, truth, 80).mean() == pytest.approx(0.8, abs=0.05)


def test_little_evidence_counts_for_little() -> None:
    quantiles, truth, scale = normal(6, 0.4)
    whole, half, none = (factor(quantiles, truth, scale, stretches) for stretches in (1e9, PRIOR, 0.0))
    assert half == pytest.approx(np.sqrt(whole))
    assert none == 1
    assert np.array_equal(left_out(quantiles[:1], truth[:1], scale[:1], 5.0), quantiles[:1]), "nothing else to go by"


def test_an_origin_is_judged_without_itself() -> None:
    quantiles, truth, scale = normal(3, 1.0)
    truth[1] *= 50
    judged = left_out(quantiles, truth, scale, 1e9)
    spread = judged[..., -1] - judged[..., 0]
    own = quantiles[..., -1] - quantiles[..., 0]
    assert (spread[1] / own[1]).max() < 1.3
    assert (spread[0] / own[0]).min() > 2


def test_the_median_stays_and_what_is_not_known_costs_nothing() -> None:
    quantiles, truth, scale = normal(4, 0.5)
    assert np.array_equal(widened(quantiles, 3.0)[..., MIDDLE], quantiles[..., MIDDLE])
    before = factor(quantiles[:, 1:], truth[:, 1:], scale[:, 1:], 5.0)
    scale[:, 0] = np.nan
    assert factor(quantiles, truth, scale, 5.0) == pytest.approx(before)
    assert factor(quantiles, truth * np.nan, scale, 5.0) == 1
