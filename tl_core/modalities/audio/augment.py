"""Ways to vary a sound. Each keeps its length, and stays within -1..1."""

from __future__ import annotations

import numpy as np

from tl_core.data.sounds import RATE
from tl_core.modalities.audio.gaps import gaps
from tl_core.modalities.augmentation import Augmentation

GAIN = 12.0  # dB, at most, either way
HISS = (15.0, 40.0)  # dB of the sound above the noise
SHIFT = 0.1  # of the length, at most, either way
TILT = 6.0  # dB an octave, at most, either way
PIVOT = 1000.0  # Hz where a tilt changes nothing
FLATTEST = 20.0  # dB a tilt changes at most


def gain(raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Louder or quieter by at most 12 dB, and no louder than full scale."""
    room = -20 * np.log10(max(float(np.abs(raw).max()), 1e-6))
    return (raw * 10 ** (rng.uniform(-GAIN, min(GAIN, room)) / 20)).astype(np.float32)


def hiss(raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Even noise, 15 to 40 dB below the sound."""
    level = float(np.sqrt(np.square(raw, dtype=np.float64).mean())) * 10 ** (-rng.uniform(*HISS) / 20)
    noise = rng.standard_normal(len(raw), dtype=np.float32) * np.float32(level)
    return np.clip(raw + noise, -1, 1)


def shift(raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Earlier or later by at most a tenth of its length; what is pushed out is lost, silence takes its place."""
    steps = round(rng.uniform(-SHIFT, SHIFT) * len(raw))
    moved = np.zeros_like(raw)
    if steps >= 0:
        moved[steps:] = raw[: len(raw) - steps]
    else:
        moved[:steps] = raw[-steps:]
    return moved


def tilt(raw: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Duller or brighter, as by another microphone: up to 6 dB an octave, and as loud as before."""
    slope = rng.uniform(-TILT, TILT)
    spectrum = np.fft.rfft(raw)
    frequencies = np.maximum(np.fft.rfftfreq(len(raw), 1 / RATE), 1.0)
    change = np.clip(slope * np.log2(frequencies / PIVOT), -FLATTEST, FLATTEST)
    tilted = np.fft.irfft(spectrum * 10 ** (change / 20), len(raw))
    before, after = (float(np.sqrt(np.square(one).mean())) for one in (raw, tilted))
    most = float(np.abs(tilted).max())
    return (tilted * min(before / max(after, 1e-9), 1 / max(most, 1e-9))).astype(np.float32)


AUGMENTATIONS = [
    Augmentation("shift", shift, default=True),
    Augmentation("microphone", tilt),
    Augmentation("hiss", hiss),  # fills the silence around a clean sound, which moves all that is pooled
    Augmentation("gain", gain, default=True),
    Augmentation("gaps", gaps),
]
