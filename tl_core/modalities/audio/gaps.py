"""Gaps in time and in pitch (SpecAugment, Park et al. 2019): what remains must be enough to know a sound by."""

from __future__ import annotations

import numpy as np

from tl_core.data.sounds import RATE

GAPS = 2  # of each kind in a sound
LONGEST = 0.2  # of a sound that a gap in time takes at most
WIDEST = 0.3  # of the bands, evenly wide to the ear, that a gap in pitch takes at most
BANDS = 80
FADE = 80  # samples from sound to silence: no click

Gap = tuple[int, int]  # start and end


def drawn(length: int, bands: int, rng: np.random.Generator) -> list[tuple[Gap, Gap]]:
    """A gap among ``length`` places in time and one among ``bands``, ``GAPS`` times."""
    return [(_gap(length, LONGEST, rng), _gap(bands, WIDEST, rng)) for _ in range(GAPS)]


def gaps(raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The sound itself with gaps, to be heard, or where it is varied before it becomes frames."""
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), BANDS + 1) / 2595) - 1)  # Hz
    pitches = np.fft.rfftfreq(len(raw), 1 / RATE)
    spectrum, loud = np.fft.rfft(raw), np.ones(len(raw))
    for (start, end), (low, high) in drawn(len(raw), BANDS, rng):
        loud[start:end] = 0
        spectrum[(pitches >= edges[low]) & (pitches < edges[high])] = 0
    softened = np.convolve(np.pad(loud, FADE // 2, mode="edge"), np.ones(FADE) / FADE, "same")
    inside = softened[FADE // 2 : FADE // 2 + len(raw)]
    return (np.fft.irfft(spectrum, len(raw)) * inside).astype(np.float32)


def _gap(count: int, most: float, rng: np.random.Generator) -> Gap:
    """Of at most ``most`` of ``count`` places, anywhere."""
    length = int(rng.integers(0, int(most * count) + 1))
    start = int(rng.integers(0, count - length + 1))
    return start, start + length
