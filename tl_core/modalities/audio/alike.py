"""Whether two sounds are copies: one may be recompressed, resampled, louder or cut a little at an end. No torch.

In two steps: how far one lies behind the other, where their phases agree best (Knapp and Carter 1976, the phase
transform); then, band by band, how much of what is heard agrees in phase once they lie on each other. Two takes of one
note have like spectra and envelopes, but no like phases; and a hum that recordings share is one band among many.
"""

from __future__ import annotations

import numpy as np

from tl_core.data.sounds import RATE
from tl_core.data.sounds.spectrum import decibels, log_mel

CUT = 0.1  # of the longer sound, which may lie beside the other
LOW, HIGH = 60.0, 3600.0  # Hz compared: a telephone and most codecs keep these
BANDS = 24
SKETCHED = 32  # bands of a sketch
HEARD = 25.0  # dB below the strongest band from which on a band counts
FAINT = 1e-4  # level of what has no copies
DELAY = 1600  # values that a coder may put before a sound
WHITENED = (1.0, 0.5)  # how far loud frequencies lose their lead when the place is sought
TRIED = 3  # places, with each
APART = 8  # values between two places
HOPELESS, SURE = 0.05, 0.97  # agreement below and above which no other place is tried
EVEN = 800  # values over which loud and quiet are made equal before the place is sought
FRACTIONS = (-0.4, -0.2, 0.0, 0.2, 0.4)  # of a value, between which a resampled sound may lie


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """1 for the same content, above ``COPY`` for copies, 0 for nothing in common; both (n,) at 16 kHz."""
    if np.array_equal(one, other):
        return 1.0
    if min(_level(one), _level(other)) < FAINT:
        return 0.0
    longer = max(len(one), len(other))
    beside = min(round(CUT * longer) + DELAY, longer // 2)
    if min(len(one), len(other)) < longer - beside:
        return 0.0
    best = 0.0
    for behind in _behind(_evened(one), _evened(other), beside):
        first, second = one[max(0, behind) :], other[max(0, -behind) :]
        size = min(len(first), len(second))
        if size >= longer - beside:
            best = max(best, _agreement(first[:size], second[:size]))
        if not HOPELESS < best < SURE:
            break
    return float(np.sqrt(best))


def sketch(raw: np.ndarray) -> np.ndarray:
    """(1, 32) of length 1, by which copies are found among thousands: the long-term spectrum; 0 for silence."""
    loudness = log_mel(_evened(raw), SKETCHED, LOW, HIGH)
    spectrum = decibels((10 ** (loudness / 10)).mean(axis=0))
    spectrum = np.maximum(spectrum, spectrum.max() - HEARD)
    row = (spectrum - spectrum.mean())[None].astype(np.float32)
    return row / max(float(np.linalg.norm(row)), 1e-6)


def _level(values: np.ndarray) -> float:
    return float(np.sqrt(np.square(values).mean())) if len(values) else 0.0


def _evened(values: np.ndarray) -> np.ndarray:
    """As loud everywhere, more or less: a knock that was cut off must not outweigh all that follows it."""
    sums = np.cumsum(np.pad(np.square(values, dtype=np.float64), (EVEN, EVEN)))
    loudness = np.sqrt(np.maximum(sums[2 * EVEN :] - sums[: -2 * EVEN], 0.0))
    return (values / (loudness + 0.01 * loudness.max() + 1e-9)).astype(np.float32)


def _behind(one: np.ndarray, other: np.ndarray, most: int) -> list[int]:
    """How many values ``one`` has before ``other`` begins, negative the other way round; the likeliest few.

    ``most``: values, either way.
    """
    size = _quick(len(one) + len(other))
    cross = np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size))
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    cross[(frequencies < LOW) | (frequencies > HIGH)] = 0
    strength = np.abs(cross)
    found: list[int] = []
    for share in WHITENED:
        peaks = np.fft.irfft(cross / (strength + 1e-6 * strength.max()) ** share, size)
        near = np.concatenate([peaks[-most:], peaks[: most + 1]])
        for _ in range(TRIED):
            best = int(near.argmax())
            near[max(0, best - APART) : best + APART] = -np.inf
            found.append(best - most)
    return list(dict.fromkeys(found))


def _agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Mean over the bands that are heard in either, of the share that agrees in phase."""
    size = _quick(len(one))
    kept = slice(*np.searchsorted(np.fft.rfftfreq(size, 1 / RATE), (LOW, HIGH)))
    first, second = np.fft.rfft(one, size)[kept], np.fft.rfft(other, size)[kept]
    frequencies = np.fft.rfftfreq(size)[kept]
    starts = np.unique(np.searchsorted(frequencies, np.geomspace(LOW, HIGH, BANDS + 1)[:-1] / RATE))
    powers = [np.add.reduceat(np.abs(each) ** 2, starts) for each in (first, second)]
    heard = np.maximum(*(decibels(power / power.max()) for power in powers)) > -HEARD
    if not heard.any():
        return 0.0
    turns = np.exp(2j * np.pi * np.array(FRACTIONS)[:, None] * frequencies)
    cross = np.add.reduceat(turns * (first * np.conj(second)), starts, axis=1).real
    agreeing = cross / np.sqrt(powers[0] * powers[1] + 1e-20)
    return float(np.clip(agreeing[:, heard].mean(axis=1).max(), 0, 1))


def _quick(size: int) -> int:
    """A power of two that is no smaller."""
    return 1 << (size - 1).bit_length()
