"""A run asked once more with something changed: ``&from=<run>`` on the page Model, and what differs so far."""

from __future__ import annotations

from typing import NoReturn, TypeVar

import streamlit as st

from pages._ui import plan_words, shell, tabled
from pages._ui.words import moment, t
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ForecastPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.use_cases import differences, runs
from tl_core.use_cases.tables import Row

P = TypeVar("P", TrainPlan, ForecastPlan, AnswerPlan)


def go(run_id: str) -> NoReturn:
    """To the page Model, everything set as in that run, whatever was chosen there before."""
    st.session_state.pop(_place(shell.project_id() or ""), None)
    shell.go("model", **{"from": run_id})


def begun_from(project: Project, kind: type[P]) -> P | None:
    """The plan of the run in the address. When it was named just now, what was chosen on the page before is forgotten.

    None without one, and for a run that is gone, of another project or another kind.
    """
    run = st.query_params.get("from")
    try:
        plan = runs.plan(run) if run else None
    except InputFault:
        return None
    if not isinstance(plan, kind) or plan.project != project.id:
        return None
    if st.session_state.get(_place(project.id)) != run:
        for key in [key for key in st.session_state if isinstance(key, str) and project.id in key]:
            del st.session_state[key]
        st.session_state[_place(project.id)] = run
    return plan


def changes(project: Project, chosen: P) -> None:
    """What the plan about to start has that the one it came from has not; nothing where it came from none."""
    before = begun_from(project, type(chosen))
    if before is None:
        return
    run = st.query_params["from"]
    begun = next((one.created for one in runs.runs_of(project.id, before.kind) if one.id == run), None)
    if begun is None:  # known by its folder alone: the index is being filled again
        return
    title = moment(begun)
    found = differences.of_plans([before, chosen])
    with st.container(border=True, key="again-changes"):
        if before.dataset != chosen.dataset:
            shell.quiet(t("runs_page.again_data"))
        if not found:
            st.text(t("runs_page.again_same", title=title))
            return
        st.markdown(f"**{t('runs_page.again_title')}**")
        shell.quiet(t("runs_page.again_against", title=title))
        rows: list[Row] = [
            {
                t("runs_page.column_field"): plan_words.name(one.name, project),
                t("runs_page.again_then"): plan_words.value(one.name, one.values[0], project),
                t("runs_page.again_now"): plan_words.value(one.name, one.values[1], project),
            }
            for one in found
        ]
        tabled.table(rows, title=t("runs_page.again_title"))


def _place(project_id: str) -> str:
    return f"begun-from-{project_id}"
