"""General sounds that are on every machine, for they are computed: voices, strings, bells, whistles, knocks, noises.

Nobody recorded them, so they are no sample of what a starting model learned from. What they show is whether a tuned
model still tells apart what the original tells apart: it is only ever compared with the original on the same sounds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tl_core.modalities.reference import Reference

RATE = 16_000  # samples a second
EACH = 20  # sounds of a kind
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))  # formants in Hz: a, i, u, e


def reference() -> Reference:
    """Twenty sounds of each kind, 0.5 to 2 seconds long; each stands for itself."""
    raws = [_sound(kind, number) for kind in range(len(KINDS)) for number in range(EACH)]
    return Reference(raws=raws, units=list(range(len(raws))))


def _sound(kind: int, number: int) -> np.ndarray:
    rng = np.random.default_rng([kind, number])
    time = np.arange(int(rng.uniform(0.5, 2.0) * RATE)) / RATE
    wave = KINDS[kind](time, rng)
    quiet = rng.normal(size=len(time)) * 10 ** rng.uniform(-4, -3)
    return (wave / max(1e-9, float(np.abs(wave).max())) * rng.uniform(0.2, 0.9) + quiet).clip(-1, 1).astype(np.float32)


def _voice(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A vowel: the harmonics of a pitch that moves a little, loud near the formants."""
    pitch, formants = rng.uniform(90, 260), VOWELS[int(rng.integers(len(VOWELS)))]
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.02 * np.sin(2 * np.pi * rng.uniform(3, 6) * time))) / RATE
    harmonics = np.arange(1, int(4000 / pitch))
    loud = sum(np.exp(-(((harmonics * pitch - formant) / 150) ** 2)) for formant in formants) + 0.02
    return np.sin(phase[:, None] * harmonics) @ (loud / np.sqrt(harmonics))


def _string(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Plucked: harmonics that fade, high ones first."""
    pitch = rng.uniform(80, 600)
    harmonics = np.arange(1, 12)
    fade = np.exp(-time[:, None] * harmonics * rng.uniform(1, 3))
    return (np.sin(2 * np.pi * pitch * time[:, None] * harmonics) * fade) @ (1 / harmonics)


def _bell(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Struck: partials that are no harmonics."""
    partials = rng.uniform(300, 1200) * np.array([1.0, 2.0, 2.4, 3.0, 4.5, 5.3])
    return (np.sin(2 * np.pi * time[:, None] * partials) * np.exp(-time[:, None] * partials / 400)).sum(axis=1)


def _whistle(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One tone that rises or falls."""
    pitch = np.geomspace(rng.uniform(500, 3000), rng.uniform(500, 3000), len(time))
    return np.sin(2 * np.pi * np.cumsum(pitch) / RATE)


def _knock(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Short bursts, evenly spaced."""
    beat = (time * rng.uniform(2, 12)) % 1
    return rng.normal(size=len(time)) * np.exp(-beat * rng.uniform(10, 40))


def _noise(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Wind or a fan: noise that is louder the lower it is, by 0 to 12 dB an octave."""
    shape = np.fft.rfftfreq(len(time), 1 / RATE).clip(20) ** -rng.uniform(0, 2)
    return np.fft.irfft(np.fft.rfft(rng.normal(size=len(time))) * shape, len(time))


def _engine(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise through the beat of a motor."""
    beat = np.sin(2 * np.pi * rng.uniform(15, 60) * time)
    return np.cumsum(rng.normal(size=len(time)) * (1 + beat)) * 0.02 + 0.5 * np.sign(beat) * np.abs(beat) ** 4


KINDS: list[Callable[[np.ndarray, np.random.Generator], np.ndarray]] = [
    _voice, _string, _bell, _whistle, _knock, _noise, _engine,
]  # fmt: skip
