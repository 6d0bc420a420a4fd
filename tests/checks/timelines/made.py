"""Series with nothing wrong, to spoil in one way at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tl_core.checks.timelines.examined import Timelines
from tl_core.data.series.timeline import Timeline

DAY = 86_400 * 1_000_000_000
WEEK = 7


def values(length: int = 140, seed: int = 0) -> np.ndarray:
    """Days with a week in them, a trend, and noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(length)
    return 20 + 0.05 * time + 3 * np.sin(2 * np.pi * time / WEEK) + rng.normal(size=length)


def timeline(given: np.ndarray, name: str = "one", first: int = 0, **known: np.ndarray) -> Timeline:
    """Day after day from ``first`` on."""
    columns = np.stack(list(known.values())) if known else np.zeros((0, len(given)))
    times = (first + np.arange(columns.shape[1])) * DAY
    return Timeline(name, given, times, columns, tuple(known))


def examined(*series: Timeline, likely: Sequence[int] = (WEEK,), **how: Any) -> Timelines:
    return Timelines(series, [f"{number:016x}" for number in range(len(series))], likely, **how)


def sound(count: int = 3) -> list[Timeline]:
    """Series with nothing wrong."""
    return [timeline(values(seed=seed), f"series {seed}") for seed in range(count)]
