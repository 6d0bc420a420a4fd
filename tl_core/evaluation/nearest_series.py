"""The nearest training series says the class: by Euclidean distance, or with time bent a little (dynamic time warping,
Sakoe and Chiba 1978). Most pairs are passed over by bounds that are quick to reckon (LB_Keogh, Keogh 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from tl_core.data.series.stored import Series
from tl_core.evaluation.intervals import Groups, units_of
from tl_core.evaluation.series_matrix import common_length, matrix

LONGEST = 256  # moments compared
KEPT = 1000  # training series compared with, at most
BENT = 0.1  # of the length that one series may lag behind the other
ROUND = 4  # candidates tried at once for each series
TRIED = 64  # candidates at most, those with the lowest bounds: of noise, bounds tell little and all would be tried
AT_ONCE = 20_000  # pairs warped at once

Distance = Literal["euclid", "dtw"]


class NearestSeries:
    """A baseline. Each channel is brought to the spread that it has among the training series."""

    def __init__(self, distance: Distance) -> None:
        self._distance = distance

    @threadpool_limits.wrap(limits=1, user_api="blas")
    def fit(
        self, raws: Sequence[Series], y: np.ndarray, groups: Groups = None, classes: int | None = None
    ) -> FittedNearest:
        y = np.asarray(y, dtype=np.int64)
        rows = np.sort(np.random.default_rng(0).permutation(len(y))[:KEPT])
        kept = [raws[int(k)] for k in rows]
        return FittedNearest(
            kept, y[rows], units_of(groups, len(y))[rows], classes or int(y.max()) + 1, self._distance, len(y)
        )


class FittedNearest:
    """``left_out`` (n, c): what is said of each training series by those of other groups; None where not of all."""

    def __init__(
        self, kept: Sequence[Series], y: np.ndarray, units: np.ndarray, classes: int, distance: Distance, count: int
    ) -> None:
        self._channels = max(len(one.channels) for one in kept)
        self._length = common_length(kept, LONGEST)
        self._y, self._classes, self._distance = y, classes, distance
        values = matrix(kept, self._channels, self._length)
        self._centre = values.mean(axis=(0, 2), keepdims=True)
        self._spread = np.maximum(values.std(axis=(0, 2), keepdims=True), 1e-9)
        self._values = (values - self._centre) / self._spread
        apart = units[:, None] != units[None, :]
        said, judged = self._nearest(self._values, apart)
        right = (y[said] == y)[judged]
        # Laplace's rule: a method that was never wrong so far still may be
        self._certain = (right.sum() + 1) / (len(right) + 2)
        self.left_out = self._chances(said) if count == len(y) and judged.all() else None

    def predict(self, raws: Sequence[Series]) -> np.ndarray:
        """(n, c): as sure of the nearest one's class as it was right on training series of other groups."""
        values = (matrix(list(raws), self._channels, self._length) - self._centre) / self._spread
        said, _ = self._nearest(values, np.ones((len(values), len(self._y)), dtype=bool))
        return self._chances(said)

    def _chances(self, said: np.ndarray) -> np.ndarray:
        others = (1 - self._certain) / max(1, self._classes - 1)
        answers = np.full((len(said), self._classes), others)
        answers[np.arange(len(said)), self._y[said]] = self._certain if self._classes > 1 else 1.0
        return answers

    def _nearest(self, values: np.ndarray, allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) number of the nearest training series, and whether there was any to choose; ``allowed`` (n, kept)."""
        some = np.asarray(allowed.any(axis=1))
        if self._distance == "euclid":
            far = np.where(allowed, _squares(values, self._values), np.inf)
        else:
            far = warped(values, self._values, max(1, round(BENT * self._length)), allowed)
        return far.argmin(axis=1), some


def _squares(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n, m) squared distances."""
    first, second = one.reshape(len(one), -1), other.reshape(len(other), -1)
    return np.maximum((first**2).sum(1)[:, None] + (second**2).sum(1)[None] - 2 * first @ second.T, 0)


def warped(one: np.ndarray, other: np.ndarray, window: int, allowed: np.ndarray) -> np.ndarray:
    """(n, m) squared distances by dynamic time warping with the same path for all channels; infinite where another of
    ``other`` (m, channel, time) is known to be nearer to that of ``one`` (n, channel, time), or not ``allowed``.
    """
    bounds = np.maximum(_bounds(one, other, window), _bounds(other, one, window).T)
    bounds = np.where(allowed, bounds, np.inf)
    order = np.argsort(bounds, axis=1, kind="stable")
    found = np.full(bounds.shape, np.inf)
    straight = np.where(allowed, _squares(one, other), np.inf).min(axis=1)
    best = straight * (1 + 1e-4) + 1e-6  # a straight path is one of those allowed; the rest is rounding
    for start in range(0, min(TRIED, order.shape[1]), ROUND):
        tried = order[:, start : start + ROUND]
        open_ = np.take_along_axis(bounds, tried, axis=1) < best[:, None]
        rows, places = np.nonzero(open_)
        if not len(rows):
            break
        columns = tried[rows, places]
        for part in np.array_split(np.arange(len(rows)), -(-len(rows) // AT_ONCE)):
            found[rows[part], columns[part]] = _warped_pairs(one[rows[part]], other[columns[part]], window)
        best = np.minimum(best, found.min(axis=1))
    return found


def _bounds(one: np.ndarray, other: np.ndarray, window: int) -> np.ndarray:
    """(n, m) at most the warped distances: how far ``one`` leaves the band around each of ``other``."""
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(other, ((0, 0), (0, 0), (window, window)), mode="edge"), 2 * window + 1, axis=2
    )
    high, low = around.max(axis=3), around.min(axis=3)
    made = np.empty((len(one), len(other)))
    for row, values in zip(made, one, strict=True):
        beyond = np.maximum(values - high, 0) + np.maximum(low - values, 0)
        row[:] = np.einsum("mct,mct->m", beyond, beyond)
    return made


def _warped_pairs(one: np.ndarray, other: np.ndarray, window: int) -> np.ndarray:
    """(pair,) of equally long (pair, channel, time), row by row of the table of all moments against all."""
    length = one.shape[2]
    first, second = np.ascontiguousarray(one.transpose(2, 1, 0)), np.ascontiguousarray(other.transpose(2, 1, 0))
    before = np.full((length + 1, one.shape[0]), np.inf, dtype=np.float32)
    before[0] = 0
    for i in range(length):
        row = np.full_like(before, np.inf)
        low, high = max(0, i - window), min(length, i + window + 1)
        costs = ((second[low:high] - first[i]) ** 2).sum(axis=1)
        for j in range(low, high):
            nearest = np.minimum(np.minimum(before[j], before[j + 1]), row[j])
            row[j + 1] = nearest + costs[j - low]
        before = row
    return before[length]
