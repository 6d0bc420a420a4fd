"""What chance decides in each way to vary an image: the same for Pillow's pictures and for a batch on a GPU."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Random = np.random.Generator


class Window(NamedTuple):
    """A part with ``share`` of each side, at ``across`` and ``down`` (0 to 1) of the room there is."""

    share: float
    across: float = 0.5
    down: float = 0.5


def mirrored(rng: Random) -> bool:
    return bool(rng.random() < 0.5)


def turns(rng: Random) -> int:
    """Quarter turns against the clock, 0 to 3."""
    return int(rng.integers(4))


def angle(rng: Random) -> float:
    """Degrees against the clock, at most 10."""
    return float(rng.uniform(-10, 10))


def upright(degrees: float, wide: float, high: float) -> Window:
    """The largest middle part that a turn by ``degrees`` fills whole, for sides ``wide`` >= ``high`` in pixels."""
    radians = np.radians(abs(degrees))
    grow = float(np.cos(radians) + np.sin(radians) * wide / high)
    margin = 4 / high  # what interpolation mixes with the empty corners
    return Window(max(0.1, 1 / grow - margin))


def window(rng: Random) -> Window:
    """70 to 100 % of each side, from anywhere."""
    return Window(float(rng.uniform(0.7, 1.0)), float(rng.random()), float(rng.random()))


def light(rng: Random) -> tuple[float, float]:
    """Factors of brightness and contrast."""
    return float(rng.uniform(0.75, 1.25)), float(rng.uniform(0.75, 1.25))


def colour(rng: Random) -> tuple[float, np.ndarray]:
    """Factors of saturation, and of red, green and blue (3,)."""
    return float(rng.uniform(0.6, 1.4)), rng.uniform(0.9, 1.1, size=3)


def focus(rng: Random) -> float:
    """Standard deviation of a blur, as a share of the shorter side; 0 every second time."""
    return 0.0 if rng.random() < 0.5 else float(rng.uniform(0, 0.01))


def grain(rng: Random) -> float:
    """Standard deviation of noise in grey levels of 255."""
    return float(rng.uniform(0, 12))
