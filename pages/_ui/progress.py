"""How a training goes: state in words, what is done and left, the quick look, the curves, what to know."""

from __future__ import annotations

import streamlit as st

from pages._ui import charts, live_curves, sentences, shell
from pages._ui.trainings import Training
from pages._ui.words import duration, escape, moment, size, t
from tl_core.domain.event import Epoch
from tl_core.domain.plan import TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.report import Metric
from tl_core.domain.run import ENDED, RunView, State, Status
from tl_core.use_cases import plans, projects, results, runs
from tl_core.use_cases.tables import Cell

TICK = 2.0  # seconds between looks while it runs
HIT_RATE = "validation/balanced_accuracy"
TRAINS = ("train", "ladder", "learning_curve")  # kinds of jobs that take turns


def show(project: Project, shown: Training, drawn: State) -> None:
    """One look at the run. When its state has changed since the page was drawn, the whole page is drawn again."""
    view, status, state = runs.view(shown.id)
    if state != drawn:
        st.rerun()
    plan = plans.resolved(shown.plan)
    # Places that stay where they are, so that what comes and goes above the curves does not draw them anew.
    top, bar, figures, curves, notices = (st.container() for _ in range(5))
    with top:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="state"):
            shell.run_badge(state)
            st.text(_in_words(view, status, state), width="stretch")
            if state not in ENDED:
                _stop(shown.id, state)
        if state in ("queued", "no_worker"):
            _ahead(shown)
        if status is not None and status.state == "failed":
            shell.show_fault(runs.reason(status) or "")
    if state in ("running", "recovering", "stopping"):
        with bar:
            _bar(view)
    if view.probe is not None or view.epochs or state in ("running", "recovering"):
        with figures:
            _figures(view, plan, state)
    if plan.recipe != "probe" and (view.epochs or (state not in ENDED and view.started)):
        with curves:
            _curves(view, plan, status, key=f"curves-{shown.id}")
    with notices:
        report = results.report(shown.id, "validation") if state in ENDED else None
        if report is not None and (better := sentences.recommended(report)):
            shell.show_warning(better)
        shell.show_notices(one for one in view.notices if one.key != "training.probe_kept")  # said with the result


# --- state ------------------------------------------------------------------------------------------------------------


def _in_words(view: RunView, status: Status | None, state: State) -> str:
    if state == "running":
        return t(f"train_page.phase_{view.phase or 'starting'}")
    if status is None:
        if state == "queued":
            return t("train_page.state_queued_next") if not _before() else ""
        said = t(f"train_page.state_{state}")
        if state == "stopping" and view.phase in ("evaluate", "bundle"):
            said = t(f"train_page.phase_{view.phase}")  # what is left is for the model that is kept
        return said
    if state == "stopped":
        return t("train_page.state_stopped" if status.model else "train_page.state_stopped_without")
    if state == "failed":
        return t("train_page.state_failed_model") if status.model else ""
    return " ".join(
        (t("train_page.state_done", total=duration(status.seconds.get("total", 0))), sentences.verdict(view))
    )


def _before() -> list[runs.RunSummary]:
    """Jobs that hold the place for trainings."""
    return [job for job in runs.running() if job.kind in TRAINS and job.state in ("running", "recovering", "stopping")]


def _ahead(shown: Training) -> None:
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


def _bar(view: RunView) -> None:
    line = bar_line(view)
    if view.total:
        st.progress(min(1.0, view.done / view.total), text=escape(line))
    elif line:
        shell.quiet(line)  # a bar that cannot move would look stuck


def bar_line(view: RunView) -> str:
    """What is done and left, how fast, on what: "Epoch 7 of 12 · 41 s left · 62 samples a second · CPU, 2 cores"."""
    parts = []
    if view.total and view.done:
        key = "phase_epoch" if view.phase == "train" else "phase_items"
        parts.append(t(f"train_page.{key}", done=view.done, total=view.total))
    if view.seconds_left is not None:
        parts.append(t("train_page.left", left=duration(view.seconds_left)))
    if view.rate:
        parts.append(t("train_page.rate", rate=f"{view.rate:.0f}" if view.rate >= 10 else f"{view.rate:.1f}"))
    if view.device:
        parts.append(view.device)
    if view.memory:
        parts.append(t("train_page.memory", size=size(view.memory)))
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


# --- figures ----------------------------------------------------------------------------------------------------------


def _figures(view: RunView, plan: TrainPlan, state: State) -> None:
    """The quick look and the best epoch side by side, each with its doubt."""
    quick = view.probe.metrics.get(HIT_RATE) if view.probe else None
    with st.container(border=True, key="figures"):
        shell.quiet(t("train_page.measured"), help=t("train_page.measured_help"))
        columns = st.columns(3 if plan.recipe != "probe" else 2, vertical_alignment="top")
        if plan.recipe != "scratch":
            with columns[0], st.container(gap=None):
                _quick(view, quick)
        if plan.recipe != "probe":
            with columns[0 if plan.recipe == "scratch" else 1], st.container(gap=None):
                _best(view, quick, state)
        if view.chosen is not None:
            with columns[-1]:
                st.metric(t("train_page.kept_title"), t(f"train_page.kept_{view.chosen.candidate}"))


def _quick(view: RunView, quick: Metric | None) -> None:
    name = t("train_page.quick_title")
    if quick is None or view.probe is None:
        st.metric(name, "–", help=t("train_page.quick_help"))
        shell.quiet(t("train_page.quick_waiting"))
        return
    st.metric(name, sentences.figure(quick.value), help=t("train_page.quick_help"))
    ready = t("train_page.quick_ready", seconds=duration(view.probe.seconds))
    shell.quiet(f"{sentences.interval(quick)} · {ready}")


def _best(view: RunView, quick: Metric | None, state: State) -> None:
    name = t("train_page.best_title_ended" if state in ENDED else "train_page.best_title")
    best = _best_epoch(view)
    if best is None or HIT_RATE not in best.metrics:
        st.metric(name, "–")
        shell.quiet(t("train_page.best_none" if state in ENDED else "train_page.best_waiting"))
        return
    value = best.metrics[HIT_RATE]
    st.metric(name, sentences.figure(value))
    said = [t("train_page.best_epoch", epoch=best.number, of=best.of)]
    if quick is not None:
        gain = round(value, 2) - round(quick.value, 2)
        key = "best_same" if abs(gain) < 0.005 else "best_more" if gain > 0 else "best_less"
        said.append(t(f"train_page.{key}", gain=sentences.figure(abs(gain))))
    shell.quiet(" · ".join(said))


def _best_epoch(view: RunView) -> Epoch | None:
    return next((epoch for epoch in view.epochs if epoch.number == view.best_epoch), None)


def _curves(view: RunView, plan: TrainPlan, status: Status | None, *, key: str) -> None:
    live_curves.draw(view, plan.epochs or 1, key=key)
    if status is None:
        said = sentences.progress(view, plan.patience)
    elif view.best_epoch is None:
        said = ""
    else:
        kept = status.model and view.chosen is not None and view.chosen.candidate != "probe"
        said = t("train_page.reads_kept" if kept else "train_page.reads_ended", epoch=view.best_epoch)
    if said:
        shell.quiet(said)
    if view.epochs:
        charts.table_on_demand(
            [
                {
                    t("train_page.column_epoch"): epoch.number,
                    t("train_page.column_loss_train"): _cell(epoch, "train/loss"),
                    t("train_page.column_loss_validation"): _cell(epoch, "validation/loss"),
                    t("train_page.column_hits_train"): _cell(epoch, "train/balanced_accuracy"),
                    t("train_page.column_hits_validation"): _cell(epoch, HIT_RATE),
                }
                for epoch in view.epochs
            ],
            title=t("train_page.curves_table"),
            key="epochs",
        )


def _cell(epoch: Epoch, name: str) -> Cell:
    return charts.rounded(epoch.metrics[name]) if name in epoch.metrics else "–"


# --- the list of runs -------------------------------------------------------------------------------------------------


def line(one: Training, *, shown: bool) -> None:
    """One training in the list: what, when, how it stands, a way to it."""
    place = "shown" if shown else "other"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"training-{place}-{one.id}"):
        with st.container(gap=None, width="stretch"):
            shell.link("train", one.title, icon=":material/show_chart:", run=one.id)
            parts = [moment(one.created)]
            if one.score is not None:
                parts.append(t("train_page.run_score", score=sentences.figure(one.score)))
            if shown:
                parts.append(t("train_page.run_shown"))
            shell.quiet(" · ".join(parts))
        shell.run_badge(one.state)
