"""What the page Runs must know of a task: which runs there are, and how one is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pages._ui import charts, sentences
from pages._ui.paired import Shown
from pages._ui.trainings import Kept
from tl_core.domain.project import Project
from tl_core.domain.report import Metric
from tl_core.domain.split import Subset
from tl_core.use_cases.results import Answered


class Figure(NamedTuple):
    """What a run came to on one part of the data."""

    value: float
    says: str  # with its doubt
    doubt: str  # alone
    metric: Metric | None = None  # with its interval, where it has one

    @classmethod
    def of(cls, metric: Metric | None) -> Figure | None:
        """That of a figure with its interval; None for none."""
        return cls(metric.value, charts.says(metric), sentences.interval(metric), metric) if metric else None


class Curve(NamedTuple):
    """A figure followed epoch by epoch."""

    title: str
    metric: str  # its name in the events


class Kind(NamedTuple):
    """The runs of one task."""

    runs: Callable[[Project], Sequence[Kept]]  # newest first
    figure: Callable[[str, Subset], Figure | None]  # of a run; None while it is not judged there
    name: str  # of that figure
    lower_is_better: bool
    curves: Callable[[], Sequence[Curve]]
    compare: Callable[[str, str, Subset], Shown]  # raises InputFault where they share nothing
    paired_term: str  # how two are compared
    parted: Callable[[str, str, Subset], tuple[list[Answered], list[Answered]]] | None = None


def version_of(one: Any) -> str:
    """The version of the data that a run saw."""
    return one.plan.dataset
