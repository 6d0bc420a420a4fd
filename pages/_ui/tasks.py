"""What the pages of a project show, by its task: the one place that tells tasks apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pages._ui.answer import data as passages
from pages._ui.answer import evaluate as finding
from pages._ui.answer import model as reader
from pages._ui.answer import runs as made
from pages._ui.answer import train as making
from pages._ui.answer import use as talk
from pages._ui.classify import data, evaluate, ladder, model, train, use
from pages._ui.classify import runs as trained
from pages._ui.forecast import data as series
from pages._ui.forecast import evaluate as comparison
from pages._ui.forecast import ladder as depths
from pages._ui.forecast import model as horizon
from pages._ui.forecast import runs as tried
from pages._ui.forecast import train as forecasting
from pages._ui.forecast import use as ahead
from pages._ui.runs.kind import Kind
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project, Task


class Views(NamedTuple):
    """The body of each page of the way, and of the ladder."""

    data: Callable[[Project, Dataset], None]  # what came in, once something has
    model: Callable[[Project], None]
    train: Callable[[Project], None]
    evaluate: Callable[[Project], None]
    use: Callable[[Project], None]
    ladder: Callable[[Project], None] | None  # None: there is none, and nothing leads to it
    runs: Callable[[], Kind]  # how they are listed and compared


_OF_TASK: dict[Task, Views] = {
    "classify": Views(data.show, model.show, train.show, evaluate.show, use.show, ladder.show, trained.kind),
    "forecast": Views(
        series.show, horizon.show, forecasting.show, comparison.show, ahead.show, depths.show, tried.kind
    ),
    "answer": Views(passages.show, reader.show, making.show, finding.show, talk.show, None, made.kind),
}


def views(project: Project) -> Views:
    return _OF_TASK[project.task]
