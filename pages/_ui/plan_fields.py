"""Fields of a plan under Advanced, the same on every model page: what it is, the usual value, a line about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import streamlit as st

from pages._ui import shell, words
from pages._ui.words import t
from tl_core.domain.base import Noun
from tl_core.domain.plan import DeviceChoice
from tl_core.domain.project import Project

Words = Literal["model_page", "forecast_page", "answer_page"]  # where the texts of a field stand
_WHOLE: dict[str, tuple[int, int]] = {  # name -> least and most, as in the plans
    "epochs": (1, 1000),
    "batch_size": (1, 4096),
    "patience": (1, 1000),
    "views": (1, 20),
    "seed": (0, 2**31 - 1),
    "steps": (1, 10_000),
    "lora_rank": (1, 256),
}
_PARTS: dict[str, tuple[float, float, float]] = {  # name -> least, most, step
    "learning_rate": (0.000001, 1.0, 0.0001),
    "rate_decay": (0.01, 1.0, 0.05),
    "weight_decay": (0.0, 1.0, 0.01),
}


def number(
    project: Project, plan: Noun, name: str, *, usual: float | None = None, empty: str = "", of: str = "",
    title: Words = "model_page", about: Words = "model_page", least: int | None = None,
) -> float | int | None:  # fmt: skip
    """Empty means: as usual, said as ``usual`` or in the words ``empty``. For fields that a plan always fills, empty
    gives the usual value back. ``of``: what the choice is kept for, beside the project."""
    chosen, default = getattr(plan, name), type(plan).model_fields[name].default
    known = default if default is not None else usual
    said = empty or (
        t("model_page.usual_none") if known is None else t("model_page.usual", value=words.number(known, "g"))
    )
    kept = None if chosen is None or chosen == default else chosen
    label, key = t(f"{title}.{name}"), "-".join(filter(None, (name, project.id, of)))
    with st.container(key=f"under-{name}"):
        found: float | int | None
        if name in _WHOLE:
            low, high = _WHOLE[name]
            found = st.number_input(
                label, low if least is None else least, high, None if kept is None else int(kept), step=1,
                placeholder=said, key=key, persist_state="session",
            )  # fmt: skip
        else:
            first, last, step = _PARTS[name]
            found = st.number_input(
                label, first, last, kept, step, "%g", placeholder=said, key=key, persist_state="session"
            )
        shell.quiet(t(f"{about}.{name}_about"))
    return default if found is None else found


def choice(project: Project, plan: Noun, name: str, choices: Sequence[str]) -> str:
    """One of a few, each with a name for people."""
    with st.container(key=f"under-{name}"):
        chosen = st.selectbox(
            t(f"model_page.{name}"), choices, index=list(choices).index(getattr(plan, name)),
            format_func=lambda one: t(f"model_page.{name}_{one}"), key=f"{name}-{project.id}", persist_state="session",
        )  # fmt: skip
        shell.quiet(t(f"model_page.{name}_about"))
    return chosen


def device(project: Project, plan: Noun) -> str:
    return choice(project, plan, "device", get_args(DeviceChoice))


def rank(project: Project, plan: Noun) -> float | int | None:
    """Of small additions to the thawed layers."""
    return number(project, plan, "lora_rank", empty=t("model_page.lora_rank_none"))
