"""Series as one array, for methods that take nothing else: gaps drawn over, all of one length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.data.series.stored import Series
from tl_core.modalities.series.gaps import filled


def common_length(raws: Sequence[Series], most: int) -> int:
    """The middle length, ``most`` at most."""
    return int(min(most, np.median([one.length for one in raws])))


def matrix(raws: Sequence[Series], channels: int, length: int) -> np.ndarray:
    """(sample, channel, ``length``) float32, drawn out or squeezed; of more channels the first ones, of fewer zeros."""
    made = np.zeros((len(raws), channels, length), dtype=np.float32)
    for row, one in zip(made, raws, strict=True):
        values = filled(one.values[:channels])
        if one.length == length:
            row[: len(values)] = values
            continue
        places = np.linspace(0, one.length - 1, length)
        for k, channel in enumerate(values):
            row[k] = np.interp(places, np.arange(one.length), channel)
    return made
