"""Draws the table at which a person labels."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui.gallery import address, sounds
from pages._ui.labelling.route import LABELS
from pages._ui.words import t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import labelling

HERE = Path(__file__).resolve().parent
WORDS = (
    "saved", "progress", "ask", "ask_second", "waiting", "nobody", "done", "skip", "undo", "skipped", "later", "play",
    "classes", "add", "add_hint", "first", "hint", "hint_pictures", "hint_sounds", "hint_group", "hint_group_two",
)  # fmt: skip


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_labelling",
        css=(HERE / "labelling.css").read_text("utf-8"),
        js="\n".join((HERE / name).read_text("utf-8") for name in ("labelling.js", "keys.js", "unsent.js")),
    )


@st.cache_data(ttl=3600, max_entries=256, show_spinner=False)
def _token(project_id: str, person: int) -> str:
    return labelling.token(project_id, person)


def draw(project: Project, dataset: Dataset, person: int, view: labelling.View, standing: labelling.Standing) -> None:
    """What ``person`` is asked in this ``view``. The rest happens in the browser and at its door."""
    words = {name: t(f"labelling.{name}") for name in WORDS}
    words |= {
        "standing": t("labelling.standing", done="{done}", total="{total}"),
        "saving": t("labelling.saving", count="{count}"),
        "unsaved": t("labelling.unsaved", count="{count}"),
        "accept": t("labelling.accept", count="{count}"),
        "ask_group": t("labelling.ask_group", count="{count}", label="{label}"),
        "picture": t("labelling.picture", place="{place}", count="{count}"),
    }
    _component()(
        key=f"label-{project.id}-{person}-{view}",
        data={
            "session": f"{project.id}-{person}-{view}",
            "person": f"{project.id}-{person}",
            "url": f"{LABELS}/{_token(project.id, person)}",
            "picture": address(project.id),
            "sounds": sounds(project.id),
            "pictures": all(sample.text is None for sample in dataset.samples),
            "view": view,
            "classes": labelling.classes(project.id),
            "standing": standing.model_dump(),
            "words": words,
        },
        on_said_change=lambda: None,
    )
