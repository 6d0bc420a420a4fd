"""Jobs of all projects on the home page: what runs now, and what ended while away."""

from __future__ import annotations

import streamlit as st

from pages._ui.shell import PageName, link, quiet, run_badge, secondary, section
from pages._ui.words import duration, moment, t
from tl_core.domain.fault import InputFault
from tl_core.use_cases import home, projects, runs

TICK = 2.0  # seconds between looks while something runs
MOST = 5  # ended jobs listed
_PAGE: dict[str, PageName] = {
    "train": "train",
    "forecast": "train",
    "ladder": "ladder",
    "learning_curve": "evaluate",
    "intake": "data",
    "exam": "evaluate",
    "crossval": "evaluate",
    "mix": "evaluate",
    "predict": "use",
    "fetch": "model",
    "calibrate": "model",
    "excite": "model",
    "check": "check",
    "fit": "model",
    "index": "data",
    "answer": "train",
    "phrase": "evaluate",
    "suggest": "label",
}
# Nothing is shown of the job itself, but of the data and models that it was about.
_OF_DATA = ("intake", "calibrate", "excite", "check", "fetch", "fit", "index", "learning_curve", "suggest")


def running_now() -> None:
    """What runs, with its progress and a way to it; looks again while something does."""
    if runs.running():
        section(t("home.running_title"))
        st.fragment(_running, run_every=TICK)()


def _running() -> None:
    with st.container(border=True, key="running", gap="small"):
        for job in runs.running():
            _row(job, f"job-{job.id}", _still(job))


def _still(job: runs.RunSummary) -> str:
    parts = [t(f"shell.job_{job.kind}")]
    if job.state == "running" and job.seconds_left is not None:
        parts.append(t("home.left", left=duration(job.seconds_left)))
    return " · ".join(parts)


def ended_while_away() -> None:
    """Jobs that ended since somebody last cleared this list, and the way to each."""
    ended = home.ended_while_away()
    if not ended:
        return
    section(t("home.ended_title"))
    with st.container(border=True, key="ended", gap="small"):
        for job in ended[:MOST]:
            what = t("home.ended_line", what=t(f"shell.job_{job.kind}"), when=moment(job.ended or job.created))
            _row(job, f"ended-{job.id}", f"{what} · {job.reason}" if job.reason else what)
    if secondary(t("home.ended_seen"), ":material/done_all:", key="ended-seen"):
        home.mark_seen()
        st.rerun()


def _row(job: runs.RunSummary, key: str, line: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=key):
        with st.container(gap=None, width="stretch"):
            _way_to(job)
            quiet(line)
        run_badge(job.state)


def _way_to(job: runs.RunSummary) -> None:
    """A link to the page that shows the job, named after its project."""
    try:
        name = projects.project(job.project).name if job.project else t("shell.job_fetch")
    except InputFault:  # deleted a moment ago
        return
    run = getattr(job.plan, "run", "" if job.kind in _OF_DATA else job.id)  # of an exam and the like: whose it is
    link(_PAGE[job.kind], name, project=job.project or "", run=run)
