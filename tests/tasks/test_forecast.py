"""Forecasts of a small random network: its scale, its steps, its loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.backbones import tiny
from tl_core.backbones.families.fracast import forecaster
from tl_core.domain.fault import InputFault
from tl_core.tasks.forecast import Forecaster, enter, loss


@pytest.fixture
def small() -> Forecaster:
    backbone = tiny.make("fracast")
    return Forecaster(backbone, forecaster(backbone.card, backbone.architecture).eval())


def year(steps: int, low: float = 0.0, span: float = 1.0) -> np.ndarray:
    return low + span * (1 + np.sin(np.arange(steps) * 2 * np.pi / 12)) / 2


def test_series_stand_at_the_end_of_the_context_from_0_to_1(small: Forecaster) -> None:
    series = [year(20, 5, 10), year(50, -1e9, 3)]
    series[0][4] = np.nan
    entered = enter(series, small.spec)
    values, there = entered.batch["values"][..., 0, 0], entered.batch["values"][..., 0, 1]
    assert there[0].tolist() == [0] * 12 + [1] * 4 + [0] + [1] * 15
    assert there[1].all()
    assert not values[0][there[0] == 0].any()
    back = values.double().numpy() * entered.span + entered.low
    np.testing.assert_allclose(back[1], series[1][-32:], atol=1e-3)
    assert float(values.min()) == 0
    assert float(values.max()) == 1


def test_forecasts_follow_the_scale_of_each_series(small: Forecaster) -> None:
    one = small.quantiles([year(30)], 5)
    other = small.quantiles([year(30, -500, 1000), year(30)], 5)
    assert one.shape == (1, 5, 3)
    np.testing.assert_allclose(other[0], one[0] * 1000 - 500, atol=0.05)
    np.testing.assert_allclose(other[1], one[0], atol=1e-6)
    assert (np.diff(one, axis=2) >= 0).all()


def test_beyond_its_own_steps_the_medians_are_the_past(small: Forecaster) -> None:
    series = year(30)
    first, long = small.quantiles([series], 5)[0], small.quantiles([series], 12)[0]
    then = small.quantiles([np.concatenate([series, first[:, 1]])], 5)[0]
    assert long.shape == (12, 3)
    np.testing.assert_allclose(long[:5], first)
    np.testing.assert_allclose(long[5:10], then)


def test_too_little_is_told(small: Forecaster) -> None:
    series = year(30)
    series[7:] = np.nan
    with pytest.raises(InputFault) as told:
        small.quantiles([series], 5)
    assert told.value.key == "forecast.too_short"
    assert "7" in str(told.value)


def test_the_loss_is_least_at_the_quantiles() -> None:
    truth = torch.randn(20_000, 1)
    levels = torch.tensor([0.1, 0.5, 0.9])
    right = torch.quantile(truth[:, 0], levels)

    def of(answer: torch.Tensor) -> float:
        return float(loss(answer.expand(len(truth), 1, 3), truth, levels).mean())

    assert of(right) < min(of(right + 0.1), of(right - 0.1), of(right * 1.2), of(right * 0.8))


def test_steps_that_are_not_known_cost_nothing() -> None:
    levels = torch.tensor([0.5])
    answer, truth = torch.ones(1, 4, 1), torch.tensor([[1.0, torch.nan, 3.0]])
    assert float(loss(answer, truth, levels)) == pytest.approx(0.5)
    assert float(loss(answer, torch.full((1, 3), torch.nan), levels)) == 0
