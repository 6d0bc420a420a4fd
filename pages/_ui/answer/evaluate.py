"""How good an assistant is: what it finds, when it says that it does not know, question by question, and the exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import exam, findings, shell, trainings
from pages._ui.answer import assistants, errors, judgement, more, sentences, wording, writing
from pages._ui.answer.assistants import Assistant
from pages._ui.runs import page as runs_page
from pages._ui.words import t
from tl_core.domain.project import Project
from tl_core.use_cases import assistants as kept
from tl_core.use_cases import checks, results


def show(project: Project) -> None:
    shell.current_dataset(project)
    among = assistants.of_project(project)
    judged = [one for one in among if assistants.report_of(one)]
    shown = trainings.named(judged or among)
    report = assistants.report_of(shown) if shown else None
    if shown is None or report is None:
        trainings.nothing_to_judge(shown, t("answer_page.empty_text"))
    shell.keep_run(shown.id)
    examined = kept.report(shown.id, "test")
    head = st.container()
    with st.container(key="which", horizontal=True, vertical_alignment="bottom", gap="medium"):
        trainings.choose(judged, shown)
        runs_page.link(len(among))
        if examined is not None and exam.looked_at(shown.id, lambda part: t(f"answer_page.subset_{part}")):
            report = examined
    with head:
        parts = {"passages": wording.passages(report.passages), "documents": wording.documents(report.documents)}
        told = "few" if report.few_questions else report.subset
        context = t(f"answer_page.context_{told}", count=report.questions, **parts)
        shell.page_head(t("evaluate_page.question"), context)
    findings.line(checks.findings_of(project.id, shown.plan.dataset) or [])
    shell.show_hint(sentences.headline(report))
    if report.few_questions:
        _few()
        return
    shell.quiet(sentences.tuning(report))
    with st.container(key="pair-overview"):
        left, right = st.columns(2, gap="large")
    with left:
        judgement.finders(report, key=f"{shown.id}-{report.subset}")
    with right:
        judgement.refusing(report, key=f"{shown.id}-{report.subset}")
    st.space("small")
    exam.show(project, shown.id, waits=_waits(shown), result=sentences.exam(examined) if examined else "")
    st.space("medium")
    errors.show(shown.id, report, kept.data_of(shown.id))
    st.space("medium")
    more.show(shown)
    st.space("medium")
    writing.show(project, shown)
    st.space("medium")
    shell.link("use", t("evaluate_page.to_use"), icon=":material/arrow_forward:", run=shown.id)


def _waits(shown: Assistant) -> str:
    """Questions set aside, in words."""
    known = results.exam_size(shown.id)
    return t("answer_page.exam_text", count=known) if known else ""


def _few() -> None:
    """Too few questions for any figure: what to do about it."""
    st.text(t("answer_page.few_text"))
    with st.container(horizontal=True, gap="medium"):
        shell.link("data", t("answer_page.to_questions"), icon=":material/quiz:", view="ask")
        shell.link("use", t("evaluate_page.to_use"), icon=":material/arrow_forward:")
