"""A series with the moments that counted: lit up on its curves, or drawn over. No torch.

What is drawn over becomes a straight line from what was before to what comes after, channel by channel.
"""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from tl_core.data.series.picture import MOST_ROWS, curves
from tl_core.data.series.stored import Series
from tl_core.modalities.series.gaps import filled

WIDTH, HEIGHT = 512, 160  # pixels of what is shown
EMBER = np.array([232, 89, 12], dtype=np.float32)  # of what counted
STRONGEST = 0.8  # opacity at the hottest place
SMOOTH = 0.02  # of the length, over which heat is spread: single moments mean little
TRIES = 8


class SeriesParts:
    """``heat`` (channel, time), at least 0, over all of ``raw``."""

    def __init__(self, raw: Series, heat: np.ndarray) -> None:
        self._raw = raw
        wide = max(1, round(SMOOTH * raw.length))
        kernel = np.hanning(2 * wide + 1)
        padded = np.pad(np.asarray(heat, dtype=np.float64), ((0, 0), (wide, wide)), mode="edge")
        self._heat = np.stack([np.convolve(row, kernel / kernel.sum(), "valid") for row in padded])

    def shown(self) -> dict[str, Any]:
        drawn = np.asarray(curves(self._raw, WIDTH, HEIGHT), dtype=np.float32)
        heat = self._heat[:MOST_ROWS] / max(float(self._heat.max()), 1e-9)
        rows = (np.arange(HEIGHT) * len(heat)) // HEIGHT
        columns = (np.arange(WIDTH) * heat.shape[1]) // WIDTH
        opacity = (heat[rows][:, columns] * STRONGEST)[..., None]
        stream = io.BytesIO()
        pixels = np.maximum(drawn, EMBER * opacity)  # glows behind the curve, which stays to be seen
        Image.fromarray(pixels.round().astype(np.uint8)).save(stream, "PNG")
        return {"picture": base64.b64encode(stream.getvalue()).decode("ascii"), "curves": True}

    def covered(self, share: float) -> Series:
        return self._without(self._heat, share)

    def elsewhere(self, share: float, rng: np.random.Generator) -> Series:
        """The same shape, pushed along; of several places the one that meets least of what counted."""
        tried = [np.roll(self._heat, int(rng.integers(self._heat.shape[1])), axis=1) for _ in range(TRIES)]
        return self._without(min(tried, key=lambda one: float((one * self._heat).sum())), share)

    def _without(self, heat: np.ndarray, share: float) -> Series:
        """By rank, so that a share is a share where many moments are equally hot."""
        rank = np.argsort(np.argsort(-heat, axis=None, kind="stable")).reshape(heat.shape)
        gone = rank < share * rank.size
        gaps = np.isnan(self._raw.values)
        lines = filled(np.where(gone, np.nan, self._raw.values))
        values = np.where(gone & ~gaps, lines, self._raw.values)
        return replace(self._raw, values=values.astype(np.float32))
