"""Try the model on one sample, let it answer many, take it along."""

from __future__ import annotations

import streamlit as st

from pages._ui import batch, shell, take_along, trainings, try_one, views
from pages._ui.words import t
from tl_core.domain.project import Project

WAYS = ("one", "many", "along")


def show(project: Project) -> None:
    dataset = shell.current_dataset(project)
    usable = [one for one in trainings.of_project(project) if one.model]
    shown = trainings.named(usable)

    shell.page_head(t("use_page.question"), t("use_page.context") if shown else "")
    if shown is None:
        shell.empty_state(
            shell.ICONS["use"],
            t("use_page.empty_title"),
            t("use_page.empty_text"),
            action=t("use_page.to_model"),
            page="model",
        )

    with st.container(key="which", horizontal=True, vertical_alignment="bottom", gap="medium"):
        way = views.choose("way", {name: t(f"use_page.way_{name}") for name in WAYS}, label=t("use_page.way"))
        trainings.choose(usable, shown)
    st.query_params["run"] = shown.id

    {"one": try_one.show, "many": batch.show, "along": take_along.show}[way](project, dataset, shown)
