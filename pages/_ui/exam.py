"""The sealed exam: opened by an explicit act, for one model; its openings are counted beside the number."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages._ui import shell
from pages._ui.words import t, term
from tl_core.domain.plan import ExamPlan
from tl_core.domain.project import Project
from tl_core.domain.run import ENDED
from tl_core.use_cases import results, runs

TICK = 2.0  # seconds between looks while it is marked


def show(project: Project, run: str, *, waits: str, result: str) -> None:
    """The card of the exam: sealed, being marked, or its result.

    ``waits``: what was set aside, in words; empty where nothing was. ``result``: in words; empty while it is sealed.
    """
    with st.container(border=True, key="exam"):
        marking = _marking(project, run)
        if marking is not None:
            st.fragment(_wait, run_every=TICK)(marking)
        elif result:
            st.markdown(f"**{shell.escape(result)}**", help=term("test", t("evaluate_page.term_sealed_exam")))
            shell.quiet(t("evaluate_page.exam_opened", count=results.openings(project.id)))
        else:
            _sealed(project, run, waits)


def looked_at(run: str, says: Callable[[str], str]) -> bool:
    """Whether a person wants to see the figures of the exam, once it is open, and not those of validation."""
    part = st.segmented_control(
        t("evaluate_page.subset"),
        ["validation", "test"],
        default="validation",
        required=True,
        format_func=says,
        key=f"subset-{run}",
    )
    return part == "test"


def _marking(project: Project, run: str) -> str | None:
    """The exam of this model that runs or waits now."""
    for job in runs.runs_of(project.id, "exam"):
        if isinstance(job.plan, ExamPlan) and job.plan.run == run and job.state not in ENDED:
            return job.id
    return None


def _wait(job_id: str) -> None:
    view, _, state = runs.view(job_id)
    if state in ENDED:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        shell.run_badge(state)
        st.text(t("evaluate_page.exam_running"))
    if view.total:
        st.progress(min(1.0, view.done / view.total))
    if state == "no_worker":
        shell.show_warning(t("shell.worker_missing"))


def _sealed(project: Project, run: str, waits: str) -> None:
    if not waits:
        st.text(t("evaluate_page.exam_none"))
        return
    opened = results.openings(project.id)
    for job in runs.runs_of(project.id, "exam"):
        if isinstance(job.plan, ExamPlan) and job.plan.run == run and job.state == "failed":
            shell.show_fault(t("evaluate_page.exam_failed", reason=job.reason or ""))
            break
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(gap=None, width="stretch"):
            if opened:
                st.text(t("evaluate_page.exam_again_text", count=opened))
            else:
                st.markdown(
                    f"**{t('evaluate_page.exam_title')}**", help=term("test", t("evaluate_page.term_sealed_exam"))
                )
                st.text(waits)
        if shell.primary(t("evaluate_page.exam_open"), ":material/lock_open:", key="open-exam"):
            _ask(run, opened)


@st.dialog(t("evaluate_page.exam_sure_title"))
def _ask(run_id: str, opened: int) -> None:
    st.text(t("evaluate_page.exam_sure_text"))
    if opened:
        st.text(t("evaluate_page.exam_sure_before", count=opened))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if shell.secondary(t("evaluate_page.exam_sure_cancel"), key="leave-sealed"):
            st.rerun()
        if shell.primary(t("evaluate_page.exam_sure_go"), ":material/lock_open:", key="open-exam-sure"):
            with shell.faults_shown():
                results.open_exam(run_id)
                st.rerun()
