"""While data are read in: how far, how long still, and how it ended."""

from __future__ import annotations

import streamlit as st

from pages._ui.shell import page_head, quiet, secondary, show_fault, show_warning
from pages._ui.words import count, duration, escape, t
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import runs

TICK = 1.0  # seconds between looks: reading a few hundred samples takes seconds


def newest_intake(project: Project) -> runs.RunSummary | None:
    """The project's last reading of data, going on or ended."""
    return next(iter(runs.runs_of(project.id, "intake")), None)


def progress(job: runs.RunSummary) -> None:
    """The whole page while a job reads; looks again every second and gives way to the data when it has ended."""
    page_head(t("data_page.reading_title"), t("data_page.reading_stay"))
    st.fragment(_watch, run_every=TICK)(job.id)


def _watch(run_id: str) -> None:
    view, _, state = runs.view(run_id)
    if state in ENDED:
        st.rerun()
    part = t(f"data_page.reading_{view.phase or 'start'}")
    with st.container(border=True, key="reading"):
        if state == "queued":
            st.text(t("data_page.reading_waiting"))
        elif state == "no_worker":
            show_warning(t("shell.worker_missing"))
        else:
            known = view.total or 0
            counts = ""
            if known:
                counts = t("data_page.reading_count", done=count(view.done), total=count(known))
            elif view.done:
                counts = count(view.done)
            st.progress(
                min(1.0, view.done / known) if known else 0.0,
                text=escape(t("data_page.reading_line", part=part, counts=counts) if counts else part),
            )
            facts = []
            if view.rate:
                facts.append(t("data_page.reading_rate", rate=f"{view.rate:,.0f}"))
            if view.seconds_left is not None:
                facts.append(t("data_page.reading_left", left=duration(view.seconds_left)))
            quiet(" · ".join(facts) or " ")
        if state == "stopping":
            st.text(t("data_page.reading_stopping"))
        elif secondary(t("data_page.reading_stop"), ":material/stop_circle:", key="reading-stop"):
            runs.stop(run_id)
            st.rerun(scope="fragment")


def say_how_it_ended(job: runs.RunSummary) -> None:
    """A sentence above the page when the last reading brought nothing in."""
    if job.state == "stopped":
        show_warning(t("data_page.reading_stopped"))
    elif job.state == "failed":
        show_fault(job.reason or t("data_page.reading_failed"))
