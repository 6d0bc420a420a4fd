"""The projects on the home page: where each stands, the way back into it, renaming and deleting."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui.shell import PageName, faults_shown, link, quiet
from pages._ui.starts import ICONS
from pages._ui.words import escape, moment, t
from tl_core.domain.project import Project
from tl_core.use_cases import projects


def show(existing: Sequence[Project]) -> None:
    """One card a project, newest first."""
    with st.container(key="projects", gap="small"):
        for project in existing:
            _card(project)


def _card(project: Project) -> None:
    known = projects.summary(project.id)
    facts = [step.fact for step in known.steps if step.fact] or [t("shell.no_data_title")]
    last = max([project.created, *(job.created for job in known.jobs[:1])])
    with (
        st.container(border=True, key=f"project-{project.id}"),
        st.container(horizontal=True, vertical_alignment="center", gap="medium"),
    ):
        with st.container(gap=None, width="stretch", key=f"card-{project.id}"):
            link(_next_page(known.steps), project.name, icon=ICONS[project.purpose], project=project.id)
            quiet(" · ".join([*facts, moment(last)]))
        choice = st.menu_button(
            t("home.more_short"),
            ["rename", "delete"],
            icon=":material/more_horiz:",
            type="tertiary",
            key=f"more-{project.id}",
            help=escape(t("home.more", name=project.name)),
            format_func=lambda name: t(f"home.{name}"),
        )
    if choice == "rename":
        _rename(project)
    elif choice == "delete":
        _delete(project)


def _next_page(steps: Sequence[projects.Step]) -> PageName:
    """Where work goes on: the busy step, else the first that is not done."""
    for state in ("busy", "current"):
        for step in steps:
            if step.state == state:
                return step.name
    return steps[-1].name


@st.dialog(t("home.rename_title"))
def _rename(project: Project) -> None:
    with st.form("rename-project", border=False):
        name = st.text_input(t("home.name_label"), value=project.name, max_chars=80)
        pressed = st.form_submit_button(t("home.rename_save"), type="primary")
    if pressed:
        with faults_shown():
            projects.rename(project.id, name)
            st.rerun()


@st.dialog(t("home.delete_title"))
def _delete(project: Project) -> None:
    st.text(project.name)
    st.text(t("home.delete_text"))
    with st.container(horizontal=True):
        if st.button(
            escape(t("home.delete_confirm")), type="primary", icon=":material/delete:", key="delete-project-now"
        ):
            with faults_shown():
                projects.delete(project.id)
                st.rerun()
        if st.button(t("home.cancel"), key="delete-project-not"):
            st.rerun()
