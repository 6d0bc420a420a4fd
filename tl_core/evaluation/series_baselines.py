"""What a practitioner would do with time series without a pre-trained model, strongest first as benchmarks have it.

MiniROCKET under a ridge regression, 22 canonical features (``catch22``) under a logistic one, and the nearest training
series, with time bent a little or not. Where a method can say of its training series what it would have said without
them, it does: ``left_out``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.data.series.stored import Series
from tl_core.evaluation.intervals import Groups, units_of
from tl_core.evaluation.ridge_classes import Ridge, solve
from tl_core.evaluation.series_matrix import common_length, matrix

SHORTEST = 9  # moments: a kernel's
LONGEST = 512  # moments, drawn together
SEED = 0


class MiniRocket:
    """A baseline (see ``minirocket``)."""

    def fit(
        self, raws: Sequence[Series], y: np.ndarray, groups: Groups = None, classes: int | None = None
    ) -> FittedRocket:
        import torch

        from tl_core.evaluation.minirocket import paces, shares

        raws, y = list(raws), np.asarray(y, dtype=np.int64)
        channels = max(len(one.channels) for one in raws)
        length = max(SHORTEST, common_length(raws, LONGEST))
        values = matrix(raws, channels, length)
        # Scaled as a whole: thresholds are exact, but float32 is not where values are huge
        centre, spread = values.mean(axis=(0, 2), keepdims=True), values.std(axis=(0, 2), keepdims=True)
        scale = (centre, np.maximum(spread, 1e-9))
        inputs = torch.from_numpy((values - scale[0]) / scale[1])
        measured = paces(inputs, SEED)
        features, units, count = shares(inputs, measured), units_of(groups, len(y)), classes or int(y.max()) + 1
        ridge, said = solve(features, y, units, count)
        return FittedRocket(measured, scale, (channels, length), ridge, said)


class FittedRocket:
    """``left_out`` (n, c): probabilities of each training series by the others of other groups; None for too many."""

    def __init__(
        self, measured: list, scale: tuple[np.ndarray, np.ndarray], shape: tuple[int, int], ridge: Ridge,
        left_out: np.ndarray | None,
    ) -> None:  # fmt: skip
        self._measured, self._scale, self._shape, self._ridge = measured, scale, shape, ridge
        self.left_out = left_out

    def predict(self, raws: Sequence[Series]) -> np.ndarray:
        import torch

        from tl_core.evaluation.minirocket import shares

        values = (matrix(list(raws), *self._shape) - self._scale[0]) / self._scale[1]
        return self._ridge.probabilities(shares(torch.from_numpy(values), self._measured))
