"""Which unit of a layer group is worth showing, and where in which samples it responds most.

As in Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (ECCV 2014, arxiv.org/abs/1311.2901), a
unit (a channel; of a transformer, a feature of its tokens) is shown by the patches of real pictures that excite it
most. Which of hundreds of units is shown is decided by two figures that are both high for a detector of something:

- how far the third strongest sample stands above the others: its response, standardised over all samples. So one odd
  sample is not enough, and a unit that responds to everything alike stays behind.
- how alike the three places are to the layer itself: the smallest cosine between their activations in all other units,
  standardised. So the three pictures have something in common.

Units are ranked by the third power of the first times the second.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tl_core.domain.excited import Box

SHOWN = 3  # samples a unit
EDGE = 14  # the outermost 1/14 of the cells is left out: what is beyond a picture's edge excites units of its own
FIRST, LAST = 1 / 12, 2 / 3  # side of a patch / side of what the network sees, of the first and the last stage
NOTHING = 1e-6


class Place(NamedTuple):
    """A cell of a stage's map in which the unit that is shown responds strongly; ``middle`` in shares, across, down."""

    sample: int
    middle: tuple[float, float]


class Responses:
    """What a stage's units answered. Grows with their number (the square of it), not with that of the samples."""

    def __init__(self) -> None:
        self.samples = 0
        self.grid = (1, 1)  # cells down, across

    def add(self, hidden: np.ndarray) -> None:
        """The stage's output for the next samples, as ``cells`` takes it."""
        maps = cells(hidden)
        count, units, high, wide = maps.shape
        if not self.samples:
            self._begin(units, (high, wide))
        flat = maps.reshape(count, units, -1)
        self._counted += count * high * wide
        self._cells += np.array([flat.sum((0, 2)), (flat**2).sum((0, 2))])
        top, left = _edge(high), _edge(wide)
        inner = maps[:, :, top : high - top, left : wide - left].reshape(count, units, -1)
        where = inner.argmax(2)  # (sample, unit)
        most = np.take_along_axis(inner, where[:, :, None], 2)[:, :, 0].astype(np.float64)
        down, across = np.divmod(where, wide - 2 * left)
        self._keep(flat, most, (down + top) * wide + across + left)
        self._most += np.array([most.sum(0), (most**2).sum(0)])
        self.samples += count

    def best(self, most: int) -> list[list[Place]]:
        """Of the units most worth showing, at most ``most``, the three samples that excite each most.

        Every sample of a unit is another one; fewer than three where there are fewer. No unit where none tells samples
        apart.
        """
        shown = min(SHOWN, self.samples)
        if not shown:
            return []
        middle = self._most[0] / self.samples
        spread = np.sqrt(np.maximum(0.0, self._most[1] / self.samples - middle**2))
        tells = spread > NOTHING * np.abs(middle).max()
        above = (self._top[shown - 1] - middle) / np.where(tells, spread, 1.0)
        worth = tells * np.maximum(NOTHING, above) ** 3 * np.maximum(NOTHING, self._alike(shown))
        units = np.argsort(-worth, kind="stable")[:most]
        return [[self._place(rank, unit) for rank in range(shown)] for unit in units if worth[unit] > 0.0]

    def _place(self, rank: int, unit: int) -> Place:
        high, wide = self.grid
        down, across = divmod(int(self._cell[rank, unit]), wide)
        return Place(int(self._sample[rank, unit]), ((across + 0.5) / wide, (down + 0.5) / high))

    def _begin(self, units: int, grid: tuple[int, int]) -> None:
        self.grid = grid
        self._counted = 0  # cells of all samples
        self._cells = np.zeros((2, units))  # their responses: sum, sum of squares
        self._most = np.zeros((2, units))  # of the strongest cell of each sample: sum, sum of squares
        self._top = np.full((SHOWN, units), -np.inf)  # the strongest responses, of a sample each
        self._sample = np.zeros((SHOWN, units), dtype=np.int64)
        self._cell = np.zeros((SHOWN, units), dtype=np.int64)
        self._around = np.zeros((SHOWN, units, units), dtype=np.float32)  # what all units answered in that cell

    def _keep(self, flat: np.ndarray, most: np.ndarray, cell: np.ndarray) -> None:
        """The strongest of those kept and the new ones; an earlier sample goes before an equal later one."""
        count, units = most.shape
        every = np.concatenate([self._top, most])
        rank = np.argsort(-every, axis=0, kind="stable")[:SHOWN]  # (rank, unit): up to 2 were kept, from 3 on are new
        number = np.arange(self.samples, self.samples + count)[:, None].repeat(units, 1)
        self._top = np.take_along_axis(every, rank, 0)
        self._sample = np.take_along_axis(np.concatenate([self._sample, number]), rank, 0)
        self._cell = np.take_along_axis(np.concatenate([self._cell, cell]), rank, 0)
        around = np.empty_like(self._around)
        for place in range(SHOWN):
            old, new = rank[place] < SHOWN, rank[place] >= SHOWN
            around[place, old] = self._around[rank[place, old], old]
            around[place, new] = flat[rank[place, new] - SHOWN, :, self._cell[place, new]]
        self._around = around

    def _alike(self, shown: int) -> np.ndarray:
        """The smallest cosine between the strongest places of each unit, in all units but itself. (unit,)"""
        middle, squares = self._cells / self._counted
        spread = np.sqrt(np.maximum(NOTHING * squares, squares - middle**2))
        spread[spread == 0.0] = 1.0  # units that never answer
        around = (self._around[:shown] - middle.astype(np.float32)) / spread.astype(np.float32)
        units = np.arange(around.shape[1])
        around[:, units, units] = 0.0
        around /= np.maximum(NOTHING, np.linalg.norm(around, axis=2, keepdims=True))
        pairs = [(one, other) for one in range(shown) for other in range(one)]
        if not pairs:
            return np.ones(len(units))
        return np.min([(around[one] * around[other]).sum(1) for one, other in pairs], axis=0)


def cells(hidden: np.ndarray) -> np.ndarray:
    """A stage's output as maps (sample, unit, down, across), float32.

    Of (sample, unit, down, across) and (sample, down, across, unit) the square is the map. Tokens (sample, token, unit)
    are a square too, after those that stand for no patch. What is pooled already, (sample, unit), is one cell.
    """
    if hidden.ndim == 4:
        maps = hidden if hidden.shape[2] == hidden.shape[3] else hidden.transpose(0, 3, 1, 2)
    elif hidden.ndim == 3:
        side = math.isqrt(hidden.shape[1])
        patches = hidden[:, hidden.shape[1] - side * side :]
        maps = patches.transpose(0, 2, 1).reshape(len(hidden), -1, side, side)
    else:
        maps = hidden.reshape(len(hidden), -1, 1, 1)
    return maps.astype(np.float32, copy=False)


def around(middle: tuple[float, float], stage: int, stages: int, grid: tuple[int, int]) -> Box:
    """The patch to show for a cell, in shares of what the network sees: a square inside it that grows with depth.

    How far a unit looks cannot be read off a network: its receptive field soon covers all, but most of what counts lies
    in a small part of it (Luo et al., "Understanding the Effective Receptive Field", NeurIPS 2016,
    arxiv.org/abs/1701.04128). So the side grows evenly, from a twelfth to two thirds, and is never less than a cell.
    """
    side = FIRST * (LAST / FIRST) ** (stage / max(1, stages - 1))
    side = max(side, 1 / min(grid))
    left, top = (min(max(0.0, at - side / 2), 1 - side) for at in middle)
    return Box(left=left, top=top, right=left + side, bottom=top + side)


def _edge(side: int) -> int:
    """Cells left out on each side; none where nothing would be left."""
    left_out = math.ceil(side / EDGE)
    return left_out if side > 2 * left_out + 1 else 0
