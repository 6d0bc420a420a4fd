"""A training of classes: the quick look first, then the curves as they grow."""

from __future__ import annotations

from pages._ui import training_page, trainings
from pages._ui.classify import figures
from tl_core.domain.project import Project


def show(project: Project) -> None:
    training_page.show(trainings.of_project(project), figures.told)
