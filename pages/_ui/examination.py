"""While the doctor looks: how far; and how to have it look where nobody does."""

from __future__ import annotations

import streamlit as st

from pages._ui import fetching, shell
from pages._ui.words import count, escape, joined, t
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import checks, runs

TICK = 1.0  # seconds between looks at its progress


def show(project: Project) -> None:
    """Begins by itself the first time, once a starting model is here; after a failure or a stop a person says when."""
    if card := checks.needed(project.id):
        fetching.needed(card)
        return
    job = checks.newest(project.id)
    if job is None and runs.worker_alive():
        with shell.faults_shown():
            checks.start(project.id)
        job = checks.newest(project.id)
    if job is not None and job.state not in ENDED:
        st.fragment(_watch, run_every=TICK)(job.id)
        return
    if job is not None and job.state == "failed":
        shell.show_fault(job.reason or t("check_page.failed"))
    elif job is not None:
        shell.show_warning(t("check_page.stopped"))
    else:
        shell.show_warning(t("shell.worker_missing"))
    if shell.primary(t("check_page.start"), ":material/stethoscope:", key="check-start"):
        with shell.faults_shown():
            checks.start(project.id)
            st.rerun()


def _watch(job_id: str) -> None:
    view, _, state = runs.view(job_id)
    if state in ENDED:
        st.rerun(scope="app")
    with st.container(border=True, key="examination"):
        if state == "no_worker":
            shell.show_warning(t("shell.worker_missing"))
        part = t(f"check_page.phase_{view.phase}") if view.phase else t("check_page.phase_start")
        counts = t("check_page.of", done=count(view.done), total=count(view.total)) if view.total else ""
        line = joined((part, counts))
        st.progress(min(1.0, view.done / view.total) if view.total else 0.0, text=escape(line))
        shell.stop_button(job_id, t("check_page.stop"), key="check-stop", disabled=state == "stopping")
