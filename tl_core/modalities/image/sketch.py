"""A few numbers by which copies of a picture are found among thousands, before two pictures are really compared."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.ndimage import gaussian_filter

from tl_core.modalities.image.small import FINE, Small, laid

SIDE = 6  # pixels
BLUR = 2.0  # pixels of the fine square: a shift matters less
CROPS = (
    (0, 0),
    (0.03, 0.03),
    (0.06, 0),
    (0, 0.06),
    (0.06, 0.06),
    (0.02, 0.07),
    (0.07, 0.02),
)  # shares of a side, cut off
MIDDLE = (0, 1, 4)  # of the crops: those that mirrored and turned pictures are tried with, equal at all sides


def sketch(small: Small) -> np.ndarray:
    """(70, 36) rows of length 1: the whole, 48 crops of it, and 3 in each of seven other ways to lay it.

    The middle counts more than the border, which is what a crop takes away.
    """
    cuts, weights = _cuts(), _weights()
    soft = gaussian_filter(small.plain.astype(np.float32), BLUR)
    crops = cuts[:, None] @ soft @ cuts.transpose(0, 2, 1)  # (rows' crop, columns' crop, side, side)
    views = [*crops.reshape(-1, SIDE, SIDE), *(laid(crops[k, k], way) for way in range(1, 8) for k in MIDDLE)]
    rows = np.stack(views).reshape(len(views), -1)
    rows = (rows - rows @ weights[:, None]) * np.sqrt(weights)
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-3)).astype(np.float32)


@cache
def _cuts() -> np.ndarray:
    """(crop, 6, 64): means over a sixth each of what is left."""
    pixels, made = np.arange(FINE), []
    for before, after in CROPS:
        edges = FINE * (before + (1 - before - after) * np.arange(SIDE + 1) / SIDE)
        covered = np.minimum.outer(edges[1:], pixels + 1) - np.maximum.outer(edges[:-1], pixels)
        made.append(np.clip(covered, 0, 1) * SIDE / (FINE * (1 - before - after)))
    return np.stack(made).astype(np.float32)


@cache
def _weights() -> np.ndarray:
    """(36,) with sum 1"""
    arch = np.sin(np.pi * (np.arange(SIDE) + 0.5) / SIDE)
    weights = np.outer(arch, arch).ravel()
    return (weights / weights.sum()).astype(np.float32)
