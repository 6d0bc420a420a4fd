"""General series that are on every machine, made by a formula: trends, seasons, walks, bursts, beats and more.

Each kind in several versions of other pace, level and noise; a kind is a unit. They say whether a tuned model still
tells apart what it once told apart, not how well it names real series.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from tl_core.data.series.stored import Series, series
from tl_core.modalities.reference import Reference

LENGTH = 160  # moments
EACH = 6  # versions of a kind

Make = Callable[[np.ndarray, np.random.Generator], np.ndarray]  # times (n,) from 0 to 1 -> values (n,)


@cache
def reference() -> Reference:
    """The same series every time."""
    times = np.linspace(0, 1, LENGTH)
    raws: list[Series] = []
    units: list[int] = []
    for unit, make in enumerate(KINDS):
        for version in range(EACH):
            rng = np.random.default_rng([1927, unit, version])
            raws.append(_measured(make(times, rng), rng))
            units.append(unit)
    return Reference(raws, units)


def _measured(values: np.ndarray, rng: np.random.Generator) -> Series:
    """On any scale, with a little noise."""
    scaled = (values - values.mean()) / max(float(values.std()), 1e-9) + rng.normal(0, 0.05, len(values))
    return series(scaled * 10 ** rng.uniform(-1, 2) + rng.uniform(-50, 50), ["value"])


def _turns(times: np.ndarray, rng: np.random.Generator, low: float = 3, high: float = 12) -> np.ndarray:
    return 2 * np.pi * (rng.uniform(low, high) * times + rng.uniform())


def _sine(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.sin(_turns(times, rng))


def _square(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.sign(np.sin(_turns(times, rng)))


def _saw(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return (_turns(times, rng) / (2 * np.pi)) % 1


def _trend(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return times * rng.choice([-1, 1]) + rng.normal(0, 0.05, len(times))


def _season_on_trend(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return 2 * times + (0.3 + times) * np.sin(_turns(times, rng))


def _two_seasons(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.sin(_turns(times, rng, 2, 4)) + 0.6 * np.sin(_turns(times, rng, 12, 25))


def _walk(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.cumsum(rng.normal(size=len(times)))


def _noise(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=len(times))


def _falling_back(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An autoregressive process (Yule 1927)."""
    values, share = np.zeros(len(times)), rng.uniform(-0.9, -0.6)
    for k in range(1, len(values)):
        values[k] = share * values[k - 1] + rng.normal()
    return values


def _jump(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return (times > rng.uniform(0.3, 0.7)) * rng.choice([-1.0, 1.0])


def _hump(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.exp(-(((times - rng.uniform(0.3, 0.7)) / rng.uniform(0.05, 0.12)) ** 2))


def _dying(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.exp(-times * rng.uniform(2, 5)) * np.sin(_turns(times, rng, 6, 15))


def _growing(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.exp(times * rng.uniform(2, 4)) * np.sin(_turns(times, rng, 6, 15))


def _beats(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Like a heart's: a small wave, a spike, a wave."""
    place = (_turns(times, rng, 4, 9) / (2 * np.pi)) % 1
    waves = ((0.2, 0.15, 0.05), (0.4, 1.0, 0.015), (0.44, -0.25, 0.015), (0.7, 0.3, 0.06))
    return np.sum([height * np.exp(-(((place - at) / wide) ** 2)) for at, height, wide in waves], axis=0)


def _bursts(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=len(times)) * (np.sin(_turns(times, rng, 2, 5)) > 0.3)


def _sweep(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.sin(2 * np.pi * (2 * times + rng.uniform(8, 14) * times**2))


KINDS: list[Make] = [
    _sine, _square, _saw, _trend, _season_on_trend, _two_seasons, _walk, _noise, _falling_back, _jump, _hump, _dying,
    _growing, _beats, _bursts, _sweep,
]  # fmt: skip
