"""Try the model on one sample, let it answer many, take it along."""

from __future__ import annotations

from pages._ui import batch, shell, take_along, trainings, try_one, use_page
from pages._ui.live import page as live
from pages._ui.upload import KIND
from pages._ui.words import t
from tl_core.domain.project import Project

WAYS = {
    "one": "use_page.way_one",
    "live": "camera.live_way",
    "many": "use_page.way_many",
    "along": "use_page.way_along",
}


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    says = use_page.Says(
        t("use_page.question"),
        t("use_page.context"),
        t("use_page.empty_title"),
        t("use_page.empty_text"),
        {name: t(key) for name, key in WAYS.items() if name != "live" or KIND[project.purpose] == "images"},
    )
    shown, way = use_page.show(trainings.of_project(project), says)
    {"one": try_one.show, "live": live.show, "many": batch.show, "along": take_along.show}[way](project, dataset, shown)
