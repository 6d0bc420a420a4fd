"""General sounds that are on every machine: made by a formula, for no recordings of a free licence are everywhere.

Strings, bells, voices, birds, engines, rain and more, each kind in six versions of other pitch, pace and background;
a kind is a unit. They are no recordings, and say nothing of how well a model names real sounds: only whether a tuned
model still tells apart, as it did before, what it once told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from tl_core.data.sounds import RATE
from tl_core.modalities.reference import Reference

SECONDS = 2.0
EACH = 6  # versions of a kind
FORMANTS = {  # Hz of the first three, of a man's vowels (Peterson and Barney 1952)
    "father": (730, 1090, 2440), "heed": (270, 2290, 3010), "hood": (440, 1020, 2240), "had": (660, 1720, 2410),
}  # fmt: skip
WIDTHS = (80.0, 90.0, 120.0)  # Hz of the formants

Make = Callable[[np.ndarray, np.random.Generator], np.ndarray]  # times (n,) in seconds -> values (n,)


@cache
def reference() -> Reference:
    """The same sounds every time."""
    times = np.arange(round(SECONDS * RATE)) / RATE
    raws: list[np.ndarray] = []
    units: list[int] = []
    for unit, make in enumerate(_kinds()):
        for version in range(EACH):
            rng = np.random.default_rng([1952, unit, version])
            raws.append(_recorded(make(times, rng), rng))
            units.append(unit)
    return Reference(raws, units)


def _recorded(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of any loudness, with a faint background: (n,) float32."""
    scaled = values / np.abs(values).max() * rng.uniform(0.2, 0.8)
    return (scaled + rng.normal(0, 10 ** rng.uniform(-4, -3), len(values))).astype(np.float32)


def _kinds() -> list[Make]:
    return [
        _string, _bell, _organ, _bowed, _flute, *(_vowel(formants) for formants in FORMANTS.values()),
        _rising, _falling, _siren, _bird, _knocks, _steps, _wind, _rain, _engine, _hum,
    ]  # fmt: skip


def _overtones(times: np.ndarray, pitch: float | np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """Whole multiples of ``pitch`` (Hz, fixed or over time), below half the rate."""
    turns = np.cumsum(np.broadcast_to(pitch, times.shape)) / RATE
    top = float(np.max(pitch))
    kept = [(k, strength) for k, strength in enumerate(strengths, start=1) if k * top < RATE / 2]
    return np.sum([strength * np.sin(2 * np.pi * k * turns) for k, strength in kept], axis=0)


def _pitch(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _string(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Plucked: higher overtones die sooner."""
    pitch = _pitch(rng, 90, 500)
    tones = [np.sin(2 * np.pi * pitch * k * times) / k * np.exp(-times * (1 + 0.6 * k)) for k in range(1, 12)]
    return np.sum(tones, axis=0)


def _bell(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Overtones that are no whole multiples (Fletcher and Rossing 1998)."""
    pitch, tones = _pitch(rng, 200, 900), (0.5, 1.0, 1.2, 1.5, 2.0, 2.5, 2.66, 3.0, 4.0)
    return np.sum([np.sin(2 * np.pi * pitch * k * times) / k * np.exp(-times * k) for k in tones], axis=0)


def _organ(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    strengths = rng.uniform(0.2, 1, 8) * np.array([1, 1, 0.8, 0.8, 0, 0.5, 0, 0.5])
    return _overtones(times, _pitch(rng, 130, 600), strengths) * np.minimum(1, times / 0.05)


def _bowed(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A saw's overtones with vibrato, swelling."""
    pitch = _pitch(rng, 150, 700) * (1 + 0.008 * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * times))
    return _overtones(times, pitch, 1 / np.arange(1, 20)) * np.minimum(1, times / rng.uniform(0.2, 0.6))


def _flute(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    pitch = _pitch(rng, 400, 1500)
    breath = _resonant(rng.normal(size=len(times)), pitch, pitch / 2)
    return _overtones(times, pitch, np.array([1, 0.3, 0.1])) + 0.3 * breath / np.abs(breath).max()


def _vowel(formants: tuple[int, int, int]) -> Make:
    """A voice: pulses of the vocal cords through three resonances."""

    def make(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        pitch = _pitch(rng, 90, 240) * (1 + rng.uniform(-0.15, 0.15) * times)
        length = rng.uniform(0.9, 1.15)  # of the throat
        cords = _overtones(times, pitch, np.ones(60))
        spoken = np.sum(
            [_resonant(cords, at * length, wide) for at, wide in zip(formants, WIDTHS, strict=True)], axis=0
        )
        return spoken * np.sin(np.pi * np.clip(times / rng.uniform(0.6, 1.8), 0, 1))

    return make


def _rising(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    low, high = _pitch(rng, 150, 500), _pitch(rng, 1500, 5000)
    return _overtones(times, low * (high / low) ** (times / SECONDS), np.ones(1))


def _falling(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return _rising(times, rng)[::-1]


def _siren(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    swing = np.sin(2 * np.pi * rng.uniform(0.5, 3) * times)
    return _overtones(times, _pitch(rng, 500, 1200) * 2 ** (0.5 * swing), np.array([1, 0.5, 0.3]))


def _bird(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Short whistles that go up and down."""
    pace = rng.uniform(4, 9)
    place = (times * pace) % 1
    pitch = _pitch(rng, 2200, 4500) * (1 + rng.uniform(-0.3, 0.3) * place)
    return _overtones(times, pitch, np.ones(1)) * np.sin(np.pi * place) ** 2 * (place < 0.8)


def _knocks(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    place = times % rng.uniform(0.25, 0.6)
    return _resonant(rng.normal(size=len(times)), _pitch(rng, 150, 500), 100) * np.exp(-40 * place)


def _steps(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise that swells and dies at each step."""
    place = (times % rng.uniform(0.4, 0.7)) / 0.12
    return _resonant(rng.normal(size=len(times)), _pitch(rng, 1500, 4000), 2000) * place * np.exp(1 - place)


def _wind(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    gusts = 1 + 0.8 * np.sin(2 * np.pi * rng.uniform(0.3, 1.0) * times + rng.uniform(0, 6))
    return _resonant(rng.normal(size=len(times)), _pitch(rng, 200, 700), 300) * gusts


def _rain(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    drops = rng.exponential(size=len(times)) * (rng.random(len(times)) < rng.uniform(0.002, 0.02))
    return _resonant(drops, _pitch(rng, 2000, 5000), 1500)


def _engine(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    pace = _pitch(rng, 20, 60) * (1 + rng.uniform(-0.2, 0.4) * times)
    return _resonant(_overtones(times, pace, np.ones(40)), _pitch(rng, 100, 300), 150) + 0.1 * rng.normal(
        size=len(times)
    )


def _hum(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of the mains, 50 or 60 Hz."""
    return _overtones(times, float(rng.choice([50.0, 60.0])), rng.uniform(0, 1, 10) / np.arange(1, 11))


def _resonant(values: np.ndarray, at: float, wide: float) -> np.ndarray:
    """(n,) with the frequencies around ``at`` Hz brought out, as by a resonance ``wide`` Hz."""
    frequencies = np.fft.rfftfreq(len(values), 1 / RATE)
    gain = 1 / np.hypot(1, (frequencies - at) / (wide / 2))
    return np.fft.irfft(np.fft.rfft(values) * gain, len(values))
