"""Home: the projects, what is running, what ended while away, and how to start; in the demonstration what there is."""

from __future__ import annotations

import streamlit as st

from pages._ui import demo, jobs, project_cards, starts
from pages._ui.shell import page_head, section
from pages._ui.words import t
from tl_core.use_cases import demo as demonstration
from tl_core.use_cases import projects


def show() -> None:
    existing = projects.list_projects()
    if existing:
        page_head(t("home.question"), t("home.context"))
        jobs.running_now()
        jobs.ended_while_away()
        section(t("home.projects_title"))
        project_cards.show(existing)
        st.space("small")
        section(t("home.own_again"))
    else:
        page_head(t("home.question_first"), t("home.context_first"))
        section(t("home.own_title"))
    starts.own()
    st.space("small")
    section(t("home.samples_title"))
    starts.samples()


if demonstration.shown():
    demo.home()
else:
    show()
