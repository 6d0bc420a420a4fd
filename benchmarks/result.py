"""What a contender hands back, and the clock that it runs under."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Result:
    """``seconds`` from stored files to the validation figures; all that follows is not timed."""

    seconds: float
    parts: dict[str, float]  # of these seconds
    validation: np.ndarray | None = None  # probabilities (sample, class)
    epochs: list[tuple[float, np.ndarray]] = field(default_factory=list)  # seconds so far, validation probabilities
    losses: list[tuple[float, float]] = field(default_factory=list)  # seconds so far, validation log-loss, if told
    test: Callable[[], np.ndarray] | None = None  # probabilities of the held-out samples
    memory: int | None = None  # bytes at most; None: of the process, as it is now
    facts: dict[str, str | int | float] = field(default_factory=dict)


class Clock:
    """Starts when made. ``with clock.part("encode"): ...`` adds up by name."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.parts: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.parts[name] = self.parts.get(name, 0.0) + time.monotonic() - began
