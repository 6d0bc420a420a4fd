"""The frame of the page Use: which model, and which way to use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from pages._ui import shell, trainings, views
from pages._ui.trainings import K
from pages._ui.words import t


class Says(NamedTuple):
    """What differs from task to task."""

    question: str
    context: str
    empty_title: str
    empty_text: str
    ways: dict[str, str]  # title of each way to use a model


def show(among: Sequence[K], says: Says) -> tuple[K, str]:
    """The model that is shown, of those ``among`` the project's that have one, and the way chosen. Ends the page where
    there is none."""
    usable = [one for one in among if one.model]
    shown = trainings.named(usable)
    shell.page_head(says.question, says.context if shown else "")
    if shown is None:
        shell.empty_state(
            shell.ICONS["use"], says.empty_title, says.empty_text, action=t("use_page.to_model"), page="model"
        )
    trainings.say_if_gone(among)
    with st.container(key="which", horizontal=True, vertical_alignment="bottom", gap="medium"):
        way = views.choose("way", says.ways, label=t("use_page.way"))
        trainings.choose(usable, shown)
    shell.keep_run(shown.id)
    return shown, way
