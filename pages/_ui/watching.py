"""How a training goes: state in words, what is done and left, what went wrong, what to know. Figures come with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from pages._ui import shell
from pages._ui.trainings import Kept
from pages._ui.words import duration, escape, joined, moment, number, size, t
from tl_core.domain.run import ENDED, RunView, State, Status
from tl_core.use_cases import projects, runs

TICK = 2.0  # seconds between looks while it runs
ANSWERS = 1.0  # the same of a job that answers
TRAINS = ("train", "forecast", "answer", "phrase", "ladder", "learning_curve")  # kinds of jobs that take turns


class Told(NamedTuple):
    """What a kind of training has to say of itself."""

    phase: Callable[[str], str]  # what is being done, in words; "starting" before the first
    bar: Callable[[RunView], str]
    verdict: Callable[[RunView], str]  # what came of it
    figures: Callable[[RunView, State], None] | None  # None: there are none yet
    curves: Callable[[RunView, Status | None], None] | None
    unsaid: frozenset[str] = frozenset()  # keys of notices that the verdict says
    warning: str = ""  # what to know before its model is used


def show(shown: Kept, drawn: State, tell: Callable[[RunView, State], Told]) -> None:
    """One look at the run. When its state has changed since the page was drawn, the whole page is drawn again."""
    view, status, state = runs.view(shown.id)
    if state != drawn:
        st.rerun()
    told = tell(view, state)
    # Places that stay where they are, so that what comes and goes above the curves does not draw them anew.
    top, bar, figures, curves, notices = (st.container() for _ in range(5))
    with top:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="state"):
            shell.run_badge(state)
            st.text(_in_words(view, status, state, told), width="stretch")
            if state not in ENDED:
                _stop(shown.id, state)
        if state in ("queued", "no_worker"):
            _ahead(shown)
        if status is not None and status.state == "failed":
            shell.show_fault(runs.reason(status) or "")
    if state in ("running", "recovering", "stopping"):
        with bar:
            _bar(view, told)
    if told.figures:
        with figures:
            told.figures(view, state)
    if told.curves:
        with curves:
            told.curves(view, status)
    with notices:
        if told.warning:
            shell.show_warning(told.warning)
        shell.show_notices(one for one in view.notices if one.key not in told.unsaid)


def answering(job_id: str, says: Callable[[RunView], str], *, key: str) -> None:
    """A short job that answers, until the page is drawn anew at its end; ``says``: what is done, in words."""
    st.fragment(_answering, run_every=ANSWERS)(job_id, says, key)


def _answering(job_id: str, says: Callable[[RunView], str], key: str) -> None:
    view, _, state = runs.view(job_id)
    if state in ENDED:
        st.rerun(scope="app")
    with st.container(border=True, key=f"{key}-{job_id}"):
        if state == "no_worker":
            shell.show_warning(t("shell.worker_missing"))
        with st.container(horizontal=True, vertical_alignment="center"):
            shell.run_badge(state)
            st.progress(min(1.0, view.done / view.total) if view.total else 0.0, text=escape(says(view)))
            shell.stop_button(job_id, t("use_page.batch_stop"), key=f"{key}-stop-{job_id}")


def _in_words(view: RunView, status: Status | None, state: State, told: Told) -> str:
    if state == "running":
        return told.phase(view.phase or "starting")
    if status is None:
        if state == "queued":
            return t("train_page.state_queued_next") if not _before() else ""
        said = t(f"train_page.state_{state}")
        if state == "stopping" and view.phase in ("evaluate", "bundle"):
            said = told.phase(view.phase)  # what is left is for the model that is kept
        return said
    if state == "stopped":
        if not status.model:
            return t("train_page.state_stopped_without")
        return joined((t("train_page.state_stopped"), told.verdict(view)))
    if state == "failed":
        return t("train_page.state_failed_model") if status.model else ""
    return joined((t("train_page.state_done", total=duration(status.seconds.get("total", 0))), told.verdict(view)))


def _before() -> list[runs.RunSummary]:
    """Jobs that hold the place for trainings."""
    return [job for job in runs.running() if job.kind in TRAINS and job.state in ("running", "recovering", "stopping")]


def _ahead(shown: Kept) -> None:
    """What is ahead in the queue, by name."""
    jobs = [job for job in runs.running() if job.kind in TRAINS and job.id != shown.id]
    jobs = [job for job in jobs if job.created < shown.created]
    if not jobs:
        return
    with st.container(border=True, key="ahead", gap=None):
        st.text(t("train_page.state_queued_behind", count=len(jobs)))
        for job in jobs:
            if job.project is None:
                continue
            values = {"what": t(f"shell.job_{job.kind}"), "project": projects.project(job.project).name}
            if job.seconds_left is None:
                shell.quiet(t("train_page.ahead", **values))
            else:
                shell.quiet(t("train_page.ahead_left", **values, left=duration(job.seconds_left)))


def _stop(run_id: str, state: State) -> None:
    waiting = state in ("queued", "no_worker")
    shell.stop_button(
        run_id,
        t("train_page.stop_queued" if waiting else "train_page.stop"),
        key="stop",
        help=None if waiting else t("train_page.stop_help"),
        disabled=state == "stopping",
    )


def _bar(view: RunView, told: Told) -> None:
    line = told.bar(view)
    if view.total:
        st.progress(min(1.0, view.done / view.total), text=escape(line))
    elif line:
        shell.quiet(line)  # a bar that cannot move would look stuck


def bar_line(view: RunView, unit: str = "train_page.phase_epoch", rate: str = "train_page.rate") -> str:
    """What is done and left, how fast, on what: "Epoch 7 of 12 · 41 s left · 62 samples a second · CPU, 2 cores"."""
    parts = []
    if view.total and view.done:
        key = unit if view.phase == "train" else "train_page.phase_items"
        parts.append(t(key, done=view.done, total=view.total))
    if view.seconds_left is not None:
        parts.append(t("train_page.left", left=duration(view.seconds_left)))
    if view.rate:
        parts.append(t(rate, rate=number(view.rate, ".0f") if view.rate >= 10 else number(view.rate, ".1f")))
    if view.device:
        parts.append(str(view.device))
    if view.memory:
        parts.append(t("train_page.memory", size=size(view.memory)))
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


def line(one: Kept, *, shown: bool) -> None:
    """One training in the list: what, when, how it stands, a way to it."""
    place = "shown" if shown else "other"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"training-{place}-{one.id}"):
        with st.container(gap=None, width="stretch"):
            shell.link("train", one.title, icon=":material/show_chart:", run=one.id)
            parts = [moment(one.created)]
            if one.said:
                parts.append(one.said)
            if shown:
                parts.append(t("train_page.run_shown"))
            shell.quiet(" · ".join(parts))
        shell.run_badge(one.state)
