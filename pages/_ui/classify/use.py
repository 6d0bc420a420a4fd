"""Try the model on one sample, let it answer many, take it along."""

from __future__ import annotations

from pages._ui import batch, shell, take_along, trainings, try_one, use_page
from pages._ui.words import t
from tl_core.domain.project import Project

WAYS = ("one", "many", "along")


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    says = use_page.Says(
        t("use_page.question"),
        t("use_page.context"),
        t("use_page.empty_title"),
        t("use_page.empty_text"),
        {name: t(f"use_page.way_{name}") for name in WAYS},
    )
    shown, way = use_page.show(trainings.of_project(project), says)
    {"one": try_one.show, "many": batch.show, "along": take_along.show}[way](project, dataset, shown)
