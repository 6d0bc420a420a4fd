"""Where one picture lies in another, up to a crop and a squeeze: left edge, width, upper edge, height, shares of 1."""

from __future__ import annotations

from functools import cache

import numpy as np

CROPS = (0.0, 0.04, 0.08)  # shares cut off at each side
PLACES = np.array(
    [
        (left, 1 - left - right, top, 1 - top - bottom)
        for top in CROPS
        for bottom in CROPS
        for left in CROPS
        for right in CROPS
    ]
)
FARTHEST = 0.05  # that a step may go
NEAR = 2e-4  # a step shorter than this was the last
SAME_LIGHT = 0.2  # least gain from one picture to the other; below there is no likeness to follow


def cropped(picture: np.ndarray) -> np.ndarray:
    """What lies at each of ``PLACES`` in a picture (side, side), at its size: (place, side * side)."""
    side = len(picture)
    ways = _crops(side)
    across = picture @ ways.transpose(0, 2, 1)
    return (ways[:, None] @ across[None]).reshape(len(PLACES), side * side)


@cache
def _crops(side: int) -> np.ndarray:
    return np.stack([_resampled(side, left, 1 - left - right)[0] for left in CROPS for right in CROPS])


def seen(picture: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lies at a place, (side, side), and which of its pixels the picture has."""
    down, in_rows = _resampled(len(picture), place[2], place[3])
    across, in_columns = _resampled(len(picture), place[0], place[1])
    return down @ picture @ across.T, np.outer(in_rows, in_columns)


def refined(whole: np.ndarray, part: np.ndarray, place: np.ndarray, steps: int) -> np.ndarray:
    """A place at which ``whole`` shows ``part`` with less error, both (side, side) (Lucas and Kanade 1981).

    Each step solves for the changes of the place, and for gain and bias of the light, which make the error least as
    far as the gradients tell.
    """
    side = len(whole)
    down, across = np.gradient(whole)
    layers = np.stack([whole, across * side, down * side])
    middles = ((np.arange(side) + 0.5) / side).astype(np.float32)
    for _ in range(steps):
        rows, in_rows = _resampled(side, place[2], place[3])
        columns, in_columns = _resampled(side, place[0], place[1])
        shown, right, below = rows @ layers @ columns.T
        inside = np.outer(in_rows, in_columns).astype(np.float32)
        slopes = np.stack([right, right * middles, below, below * middles[:, None], shown, np.ones_like(shown)])
        slopes = (slopes * inside).reshape(6, -1)
        square = slopes @ slopes.T
        solved = np.linalg.solve(square + 1e-7 * np.trace(square) * np.eye(6), slopes @ part.ravel())
        if solved[4] < SAME_LIGHT:
            break
        step = np.clip(solved[:4] / solved[4], -FARTHEST, FARTHEST)
        place = place + step
        if np.abs(step).max() < NEAR:
            break
    return place


def _resampled(side: int, start: float, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (side, side) that take a row to ``share`` of it from ``start`` on, and which of the new pixels it has."""
    position = (start + share * (np.arange(side) + 0.5) / side) * side - 0.5
    inside = (position > -0.5) & (position < side - 0.5)
    position = np.clip(position, 0, side - 1)
    before = np.minimum(position.astype(np.int64), side - 2)
    rest = (position - before).astype(np.float32)
    weights = np.zeros((side, side), dtype=np.float32)
    numbers = np.arange(side)
    weights[numbers, before] = 1 - rest
    weights[numbers, before + 1] = rest
    return weights, inside


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows without their mean, of length 1."""
    rows = rows - rows.mean(axis=-1, keepdims=True)
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-6)
