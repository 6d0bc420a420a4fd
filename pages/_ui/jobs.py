"""Jobs of all projects on the home page: what runs now, and what ended while away."""

from __future__ import annotations

import time

import streamlit as st

from pages._ui.shell import PageName, link, quiet, run_badge, section, secondary
from pages._ui.words import duration, moment, t

TICK = 2.0  # seconds between looks while something runs
LOOK_BACK = 7 * 86400.0  # seconds; what ended before is no news
_PAGE: dict[str, PageName] = {"train": "train", "intake": "data", "exam": "evaluate", "predict": "use", "fetch": "model"}


def running_now() -> None:
    """What runs, with its progress and a way to it; looks again while something does."""
    from tl_core.use_cases import runs

    if runs.running():
        section(t("home.running_title"))
        st.fragment(_running, run_every=TICK)()


def _running() -> None:
    from tl_core.use_cases import runs

    with st.container(key="running", gap="small"):
        for job in runs.running():
            with (
                st.container(border=True, key=f"job-{job.id}"),
                st.container(horizontal=True, vertical_alignment="center", gap="medium"),
            ):
                with st.container(gap=None, width="stretch"):
                    _way_to(job)
                    quiet(_line(job))
                run_badge(job.state)


def _line(job) -> str:
    from tl_core.use_cases import runs

    view, _, state = runs.view(job.id)
    parts = [t(f"shell.job_{job.kind}")]
    if state == "running" and view.seconds_left is not None:
        parts.append(t("home.left", left=duration(view.seconds_left)))
    return " · ".join(parts)


def ended_while_away() -> None:
    """Jobs that ended since this browser session's last visit, until the list is cleared."""
    from tl_core.use_cases import runs

    since = st.session_state.setdefault("home-since", time.time() - LOOK_BACK)
    ended = runs.ended_since(since)
    if not ended:
        return
    section(t("home.ended_title"))
    with st.container(key="ended", gap="small"):
        for job in ended:
            with (
                st.container(border=True, key=f"ended-{job.id}"),
                st.container(horizontal=True, vertical_alignment="center", gap="medium"),
            ):
                with st.container(gap=None, width="stretch"):
                    _way_to(job)
                    quiet(t("home.ended_line", what=t(f"shell.job_{job.kind}"), when=moment(job.ended)))
                run_badge(job.state)
    if secondary(t("home.ended_seen"), ":material/done_all:", key="ended-seen"):
        st.session_state["home-since"] = time.time()
        st.rerun()


def _way_to(job) -> None:
    from tl_core.use_cases import projects

    link(_PAGE[job.kind], projects.project(job.project).name, project=job.project, run=job.id)
