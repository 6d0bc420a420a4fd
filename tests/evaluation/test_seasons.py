"""After how many steps things come back."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.seasons import filled, peak, season_of


def wave(steps: int, period: int, noise: float = 0.3) -> np.ndarray:
    time, random = np.arange(steps), np.random.default_rng(steps + period)
    return 3 + 0.1 * time + np.sin(2 * np.pi * time / period) + random.normal(0, noise, steps)


@pytest.mark.parametrize(("period", "likely"), [(12, [12]), (24, [24, 168]), (168, [24, 168]), (7, [])])
def test_the_season_is_found(period: int, likely: list[int]) -> None:
    series = [wave(700, period), wave(600, period)]
    series[0][30:50] = np.nan
    assert season_of(series, likely) == period


def test_no_season_where_there_is_none() -> None:
    noise = [np.random.default_rng(k).normal(size=300) for k in range(5)]
    assert season_of(noise, []) == 1
    assert season_of([np.arange(100.0)], [12]) == 1
    assert season_of([wave(100, 12)], [52]) == 1, "fewer than two years of weeks"
    assert season_of([np.ones(100)], [12]) == 1


def test_what_changes_slowly_does_not_come_back() -> None:
    half_hours = 3 + np.maximum(0, np.sin(2 * np.pi * np.arange(290) / 48)) * np.repeat([1, 2, 1, 3, 2, 1, 2], 48)[:290]
    assert season_of([half_hours], [48, 2]) == 48, "like an hour before, and on the way there even more so"
    walk = np.random.default_rng(1).normal(size=400).cumsum()
    assert season_of([walk], [4, 12]) == 1


def test_the_strongest_peak_of_noise_is_seldom_believed() -> None:
    found = [peak(np.random.default_rng(k).normal(size=200)) for k in range(100)]
    assert sum(one > 1 for one in found) < 15


def test_gaps_are_drawn_over() -> None:
    values = np.array([np.nan, 1, np.nan, 3, np.nan])
    assert filled(values).tolist() == [1, 1, 2, 3, 3]
