"""Ways to vary a series (Um et al. 2017; Iwana and Uchida 2021). Each keeps its length, channels, times and gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tl_core.data.series.stored import Series
from tl_core.modalities.augmentation import Augmentation
from tl_core.modalities.series.gaps import filled

JITTER = 0.03  # of each channel's spread
SCALE = 0.1  # spread of the factor, by which swings grow or shrink
WARP = 0.2  # spread of the pace, 1 being even
KNOTS = 4  # places between which the pace changes
SHIFT = 0.1  # of the length, at most, either way
DROPPED = 0.1  # of the length, at most
RNG = np.random.Generator


def jitter(raw: Series, rng: RNG) -> Series:
    """Noise on every value."""
    return _with(raw, raw.values + rng.normal(0, JITTER, raw.values.shape) * _spread(raw))


def scaling(raw: Series, rng: RNG) -> Series:
    """Each channel's swings larger or smaller around its mean."""
    middle = _mean(raw)
    factors = rng.normal(1, SCALE, (len(raw.values), 1))
    return _with(raw, middle + (raw.values - middle) * factors)


def warp(raw: Series, rng: RNG) -> Series:
    """Now slower, now quicker; it begins and ends as before."""
    knots = np.linspace(0, 1, KNOTS + 2)
    pace = np.interp(np.linspace(0, 1, raw.length), knots, np.maximum(0.2, rng.normal(1, WARP, len(knots))))
    path = np.concatenate([[0], np.cumsum((pace[1:] + pace[:-1]) / 2)])
    return _with(raw, _read(raw, path / path[-1] * (raw.length - 1)))


def shift(raw: Series, rng: RNG) -> Series:
    """Earlier or later; what is pushed out is lost, and the value at the end goes on."""
    steps = round(rng.uniform(-SHIFT, SHIFT) * raw.length)
    return _with(raw, _read(raw, np.clip(np.arange(raw.length) - steps, 0, raw.length - 1)))


def dropout(raw: Series, rng: RNG) -> Series:
    """A stretch of every channel becomes a straight line."""
    wide = int(rng.integers(0, max(1, int(DROPPED * raw.length)) + 1))
    start = int(rng.integers(0, raw.length - wide + 1))
    holed = raw.values.copy()
    holed[:, start : start + wide] = np.nan
    lines = filled(holed) if np.isfinite(holed).any() else filled(raw.values)
    return _with(raw, np.where(np.isnan(holed), lines, holed))


def _with(raw: Series, values: np.ndarray) -> Series:
    """Gaps stay where they were."""
    return replace(raw, values=np.where(np.isnan(raw.values), np.nan, values).astype(np.float32))


def _read(raw: Series, places: np.ndarray) -> np.ndarray:
    """(channel, time) values in between moments, at ``places`` (time,)."""
    known = np.arange(raw.length)
    return np.stack([np.interp(places, known, row) for row in filled(raw.values)])


def _spread(raw: Series) -> np.ndarray:
    """(channel, 1)"""
    return filled(raw.values).std(axis=1, keepdims=True)


def _mean(raw: Series) -> np.ndarray:
    """(channel, 1)"""
    return filled(raw.values).mean(axis=1, keepdims=True)


AUGMENTATIONS = [
    Augmentation("window_shift", shift, default=True),
    Augmentation("warp", warp),
    Augmentation("swings", scaling, default=True),
    Augmentation("jitter", jitter, default=True),
    Augmentation("stretch_dropout", dropout),
]
