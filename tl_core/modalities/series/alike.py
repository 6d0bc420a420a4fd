"""Whether two series are copies: one may be in other units, rounded, or cut a little at an end. No torch.

Series of one class are alike to the eye and correlate by .99 and more, so what is asked is how little is left of one
when the other, scaled and moved, is taken away.
"""

from __future__ import annotations

import numpy as np

from tl_core.data.series.stored import Series
from tl_core.modalities.series.gaps import filled, standard

CUT = 0.1  # of the longer series, which may lie beside the other
LEFT = 5.0  # what a remainder as large as the series takes from 1: at 2 % of it, series are copies no more
TRIED = 3  # places
SKETCHED = 32  # bands of a sketch
FINE = 256  # moments that a sketch looks at
RANGE = 1e-3  # of the strongest band: what is weaker counts as nothing


def alike(one: Series, other: Series) -> float:
    """1 for the same content, above ``COPY`` for copies, 0 for nothing in common."""
    if one.values.shape == other.values.shape and np.array_equal(one.values, other.values, equal_nan=True):
        return 1.0
    longer, shorter = max(one.length, other.length), min(one.length, other.length)
    if len(one.channels) != len(other.channels) or shorter < (1 - CUT) * longer:
        return 0.0
    first, second = filled(one.values), filled(other.values)
    left = min(
        _left(first[:, max(0, behind) :], second[:, max(0, -behind) :])
        for behind in _behind(standard(one.values), standard(other.values), round(CUT * longer))
    )
    return max(0.0, 1 - LEFT * left)


def sketch(one: Series) -> np.ndarray:
    """(1, 32) of length 1, by which copies are found among thousands: how strong slow and quick swings are.

    A constant is 0.
    """
    rows = standard(one.values)
    places = np.linspace(0, rows.shape[1] - 1, FINE)
    even = np.stack([np.interp(places, np.arange(rows.shape[1]), row) for row in rows])
    power = (np.abs(np.fft.rfft(even * np.hanning(FINE), axis=1)[:, 1:]) ** 2).sum(axis=0)
    edges = np.unique(np.geomspace(1, len(power), SKETCHED + 1).round().astype(int)) - 1
    bands = np.zeros(SKETCHED)
    means = np.add.reduceat(power, edges[:-1]) / np.diff(edges)
    bands[: len(means)] = np.log10(np.maximum(means, RANGE * means.max(initial=1e-12)) + 1e-12)
    row = (bands - bands.mean())[None].astype(np.float32)
    length = float(np.linalg.norm(row))
    return row / length if rows.any() and length > 1e-6 else np.zeros_like(row)


def _behind(one: np.ndarray, other: np.ndarray, most: int) -> list[int]:
    """How many moments ``one`` has before ``other`` begins, negative the other way round; the likeliest few."""
    size = 1 << (one.shape[1] + other.shape[1] - 1).bit_length()
    cross = np.fft.irfft((np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size))).sum(axis=0), size)
    near = np.concatenate([cross[size - most :], cross[: most + 1]])
    best = np.argsort(-near)[:TRIED]
    return [0, *(int(place) - most for place in best)]


def _left(one: np.ndarray, other: np.ndarray) -> float:
    """Of each channel, the share that no multiple of the other with an offset explains; root mean square over all.

    1 where the shapes are opposite, or the one channel is constant and the other is not.
    """
    size = min(one.shape[1], other.shape[1])
    first, second = (each[:, :size] - each[:, :size].mean(axis=1, keepdims=True) for each in (one, other))
    powers = (first**2).sum(axis=1), (second**2).sum(axis=1)
    both = (powers[0] > 0) & (powers[1] > 0)
    shares = np.where((powers[0] > 0) == (powers[1] > 0), 0.0, 1.0)
    inner = (first * second).sum(axis=1)[both] / np.sqrt(powers[0][both] * powers[1][both])
    shares[both] = 1 - np.clip(inner, 0, 1) ** 2
    return float(np.sqrt(shares[both | (shares > 0)].mean())) if (both | (shares > 0)).any() else 1.0
