"""Where one picture lies in another, up to a crop and a squeeze.

A place is [[left edge, upper edge], [width, height]] as shares of the whole's sides; pictures are squares (side, side).
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np

CROPS = tuple(product((0.0, 0.04, 0.08), repeat=2))  # shares cut off at either end of a side
PLACES = np.array(
    [[(left, top), (1 - left - right, 1 - top - bottom)] for (top, bottom), (left, right) in product(CROPS, CROPS)]
)
FARTHEST = 0.05  # that a step may go
NEAR = 0.01  # pixels: a step shorter than this was the last
SAME_LIGHT = 0.2  # least gain from one picture to the other; below there is no likeness to follow


def cropped(picture: np.ndarray) -> np.ndarray:
    """What lies at each of ``PLACES`` in a picture, at its size: (place, side * side)."""
    ways = _crops(len(picture))
    across = picture @ ways.transpose(0, 2, 1)
    return (ways[:, None] @ across[None]).reshape(len(PLACES), picture.size)


@cache
def _crops(side: int) -> np.ndarray:
    starts, ends = np.array(CROPS).T
    return _weights(side, starts, 1 - starts - ends)[0]


def seen(picture: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lies at a place, and which of its pixels the picture has."""
    (across, down), (columns, rows) = _weights(len(picture), *place)
    return down @ picture @ across.T, rows[:, None] & columns


def refined(whole: np.ndarray, part: np.ndarray, place: np.ndarray, steps: int) -> np.ndarray:
    """A place at which ``whole`` shows ``part`` with less error (Lucas and Kanade 1981).

    Each step solves for the changes of the place, and for gain and bias of the light, which make the error least as
    far as the gradients tell.
    """
    side = len(whole)
    below, right = np.gradient(whole)
    layers = np.stack([whole, right * side, below * side])
    middles = ((np.arange(side) + 0.5) / side).astype(np.float32)
    slopes = np.ones((6, side, side), dtype=np.float32)
    for _ in range(steps):
        (across, down), (columns, rows) = _weights(side, *place)
        shown = down @ layers @ across.T
        slopes[0], slopes[1] = shown[1], shown[2]
        np.multiply(shown[1], middles, out=slopes[2])
        np.multiply(shown[2], middles[:, None], out=slopes[3])
        slopes[4], slopes[5] = shown[0], 1
        slopes *= rows[:, None] & columns
        flat = slopes.reshape(6, -1)
        square = flat @ flat.T
        square[np.diag_indices(6)] += 1e-7 * np.trace(square)
        *step, gain, _ = np.linalg.solve(square, flat @ part.ravel())
        if gain < SAME_LIGHT:
            break
        change = np.clip(np.reshape(step, (2, 2)) / gain, -FARTHEST, FARTHEST)
        place = place + change
        if np.abs(change).max() * side < NEAR:
            break
    return place


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows without their mean, of length 1."""
    rows = rows - rows.mean(axis=-1, keepdims=True)
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-6)


def _weights(side: int, starts: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What takes rows to ``shares`` (way,) of them from ``starts`` on (way, side, side); which new pixels they have."""
    position = (starts[:, None] + shares[:, None] * ((np.arange(side) + 0.5) / side)) * side - 0.5
    inside = (position > -0.5) & (position < side - 0.5)
    position = np.minimum(np.maximum(position, 0), side - 1)
    before = np.minimum(position.astype(np.int64), side - 2)
    rest = (position - before).astype(np.float32)
    weights = np.zeros((len(starts), side, side), dtype=np.float32)
    ways, pixels = np.arange(len(starts))[:, None], np.arange(side)
    weights[ways, pixels, before] = 1 - rest
    weights[ways, pixels, before + 1] = rest
    return weights, inside
