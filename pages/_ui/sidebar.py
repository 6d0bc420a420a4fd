"""The way: the project's steps with their state and one line of fact, what is running and how long it still takes."""

from __future__ import annotations

import streamlit as st

from pages._ui import demo, focus, in_turn, spoken
from pages._ui.shell import ICONS, link, project_id, quiet
from pages._ui.words import duration, t
from tl_core.domain.fault import InputFault
from tl_core.use_cases import demo as demonstration
from tl_core.use_cases import projects, runs

TICK = 2.0  # seconds between looks while something runs


def show(here: str) -> None:
    """Draw the sidebar for the page ``here``; looks again every two seconds only while a job runs."""
    busy = bool(runs.running())
    with st.sidebar:
        with st.container(key="brand"):
            st.page_link("pages/home.py", label=t("shell.name"), icon="", help="")
        st.fragment(_way, run_every=TICK if busy else None)(here, busy)
        if demonstration.shown():
            demo.controls()
        with st.container(key="foot", gap="small"):
            link("glossary", t("shell.page_glossary"), icon=ICONS["glossary"])
            spoken.menu()
            focus.keep()
            in_turn.draw()


def _way(here: str, was_busy: bool) -> None:
    jobs = runs.running()
    if was_busy and not jobs:
        st.rerun()  # what a job changed shows at once, and the clock stops
    wanted = project_id()
    if wanted:
        try:
            project = projects.project(wanted)
        except InputFault:
            project = None
        if project is not None:
            quiet(project.name)
            with st.container(key="way", gap=None):
                for number, step in enumerate(projects.steps(wanted), start=1):
                    _step(number, step, here)
    if jobs:
        st.divider()
        with st.container(key="jobs", gap=None):
            for job in jobs:
                _job(job)
        if not runs.worker_alive():
            st.warning(t("shell.worker_missing"))


def _step(number: int, step: projects.Step, here: str) -> None:
    place = "here" if step.name == here else step.state
    with st.container(key=f"step-{step.name}-{place}", gap=None):
        link(
            step.name,
            t(f"shell.page_{step.name}"),
            icon="spinner" if step.state == "busy" else f":material/counter_{number}:",
            help=t(f"shell.step_{step.state}"),
        )
        if step.fact:
            quiet(step.fact)


def _job(job: runs.RunSummary) -> None:
    """One that runs; a project's name stands before its job where another project, or none, is open."""
    what = t(f"shell.job_{job.kind}")
    if job.project and job.project != project_id():
        try:
            what = f"{projects.project(job.project).name} · {what}"
        except InputFault:  # deleted a moment ago
            return
    if job.state in ("queued", "no_worker"):
        quiet(t("shell.job_waiting", what=what))
    elif job.seconds_left is not None:
        quiet(t("shell.job_left", what=what, left=duration(job.seconds_left)))
    else:
        quiet(what)
