"""What rungs are told apart by: hit rates or errors, their axis, and how a figure is said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import NamedTuple

from pages._ui import words
from pages._ui.sentences import interval
from pages._ui.words import t
from tl_core.domain.report import Metric

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # between two ticks of errors


class Axis(NamedTuple):
    """From ``start`` to ``end``, with a tick every ``step``."""

    start: float
    end: float
    step: float

    def at(self, value: float) -> float:
        """Where a value is drawn, 0 to 1."""
        return min(1.0, max(0.0, (value - self.start) / (self.end - self.start)))

    @property
    def ticks(self) -> list[dict]:
        digits = 1 if self.step >= 0.1 else 2
        first, last = ceil(self.start / self.step - 1e-6), floor(self.end / self.step + 1e-6)
        values = [number * self.step for number in range(first, last + 1)]
        return [{"at": self.at(value), "text": words.number(value, f".{digits}f")} for value in values]


class Scale(NamedTuple):
    """A way to judge rungs. ``name`` is the last part of the keys of its words."""

    name: str
    metric: str  # of a rung, drawn
    second: str  # another one, in the table
    axis: Callable[[Sequence[float]], Axis]  # that holds all of the values
    doubt: Callable[[Metric], str]
    line: float | None = None  # a value to be beaten


def hits() -> Scale:
    """Average hit rates, which should be high."""
    return Scale("hits", "validation/balanced_accuracy", "validation/log_loss", shares, interval)


def mase(line: float | None) -> Scale:
    """Errors of forecasts, which should be low; ``line``: that of repeating the past."""
    return Scale("mase", "validation/mase", "validation/weighted_quantile_loss", errors, _moments, line)


def shares(values: Sequence[float]) -> Axis:
    """Up to 1, from a round value below all that is drawn."""
    lowest = min(values, default=0.5)
    start = max(0.0, min(0.8, int(lowest * 10 - 0.2) / 10))
    return Axis(start, 1.0, 0.1 if start >= 0.6 else 0.2)


def errors(values: Sequence[float]) -> Axis:
    """Between round values about all that is drawn."""
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    step = next((one for one in _STEPS if highest - lowest <= 3 * one), ceil((highest - lowest) / 3))
    start = max(0.0, floor(lowest / step - 0.2) * step)
    return Axis(start, max(start + step, ceil(highest / step + 0.1) * step), step)


def _moments(metric: Metric) -> str:
    if metric.low is None:
        return t("ladder_page.moments", count=metric.groups)
    return interval(metric)
