"""One run that was chosen: what it came to, what people say of it, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from pages._ui import again, data_changes, shell
from pages._ui.runs.kind import Kind, version_of
from pages._ui.runs.versions import Versions
from pages._ui.sentences import figure as rounded
from pages._ui.trainings import Kept
from pages._ui.words import moment, t
from tl_core.domain.project import Project
from tl_core.use_cases import notes, runs, versions


def show(project: Project, kind: Kind, one: Kept, known: Versions, name: str) -> None:
    """``name``: what it is called beside the others."""
    with st.container(border=True, key=f"run-{one.id}", gap="small"):
        shell.link("train", name, icon=shell.ICONS["train"], run=one.id)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            shell.run_badge(one.state)
            shell.quiet(f"{moment(one.created)} · {known.title(version_of(one))}")
        figure = kind.figure(one.id, "validation")
        st.metric(kind.name, "–" if figure is None else rounded(figure.value))
        if figure is not None:
            shell.quiet(figure.doubt)
        elif one.state == "failed":
            shell.show_fault(next((job.reason or "" for job in runs.runs_of(project.id) if job.id == one.id), ""))
        _said(one)
        with st.container(horizontal=True, gap="small"):
            if shell.secondary(t("runs_page.again"), ":material/tune:", key=f"again-{one.id}"):
                again.go(one.id)
            if figure is not None and shell.secondary(
                t("runs_page.evaluate"), shell.ICONS["evaluate"], key=f"evaluate-{one.id}"
            ):
                shell.go("evaluate", run=one.id)
        if not known.in_use(version_of(one)) and shell.secondary(
            t("runs_page.restore"), ":material/history:", key=f"restore-{one.id}", help=t("runs_page.restore_help")
        ):
            st.dialog(t("runs_page.restore_title"), width="medium")(_restore)(project, version_of(one))


def _said(one: Kept) -> None:
    """Star and note; both are kept at once."""
    note = notes.of_runs([one.id])[one.id]

    def keep() -> None:
        with shell.faults_shown():
            notes.change(one.id, text=st.session_state[f"note-{one.id}"], star=st.session_state[f"star-{one.id}"])
        st.session_state["runs-drawn"] = st.session_state.get("runs-drawn", 0) + 1

    st.session_state[f"star-{one.id}"] = note.star
    st.session_state[f"note-{one.id}"] = note.text
    st.toggle(t("runs_page.favourite"), key=f"star-{one.id}", on_change=keep)
    st.text_input(
        t("runs_page.column_note"), max_chars=notes.LONGEST, key=f"note-{one.id}", on_change=keep,
        placeholder=t("runs_page.note_about"),
    )  # fmt: skip


def _restore(project: Project, version: str) -> None:
    """What it would change first, then the act."""
    with shell.faults_shown():
        found = versions.preview(project.id, version)
        st.text(t("runs_page.restore_text"))
        data_changes.show(project, project.dataset or "", version, found, key="restore")
        shell.quiet(t("runs_page.restore_kept"))
        if st.button(
            t("runs_page.restore_do"), type="primary", icon=":material/history:", key="restore-now",
            on_click=_use, args=(project.id, version),
        ):  # fmt: skip
            st.rerun()


def _use(project_id: str, version: str) -> None:
    with shell.faults_shown():
        versions.restore(project_id, version)
