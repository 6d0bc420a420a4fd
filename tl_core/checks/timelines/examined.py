"""What checks of series to go on with look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tl_core.data.series.timeline import Timeline, iso
from tl_core.domain.fault import Stopped
from tl_core.domain.finding import DropRemedy, Remedy
from tl_core.domain.text import Texts
from tl_core.evaluation.seasons import season_of


@dataclass(frozen=True)
class Timelines:
    """``n`` series, evenly measured at the same pace.

    ``ids`` (n,) of their samples; ``likely``: seasons by the calendar, in steps.
    """

    series: Sequence[Timeline]
    ids: Sequence[str]
    likely: Sequence[int] = ()
    stop: Callable[[], bool] = lambda: False

    @cached_property
    def season(self) -> int:
        """Steps after which things come back; 1: they do not."""
        return season_of([one.values for one in self.series], self.likely)

    def each(self) -> Iterator[tuple[str, Timeline]]:
        """Id and series, one after the other. Raises Stopped."""
        for number, pair in enumerate(zip(self.ids, self.series, strict=True)):
            if number % 64 == 0:
                self.pause()
            yield pair

    def leaving_out(self, ids: list[str]) -> list[Remedy]:
        """Series that may be left out; not where none would remain."""
        return [DropRemedy(samples=ids)] if len(ids) < len(self.ids) else []

    def pause(self) -> None:
        """Raises Stopped when a person wants to stop."""
        if self.stop():
            raise Stopped


def moment(one: Timeline, place: int) -> str:
    """When the value at ``place`` was measured, ISO 8601."""
    return iso(one.times[place : place + 1])[0]


def listed(names: Sequence[str], most: int = 5) -> Texts:
    """The first few, for a sentence."""
    return Texts(texts=[*names[:most], *(["…"] if names[most:] else [])])


def last_part(values: np.ndarray) -> int:
    """Where the last quarter of ``values`` (time,) begins."""
    return len(values) - len(values) // 4
