"""The page of a freeze ladder: how it goes and what it found, in words and drawn, whatever the rungs learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from pages._ui import rungs, shell, tabled, trainings
from pages._ui.sentences import figure
from pages._ui.words import duration, escape, joined, moment, number, size, t, term
from tl_core.domain.event import Rung
from tl_core.domain.fault import InputFault
from tl_core.domain.ladder import Advice, Ladder
from tl_core.domain.plan import LadderPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED, RunView, State, Status
from tl_core.use_cases import ladders, runs
from tl_core.use_cases.tables import Cell, Row

TICK = 2.0  # seconds between looks while it runs


class Manner(NamedTuple):
    """What differs from task to task."""

    scale: Callable[[RunView], rungs.Scale]
    title: Callable[[rungs.Planned], str]  # of what every rung learns
    phase: Callable[[str], str]
    in_use: Callable[[Project], dict[str, object]]  # the parts of a plan that say which data it learns from now
    depth: Callable[[Advice], dict[str, object]]  # those that say how deep it thaws


def page(project: Project, manner: Manner) -> None:
    among = ladders.of_project(project.id)
    shown = trainings.named(among)
    if shown is None:
        shell.page_head(t("ladder_page.question"))
        shell.empty_state(
            shell.ICONS["ladder"],
            t("ladder_page.empty_title"),
            t("ladder_page.empty_text"),
            action=t("ladder_page.to_model"),
            page="model",
        )

    plan = of_plan(shown)
    context = f"ladder_page.context_{manner.scale(RunView()).name}"
    when = moment(shown.created, stands=True)
    shell.page_head(t("ladder_page.question"), t(context, title=manner.title(plan.base), when=when))
    trainings.say_if_gone(among)
    shell.keep_run(shown.id)
    going = shown.state not in ENDED
    st.fragment(show, run_every=TICK if going else None)(shown.id, plan, shown.state, manner)

    if not going:
        onward(project, plan, ladders.found(shown.id), manner)

    if len(among) > 1:
        st.space("medium")
        shell.section(t("ladder_page.others"))
        with st.container(key="ladders", gap=None):
            others(among, shown, manner)


def begin(project: Project, base: rungs.Planned) -> str:
    """Start a ladder of ``base``; where one of the same settings is there or under way, it is that one."""
    for one in ladders.of_project(project.id):
        same = isinstance(one.plan, LadderPlan) and one.plan.base == base
        if same and one.state not in ("failed", "stopped"):
            return one.id
    return ladders.start(base)


def offer(project: Project, base: rungs.Planned) -> None:
    """The way here from the model page."""
    with st.container(key="try-all", horizontal=True, vertical_alignment="center", gap="medium"):
        if shell.secondary(t("model_page.ladder"), shell.ICONS["ladder"], key="start-ladder"):
            with shell.faults_shown():
                shell.go("ladder", run=begin(project, base))
        shell.quiet(t("model_page.ladder_text"), help=term("ladder", t("model_page.ladder_help")))


def show(run_id: str, plan: LadderPlan, drawn: State, manner: Manner) -> None:
    """One look at a ladder. When its state has changed since the page was drawn, the whole page is drawn again."""
    view, status, state = runs.view(run_id)
    if state != drawn:
        st.rerun()
    planned = ladders.planned(plan, run_id)
    found, scale = ladders.found(run_id), manner.scale(view)
    # Places that stay where they are, so that what comes and goes above the rungs does not draw them anew.
    top, bar, advice, picture, notices = (st.container() for _ in range(5))
    with top, st.container(horizontal=True, vertical_alignment="center", gap="small", key="state"):
        shell.run_badge(state)
        st.text(_in_words(view, status, state, manner), width="stretch")
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
            st.progress(len(view.rungs) / len(planned), text=escape(bar_line(view, planned, scale)))
    if found is not None and found.advice is not None:
        with advice:
            shell.show_hint(joined(ladders.words(found)))
    if view.rungs or state in ("running", "recovering"):
        with picture:
            _picture(planned, view.rungs, found, scale, state, key=f"rungs-{run_id}")
    with notices:
        shell.show_notices(view.notices)


def _in_words(view: RunView, status: Status | None, state: State, manner: Manner) -> str:
    if state in ("running", "queued", "no_worker"):
        return manner.phase(view.phase or "starting") if state == "running" else t(f"ladder_page.{state}")
    if status is not None and state == "done":
        return t("ladder_page.done", total=duration(status.seconds.get("total", 0)))
    if state == "stopped" and not view.rungs:
        return t("ladder_page.stopped_without")
    if state == "failed" and not view.rungs:
        return ""
    return t(f"ladder_page.{state}")


def bar_line(view: RunView, planned: Sequence[rungs.Planned], scale: rungs.Scale) -> str:
    """What is tried now, what is left, on what: "3 of 9 tried · now 5 of 7 frozen, epoch 2 of 5 · 3 min left"."""
    parts = [t("ladder_page.tried", done=len(view.rungs), count=len(planned))]
    told = {rungs.place(rung) for rung in view.rungs}
    places = [(one.recipe, one.frozen_stages or 0) for one in planned]
    now = next((here for here in places if here not in told), None)
    if now is not None and view.phase == "train":
        stages = planned[0].frozen_stages or 0
        values = {"name": rungs.name(now, stages), "done": view.done, "total": view.total or 0}
        parts.append(t(f"ladder_page.now_{scale.name}", **values))
    if view.rungs and view.seconds_left:
        parts.append(t("ladder_page.left", left=duration(view.seconds_left)))
    if view.device:
        parts.append(str(view.device))
    return " · ".join(parts)


def _picture(
    planned: Sequence[rungs.Planned], told: Sequence[Rung], found: Ladder | None, scale: rungs.Scale, state: State,
    *, key: str,
) -> None:  # fmt: skip
    advice = found.advice if found else None
    chosen = (advice.recipe, advice.frozen_stages) if advice else None
    with st.container(border=True, key="rungs"):
        rungs.draw(planned, told, chosen, scale, going=state not in ENDED, key=key)
    if told:
        tabled.on_demand(rows(told, scale), title=t("ladder_page.table"), key="rungs")
    judged = [rung.metrics[scale.metric] for rung in told if scale.metric in rung.metrics]
    about = [t(f"ladder_page.line_{scale.name}", value=figure(scale.line))] if scale.line is not None else []
    about.append(
        t(f"ladder_page.about_few_{scale.name}", count=judged[0].groups)
        if judged and judged[0].low is None
        else t(f"ladder_page.about_{scale.name}")
    )
    shell.quiet(joined(about), help=t(f"ladder_page.about_help_{scale.name}"))


def rows(told: Sequence[Rung], scale: rungs.Scale) -> list[Row]:
    """The same figures as a table."""
    stages = max((rung.frozen_stages for rung in told), default=0)
    return [
        {
            t("ladder_page.column_rung"): rungs.name(rungs.place(rung), stages),
            t(f"ladder_page.score_{scale.name}"): _cell(rung, scale.metric),
            t(f"ladder_page.second_{scale.name}"): _cell(rung, scale.second),
            t("ladder_page.column_seconds"): tabled.timed(rung.seconds),
            t("ladder_page.column_memory"): tabled.Exact(size(rung.memory), rung.memory, t("shell.unit_bytes")),
            t("ladder_page.column_learns"): tabled.Exact(number(rung.trained_parameters, ","), rung.trained_parameters),
            t("ladder_page.column_kept"): rung.kept if rung.kept is not None else rungs.still_knows(rung),
            t("ladder_page.column_original"): tabled.rounded(rung.original.value) if rung.original else "–",
            t(f"ladder_page.rounds_{scale.name}"): rung.epochs if rung.epochs is not None else "–",
        }
        for rung in told
    ]


def _cell(rung: Rung, metric: str) -> Cell:
    return rung.metrics[metric] if metric in rung.metrics else t("ladder_page.row_unstable")


def onward(project: Project, plan: LadderPlan, found: Ladder | None, manner: Manner) -> None:
    """Train at the recommended depth, on the data in use now."""
    now = manner.in_use(project)
    if any(getattr(plan.base, name) != value for name, value in now.items()):
        shell.show_warning(t("ladder_page.outdated"))
    with st.container(key="onward", horizontal=True, vertical_alignment="center", gap="medium"):
        advice = found.advice if found else None
        if advice is not None and shell.primary(t("ladder_page.train"), ":material/play_arrow:", key="train-this"):
            with shell.faults_shown():
                chosen = plan.base.model_copy(update={**now, **manner.depth(advice)})
                shell.go("train", run=runs.start(chosen))
        if shell.secondary(t("ladder_page.change"), ":material/tune:", key="change"):
            shell.go("model")


def others(among: Sequence[runs.RunSummary], shown: runs.RunSummary, manner: Manner) -> None:
    """The ladders of this project, and the way to each."""
    for one in among:
        if not isinstance(one.plan, LadderPlan):
            continue
        place_of = "shown" if one.id == shown.id else "other"
        with st.container(
            horizontal=True, vertical_alignment="center", gap="medium", key=f"training-{place_of}-{one.id}"
        ):
            with st.container(gap=None, width="stretch"):
                shell.link("ladder", manner.title(one.plan.base), icon=shell.ICONS["ladder"], run=one.id)
                shell.quiet(" · ".join([moment(one.created), *([t("train_page.run_shown")] * (one.id == shown.id))]))
            shell.run_badge(one.state)


def of_plan(shown: runs.RunSummary) -> LadderPlan:
    """Its plan. Raises InputFault for a job that is no ladder."""
    if not isinstance(shown.plan, LadderPlan):
        raise InputFault("ladder.not_one")
    return shown.plan
