"""What a practitioner measures of a sound without a pre-trained model: statistics of its log-mel spectrum. No torch.

Over all of it: mean, spread and how fast each band changes (deltas), the same of its cepstra (Davis and Mermelstein
1980); and means of the beginning and the end, where a stroke differs from a breath and a string from a pipe.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from tl_core.data.sounds.spectrum import log_mel

BANDS = 40
CEPSTRA = 20
RANGE = 80.0  # dB below the loudest place, all that is taken into account
AHEAD = 2  # frames on either side that a change is reckoned over
EDGE = 0.1  # seconds of the beginning and of the end
FRAMES = 100  # a second


def describe_sound(raw: np.ndarray) -> np.ndarray:
    """(300,) of (n,) at 16 kHz, however long."""
    spectrum = log_mel(raw, BANDS)
    spectrum = np.maximum(spectrum, spectrum.max() - RANGE)
    cepstra = spectrum @ _cosines()
    edge = max(1, round(EDGE * FRAMES))
    return np.concatenate(
        [
            *(_over_time(values) for values in (spectrum, cepstra)),
            *(_profile(part) for part in (spectrum[:edge], spectrum[-edge:])),
            cepstra[:edge].mean(axis=0),
            cepstra[-edge:].mean(axis=0),
        ]
    ).astype(np.float64)


def _over_time(values: np.ndarray) -> np.ndarray:
    """Mean, spread and mean size of the changes of (frame, column)."""
    return np.concatenate([values.mean(axis=0), values.std(axis=0), np.abs(_changes(values)).mean(axis=0)])


def _changes(values: np.ndarray) -> np.ndarray:
    """(frame, column) slope of the line through the frames around each (Furui 1986)."""
    padded = np.pad(values, ((AHEAD, AHEAD), (0, 0)), mode="edge")
    steps = range(1, AHEAD + 1)
    size = len(values)
    rise = sum(step * (padded[AHEAD + step :][:size] - padded[AHEAD - step :][:size]) for step in steps)
    return np.asarray(rise / (2 * sum(step**2 for step in steps)))


def _profile(values: np.ndarray) -> np.ndarray:
    """(band,) mean of (frame, band), without how loud it is."""
    mean = values.mean(axis=0)
    return mean - mean.mean()


@cache
def _cosines() -> np.ndarray:
    """(band, cepstrum) of the discrete cosine transform, without the first, which is the loudness."""
    places = (np.arange(BANDS) + 0.5) / BANDS
    return (np.sqrt(2 / BANDS) * np.cos(np.pi * np.outer(places, np.arange(1, CEPSTRA + 1)))).astype(np.float32)
