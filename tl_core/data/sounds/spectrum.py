"""What is heard in a sound, in numbers: energy by time and pitch. No torch, no scipy."""

from __future__ import annotations

from functools import cache

import numpy as np

from tl_core.data.sounds import RATE

SIZE = 512  # values of one frame, 32 ms
HOP = 160  # values between two frames, 10 ms
FAINTEST = 1e-10  # energy taken for none: -100 dB


def power(values: np.ndarray, hop: int = HOP) -> np.ndarray:
    """(frame, 257) energy of each frequency, 1 for a sine of full scale; frames are centred on multiples of ``hop``.

    Values before the beginning and after the end are mirrored, as far as there are any.
    """
    half = SIZE // 2
    values = values.astype(np.float32, copy=False)
    padded = np.pad(values, half, mode="reflect") if len(values) > half else np.pad(values, half)
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::hop]
    spectrum = np.fft.rfft(frames * _window(), axis=1)
    return spectrum.real**2 + spectrum.imag**2


def decibels(energy: np.ndarray) -> np.ndarray:
    return 10 * np.log10(np.maximum(energy, FAINTEST))


def log_mel(values: np.ndarray, bands: int = 64, low: float = 50.0, high: float = RATE / 2) -> np.ndarray:
    """(frame, band) dB in bands that are equally wide to the ear."""
    return decibels(power(values) @ mel_filters(bands, low, high))


@cache
def mel_filters(bands: int, low: float = 50.0, high: float = RATE / 2) -> np.ndarray:
    """(257, band) triangles over the mel scale of O'Shaughnessy 1987, each with the same area.

    Where bands are narrower than frequencies are apart, a band is at least its nearest frequency.
    """
    edges = hertz(np.linspace(mel(low), mel(high), bands + 2))
    frequencies = np.arange(SIZE // 2 + 1) * RATE / SIZE
    rising = (frequencies[:, None] - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - frequencies[:, None]) / np.diff(edges)[1:]
    filters = np.maximum(0, np.minimum(rising, falling))
    empty = filters.sum(axis=0) == 0
    nearest = np.abs(frequencies[:, None] - edges[1:-1]).argmin(axis=0)
    filters[nearest[empty], np.flatnonzero(empty)] = 1.0
    return (filters / filters.sum(axis=0)).astype(np.float32)


def mel(frequency: float | np.ndarray) -> np.ndarray:
    return 2595 * np.log10(1 + np.asarray(frequency) / 700)


def hertz(pitch: float | np.ndarray) -> np.ndarray:
    return 700 * (10 ** (np.asarray(pitch) / 2595) - 1)


@cache
def _window() -> np.ndarray:
    """Hann's, scaled so that a sine of full scale has the energy 1."""
    window = np.hanning(SIZE + 1)[:-1]
    return (2 * window / window.sum()).astype(np.float32)
