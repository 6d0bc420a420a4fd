"""While data are read in: how far, how long still, and how it ended."""

from __future__ import annotations

import time

import streamlit as st

from pages._ui.camera import learning
from pages._ui.shell import go, page_head, quiet, run_id, show_fault, show_warning, stop_button
from pages._ui.words import count, duration, escape, number, t
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, RunView
from tl_core.use_cases import predict, projects, runs

TICK = 1.0  # seconds between looks: reading a few hundred samples takes seconds
_TRUSTED = 0.03  # of the items must be done before their pace says anything
FOLLOW = ("train", "forecast")  # kinds of jobs that a sample set begins
PATIENCE = 15.0  # seconds for the training that follows a sample set to be queued


def newest_intake(project: Project) -> runs.RunSummary | None:
    """The project's last reading of data, going on or ended."""
    return next(iter(runs.runs_of(project.id, "intake")), None)


def is_going_on(job: runs.RunSummary) -> bool:
    """Still reading, or read for this page a moment ago with a training to follow at any moment."""
    if job.state not in ENDED:
        return True
    if not _leads_on(job) or job.state != "done":
        return False
    training = _training(job)
    if training is None:
        return time.time() - (job.ended or 0.0) < PATIENCE
    return _to_live(job) and not predict.ready(training) and runs.pending(training)


def _training(job: runs.RunSummary) -> str | None:
    """The training that followed this reading."""
    later = [one for one in runs.runs_of(job.project or "") if one.kind in FOLLOW and one.created >= (job.ended or 0.0)]
    return later[-1].id if later else None


def _leads_on(job: runs.RunSummary) -> bool:
    """Whether who waits here is led on to a training. Documents are asked on this page before any."""
    asked = job.plan.kind == "intake" and job.plan.then_train is not None and run_id() == job.id
    return asked and projects.project(job.project or "").task != "answer"


def _now(job: runs.RunSummary) -> runs.RunSummary:
    """The job as it stands at this look."""
    _, status, state = runs.view(job.id)
    return job.model_copy(update={"state": state, "ended": status.ended if status else None})


def _to_live(job: runs.RunSummary) -> bool:
    """Whether it is a quick look that follows: it takes seconds, and who waits wants to see it answer."""
    return job.plan.kind == "intake" and job.plan.then_train == "probe"


def follow(job: runs.RunSummary) -> None:
    """Who tried a sample set is led on to its first training, who recorded with the camera to live answers."""
    training = _training(job) if _leads_on(job) else None
    if training is not None and _to_live(job) and predict.ready(training):
        go("use", run=training, way="live")
    if training is not None:
        go("train", run=training)


def progress(job: runs.RunSummary) -> None:
    """The whole page while a job reads; looks again every second and gives way to the data when it has ended."""
    if _to_live(job) and _leads_on(job):
        learning.show(job, lambda: _training(_now(job)), lambda: not is_going_on(_now(job)))
        return
    page_head(t("data_page.reading_title"), t("data_page.reading_stay"))
    st.fragment(_watch, run_every=TICK)(job)


def _watch(job: runs.RunSummary) -> None:
    view, _, state = runs.view(job.id)
    if state in ENDED and not is_going_on(_now(job)):
        st.rerun()
    with st.container(border=True, key="reading"):
        if state == "queued":
            st.text(t("data_page.reading_waiting"))
        elif state == "no_worker":
            show_warning(t("shell.worker_missing"))
        elif state in ENDED:
            st.text(t("data_page.reading_train"))
        else:
            _how_far(view)
        if state == "stopping":
            st.text(t("data_page.reading_stopping"))
        elif state not in ENDED:
            stop_button(job.id, t("data_page.reading_stop"), key="reading-stop")


def _how_far(view: RunView) -> None:
    """The part at hand, with a bar where its length is known, and what is left of it."""
    part = t(f"data_page.reading_{view.phase or 'start'}")
    counts = ""
    if view.total:
        unit = "data_page.reading_megabytes" if view.phase in ("fetch", "fetch_model") else "data_page.reading_count"
        counts = t(unit, done=count(view.done), total=count(view.total))
    line = t("data_page.reading_line", part=part, counts=counts) if counts else part
    st.progress(min(1.0, view.done / view.total) if view.total else 0.0, text=escape(line))
    facts = []
    if view.rate and view.total and view.done > _TRUSTED * view.total:
        facts.append(t("data_page.reading_rate", rate=number(view.rate, ",.0f")))
        if view.seconds_left is not None:
            facts.append(t("data_page.reading_left", left=duration(view.seconds_left)))
    quiet(" · ".join(facts) or "\u00a0")  # keeps its line, so that nothing jumps


def say_how_it_ended(job: runs.RunSummary) -> None:
    """A sentence above the page when the last reading brought nothing in."""
    if job.state == "stopped":
        show_warning(t("data_page.reading_stopped"))
    elif job.state == "failed":
        show_fault(job.reason or t("data_page.reading_failed"))
