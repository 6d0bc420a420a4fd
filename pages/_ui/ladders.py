"""How a freeze ladder goes and what it found: state in words, the recommendation, the rungs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui import charts, rungs, shell, trainings
from pages._ui.rungs.rungs import HIT_RATE, name, place
from pages._ui.words import duration, escape, moment, size, t
from tl_core.domain.event import Rung
from tl_core.domain.fault import InputFault
from tl_core.domain.ladder import Ladder
from tl_core.domain.plan import LadderPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, RunView, State, Status
from tl_core.use_cases import data, ladders, runs
from tl_core.use_cases.tables import Cell, Row

TICK = 2.0  # seconds between looks while it runs


def named(among: Sequence[runs.RunSummary]) -> runs.RunSummary | None:
    """The ladder of the address; without one, or when it is gone, the newest of ``among``."""
    wanted = shell.run_id()
    return next((one for one in among if one.id == wanted), among[0] if among else None)


def begin(project: Project, base: TrainPlan) -> str:
    """Start a ladder of ``base``; where one of the same settings is there or under way, it is that one."""
    for one in ladders.of_project(project.id):
        same = isinstance(one.plan, LadderPlan) and one.plan.base == base
        if same and one.state not in ("failed", "stopped"):
            return one.id
    return ladders.start(base)


def title(plan: TrainPlan) -> str:
    """ "EfficientNet-Lite0"."""
    return trainings.model_title(plan.backbone)


def show(run_id: str, plan: LadderPlan, drawn: State) -> None:
    """One look at a ladder. When its state has changed since the page was drawn, the whole page is drawn again."""
    view, status, state = runs.view(run_id)
    if state != drawn:
        st.rerun()
    planned = ladders.planned(plan, run_id)
    found = ladders.found(run_id)
    # Places that stay where they are, so that what comes and goes above the rungs does not draw them anew.
    top, bar, advice, picture, notices = (st.container() for _ in range(5))
    with top, st.container(horizontal=True, vertical_alignment="center", gap="small", key="state"):
        shell.run_badge(state)
        st.text(_in_words(view, status, state), width="stretch")
        if state not in ENDED:
            waiting = state in ("queued", "no_worker")
            shell.stop_button(
                run_id,
                t("train_page.stop_queued" if waiting else "ladder_page.stop"),
                key="stop",
                help=None if waiting else t("ladder_page.stop_help"),
                disabled=state == "stopping",
            )
    if status is not None and status.state == "failed":
        with top:
            shell.show_fault(runs.reason(status) or "")
    if state in ("running", "recovering", "stopping"):
        with bar:
            st.progress(len(view.rungs) / len(planned), text=escape(_bar_line(view, planned)))
    if found is not None and found.advice is not None:
        with advice:
            shell.show_hint(" ".join(ladders.words(found)))
    if view.rungs or state in ("running", "recovering"):
        with picture:
            _picture(planned, view.rungs, found, state, key=f"rungs-{run_id}")
    with notices:
        shell.show_notices(view.notices)


def _in_words(view: RunView, status: Status | None, state: State) -> str:
    if state in ("running", "queued", "no_worker"):
        return t(f"train_page.phase_{view.phase or 'starting'}") if state == "running" else t(f"ladder_page.{state}")
    if status is not None and state == "done":
        return t("ladder_page.done", total=duration(status.seconds.get("total", 0)))
    if state == "stopped" and not view.rungs:
        return t("ladder_page.stopped_without")
    if state == "failed" and not view.rungs:
        return ""
    return t(f"ladder_page.{state}")


def _bar_line(view: RunView, planned: Sequence[TrainPlan]) -> str:
    """What is tried now, what is left, on what: "3 of 9 tried · now 5 of 7 frozen, epoch 2 of 5 · 3 min left"."""
    parts = [t("ladder_page.tried", done=len(view.rungs), count=len(planned))]
    told = {place(rung) for rung in view.rungs}
    places = [(one.recipe, one.frozen_stages or 0) for one in planned]
    now = next((here for here in places if here not in told), None)
    if now is not None and view.phase == "train":
        stages = planned[0].frozen_stages or 0
        parts.append(t("ladder_page.now", name=name(now, stages), done=view.done, total=view.total or 0))
    if view.rungs and view.seconds_left:
        parts.append(t("ladder_page.left", left=duration(view.seconds_left)))
    if view.device:
        parts.append(view.device)
    return " · ".join(parts)


def _picture(
    planned: Sequence[TrainPlan], told: Sequence[Rung], found: Ladder | None, state: State, *, key: str
) -> None:
    advice = found.advice if found else None
    chosen = (advice.recipe, advice.frozen_stages) if advice else None
    with st.container(border=True, key="rungs"):
        rungs.draw(planned, told, chosen, going=state not in ENDED, key=key)
    if told:
        charts.table_on_demand(rows(told), title=t("ladder_page.table"), key="rungs")
    scores = [rung.metrics[HIT_RATE] for rung in told if HIT_RATE in rung.metrics]
    about = t("ladder_page.about")
    if scores and scores[0].low is None:
        about = t("ladder_page.about_few", count=scores[0].groups)
    shell.quiet(about, help=t("ladder_page.about_help"))


def rows(told: Sequence[Rung]) -> list[Row]:
    """The same figures as a table."""
    stages = max((rung.frozen_stages for rung in told), default=0)
    return [
        {
            t("ladder_page.column_rung"): name(place(rung), stages),
            t("ladder_page.column_score"): _cell(rung, HIT_RATE),
            t("ladder_page.column_loss"): _cell(rung, "validation/log_loss"),
            t("ladder_page.column_seconds"): charts.timed(rung.seconds),
            t("ladder_page.column_memory"): charts.Exact(size(rung.memory), rung.memory, t("shell.unit_bytes")),
            t("ladder_page.column_learns"): charts.Exact(f"{rung.trained_parameters:,}", rung.trained_parameters),
            t("ladder_page.column_kept"): rung.kept if rung.kept is not None else rungs.still_knows(rung),
            t("ladder_page.column_original"): charts.rounded(rung.original.value) if rung.original else "–",
            t("ladder_page.column_epochs"): rung.epochs if rung.epochs is not None else "–",
        }
        for rung in told
    ]


def _cell(rung: Rung, metric: str) -> Cell:
    return rung.metrics[metric] if metric in rung.metrics else t("ladder_page.row_unstable")


def onward(project: Project, plan: LadderPlan, found: Ladder | None) -> None:
    """Train at the recommended depth, on the data in use now."""
    now = {"dataset": project.dataset, "split": data.split_rule(project.id)}
    if {"dataset": plan.base.dataset, "split": plan.base.split} != now:
        shell.show_warning(t("ladder_page.outdated"))
    with st.container(key="onward", horizontal=True, vertical_alignment="center", gap="medium"):
        advice = found.advice if found else None
        if advice is not None:
            depth: dict[str, object] = {"recipe": advice.recipe, "frozen_stages": advice.frozen_stages}
            if advice.recipe == "probe":
                depth["augmentations"] = []  # the quick look takes each sample as it is
            if shell.primary(t("ladder_page.train"), ":material/play_arrow:", key="train-this"):
                with shell.faults_shown():
                    shell.go("train", run=runs.start(plan.base.model_copy(update={**now, **depth})))
        if shell.secondary(t("ladder_page.change"), ":material/tune:", key="change"):
            shell.go("model")


def others(among: Sequence[runs.RunSummary], shown: runs.RunSummary) -> None:
    """The ladders of this project, and the way to each."""
    for one in among:
        if not isinstance(one.plan, LadderPlan):
            continue
        place_of = "shown" if one.id == shown.id else "other"
        with st.container(
            horizontal=True, vertical_alignment="center", gap="medium", key=f"training-{place_of}-{one.id}"
        ):
            with st.container(gap=None, width="stretch"):
                shell.link("ladder", title(one.plan.base), icon=shell.ICONS["ladder"], run=one.id)
                shell.quiet(" · ".join([moment(one.created), *([t("train_page.run_shown")] * (one.id == shown.id))]))
            shell.run_badge(one.state)


def of_plan(shown: runs.RunSummary) -> LadderPlan:
    """Its plan. Raises InputFault for a job that is no ladder."""
    if not isinstance(shown.plan, LadderPlan):
        raise InputFault("ladder.not_one")
    return shown.plan
