"""Pixels that are not square, made so: a slice cut across thick ones would look squashed."""

from __future__ import annotations

import numpy as np
from PIL import Image

TOLERANCE = 0.02  # relative difference that nobody sees
LONGEST = 2048  # pixels of the side that grows


def squared(pixels: np.ndarray, across: float, down: float) -> np.ndarray:
    """``pixels`` (height, width, ...) uint8, the coarser side stretched. ``across``, ``down``: a pixel's size, or 0."""
    if across <= 0 or down <= 0 or abs(across - down) <= TOLERANCE * max(across, down):
        return pixels
    height, width = pixels.shape[:2]
    if down > across:
        height = min(round(height * down / across), max(height, LONGEST))
    else:
        width = min(round(width * across / down), max(width, LONGEST))
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR))
