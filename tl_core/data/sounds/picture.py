"""The small picture of a sound: its waveform over its spectrogram, on a dark ground of its own."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image

from tl_core.data.sounds.spectrum import HOP, decibels, mel_filters, power

SIDE = 256  # pixels, as thumbnails of pictures
WAVE = 80  # pixels of the waveform's height
GAP = 4  # pixels between it and the spectrogram
BANDS = SIDE - WAVE - GAP  # a row of pixels each
RANGE = 70.0  # dB from the loudest place to what is drawn as nothing
GROUND = (16, 24, 40)
LINE = (158, 197, 240)
# From nothing to the loudest, in even steps: dark blue, blue, ember, light yellow
COLOURS = np.array([GROUND, (23, 50, 95), (47, 111, 184), (232, 116, 59), (255, 205, 120), (255, 246, 214)])


def picture(values: np.ndarray) -> bytes:
    """A square WebP of ``values`` (n,) at 16 kHz."""
    canvas = np.empty((SIDE, SIDE, 3), dtype=np.uint8)
    canvas[:] = GROUND
    canvas[:WAVE] = waveform(values, SIDE, WAVE)
    canvas[WAVE + GAP :] = painted(spectrogram(values, SIDE, BANDS))
    stream = io.BytesIO()
    Image.fromarray(canvas).save(stream, "WEBP", quality=80, method=0)
    return stream.getvalue()


def waveform(values: np.ndarray, width: int, height: int) -> np.ndarray:
    """(height, width, 3): in each column the range the sound swings in; the loudest place fills the height."""
    edges = np.linspace(0, len(values), width + 1).astype(int)[:-1]
    starts = np.minimum(edges, len(values) - 1)
    most = max(float(np.abs(values).max()), 1e-6)
    top, bottom = (np.array(swing.reduceat(values, starts)) / most for swing in (np.maximum, np.minimum))
    rows = 1 - 2 * (np.arange(height)[:, None] + 0.5) / height
    inside = (rows <= top + 1 / height) & (rows >= bottom - 1 / height)
    return np.where(inside[..., None], np.array(LINE), np.array(GROUND)).astype(np.uint8)


def spectrogram(values: np.ndarray, width: int, bands: int) -> np.ndarray:
    """(band, width) 0 for what is ``RANGE`` dB below the loudest, up to 1; low pitches at the bottom."""
    hop = max(HOP // 4, len(values) // (2 * width))
    energy = power(values, hop) @ mel_filters(bands, 0.0)
    places = np.linspace(0, len(energy), width + 1)
    starts = np.minimum(places[:-1].astype(int), len(energy) - 1)
    loudness = decibels(np.maximum.reduceat(energy, starts, axis=0).T)[::-1]
    return np.clip(1 + (loudness - loudness.max()) / RANGE, 0, 1)


def painted(shares: np.ndarray) -> np.ndarray:
    """(..., 3) uint8 colours of 0 to 1."""
    return _palette()[(shares * 255).astype(np.uint8)]


@cache
def _palette() -> np.ndarray:
    """(256, 3)"""
    steps, known = np.linspace(0, 1, 256), np.linspace(0, 1, len(COLOURS))
    return np.stack([np.interp(steps, known, COLOURS[:, k]) for k in range(3)], axis=1).round().astype(np.uint8)
