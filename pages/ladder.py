"""Ladder: every freeze boundary tried on the same samples, drawn as it grows; then which depth is enough."""

from __future__ import annotations

import streamlit as st

from pages._ui import ladders, shell
from pages._ui.words import moment, t
from tl_core.domain.run import ENDED
from tl_core.use_cases import ladders as kept

project = shell.current_project()
among = kept.of_project(project.id)
shown = ladders.named(among)

if shown is None:
    shell.page_head(t("ladder_page.question"))
    shell.empty_state(
        shell.ICONS["ladder"],
        t("ladder_page.empty_title"),
        t("ladder_page.empty_text"),
        action=t("ladder_page.to_model"),
        page="model",
    )
if shell.run_id() != shown.id:
    st.query_params["run"] = shown.id  # a reload or another browser finds the same ladder

plan = ladders.of_plan(shown)
shell.page_head(
    t("ladder_page.question"),
    t("ladder_page.context", title=ladders.title(plan.base), when=moment(shown.created, stands=True)),
)
going = shown.state not in ENDED
st.fragment(ladders.show, run_every=ladders.TICK if going else None)(shown.id, plan, shown.state)

if not going:
    ladders.onward(project, plan, kept.found(shown.id))

if len(among) > 1:
    st.space("medium")
    shell.section(t("ladder_page.others"))
    with st.container(key="ladders", gap=None):
        ladders.others(among, shown)
