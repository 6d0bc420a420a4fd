"""Documents as they came in: to be asked at once, looked into, added to; and the questions that judge an assistant."""

from __future__ import annotations

import streamlit as st

from pages._ui import bring, findings, left_out, shell, views
from pages._ui.answer import documents, index, questions, searching, wording
from pages._ui.words import count, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import questions as kept

_SAID = 3  # refused files said above; all stand in the list


def show(project: Project, dataset: Dataset) -> None:
    """What came in, the box to ask, and the way on."""
    names = {sample.source for sample in dataset.samples}
    parts = {"passages": wording.passages(len(dataset.samples)), "documents": wording.documents(len(names))}
    shell.page_head(t("answer_page.question_data"), t("answer_page.context_data", **parts))
    if dataset.licence:
        shell.quiet(t("data_page.licence", licence=dataset.licence))
    _refused(dataset)
    index.strip(project)
    findings.strip(project)
    bring.onward(other="answer_page.update")
    st.space("small")
    titles = {
        "ask": t("answer_page.tab_ask"),
        "questions": t("answer_page.tab_questions", count=count(len(kept.questions(project.id)))),
        "documents": t("answer_page.tab_documents", count=count(len(names))),
    }
    if dataset.refusals:
        titles["left-out"] = t("data_page.tab_left_out", count=count(len(dataset.refusals)))
    match views.choose("view", titles, label=t("data_page.view_label")):
        case "questions":
            questions.show(project, dataset)
        case "documents":
            documents.show(project)
        case "left-out":
            left_out.show(dataset)
        case _:
            searching.show(project)


def _refused(dataset: Dataset) -> None:
    """Files that could not be read, each with its reason."""
    out = [one for one in dataset.refusals if not one.kept]
    for one in out[:_SAID]:
        shell.show_warning(t("answer_page.refused", name=one.name, reason=one.why))
    if out[_SAID:]:
        shell.quiet(t("answer_page.refused_more", count=len(out) - _SAID))
