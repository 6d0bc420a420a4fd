"""Asking an assistant, before any training too, and taking it along."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell, take_along, trainings, views
from pages._ui.answer import assistants, chat, writing
from pages._ui.answer.assistants import Assistant
from pages._ui.words import t
from tl_core.domain.project import Project
from tl_core.use_cases import assistants as kept
from tl_core.use_cases import questions

WAYS = ("chat", "along")
COMMAND = 'python -m tl_core ask --bundle {bundle}.zip "How do I start?" --json'


def show(project: Project) -> None:
    shell.current_dataset(project)
    usable = [one for one in assistants.of_project(project) if one.model]
    shown = trainings.named(usable)
    shell.page_head(t("answer_page.question_use"), t("answer_page.context_use"))
    way = "chat"
    if shown is not None:
        with st.container(key="which", horizontal=True, vertical_alignment="bottom", gap="medium"):
            titles = {name: t(f"answer_page.use_{name}") for name in WAYS}
            way = views.choose("way", titles, label=t("use_page.way"))
            trainings.choose(usable, shown)
        shell.keep_run(shown.id)
    if shown is not None and way == "along":
        _along(shown)
        return
    _examined(project, shown)
    run = _voice(project, shown) if shown else None
    with shell.faults_shown():
        kept.warm(project.id, run)
        chat.show(chat.Partner(project, run, kept.languages(project.id, run)))


def _voice(project: Project, shown: Assistant) -> str:
    """The run that is asked: the assistant's own, or that which writes its answers, where a person may and wants to."""
    written = writing.offered(project, shown.id)
    if written is None:
        return shown.id
    way = st.segmented_control(
        t("phrase_page.ways"), ["quoted", "written"], default="quoted", required=True, key=f"voice-{shown.id}",
        format_func=lambda name: t(f"phrase_page.way_{name}"),
    )  # fmt: skip
    return written if way == "written" else shown.id


def _examined(project: Project, shown: Assistant | None) -> None:
    """That nobody knows yet how often it is right, and what to do about it."""
    report = assistants.report_of(shown) if shown else None
    if report is not None and not report.few_questions:
        return
    known = questions.needed(project.id)
    key = "unexamined_questions" if known.judged < known.least else "unexamined_training"
    shell.show_warning(t(f"answer_page.{key}", count=known.judged, least=known.least))
    if known.judged < known.least:
        shell.link("data", t("answer_page.to_questions"), icon=":material/quiz:", view="ask")
    else:
        shell.link("model", t("answer_page.start"), icon=shell.ICONS["model"])


def _along(shown: Assistant) -> None:
    with shell.faults_shown():
        parity = kept.parity(shown.id)
        checked = None
        if parity is not None:
            said = t("answer_page.bundle_checked", count=parity.questions)
            checked = take_along.Checked(parity.passed, parity.largest_difference, said, t("answer_page.bundle_text"))
        take_along.offer(shown.id, checked, command=COMMAND)
