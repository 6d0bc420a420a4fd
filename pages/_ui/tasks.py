"""What the pages of a project show, by its task: the one place that tells them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pages._ui.classify import data, evaluate, model, train, use
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project

Show = Callable[[Project], None]


class Views(NamedTuple):
    """The body of each page of the way."""

    data: Callable[[Project, Dataset], None]  # what came in, once something has
    model: Show
    train: Show
    evaluate: Show
    use: Show


_CLASSIFY = Views(data.show, model.show, train.show, evaluate.show, use.show)


def views(project: Project) -> Views:
    return _CLASSIFY
