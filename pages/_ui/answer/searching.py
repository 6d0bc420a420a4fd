"""Asking the documents before anything is learned; one click makes a question out of what was found."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.answer import sources
from pages._ui.words import t
from tl_core.domain.answer import Reply, Source
from tl_core.domain.project import Project
from tl_core.use_cases import assistants, questions

LONGEST = 1000  # characters of a question


def show(project: Project) -> None:
    """The box, what it found, and what the person says of it."""
    st.fragment(_box)(project)


def needed(project: Project, *, briefly: bool = False) -> None:
    """How many questions there are of those that figures take, and what cannot be known until then."""
    known = questions.needed(project.id)
    if known.judged >= known.least:
        shell.quiet(t("answer_page.questions_enough", count=known.judged))
        return
    with st.container(border=True, key="questions-needed", gap="small"):
        line = t("answer_page.questions_of", count=known.judged, least=known.least)
        st.progress(known.judged / known.least, text=line)
        if not briefly:
            st.text(t("answer_page.questions_why", least=known.least))


def _box(project: Project) -> None:
    with (
        st.form(f"ask-{project.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        asked = st.text_input(
            t("answer_page.ask"), placeholder=t("answer_page.ask_placeholder"), max_chars=LONGEST,
            key=f"question-{project.id}",
        )  # fmt: skip
        pressed = st.form_submit_button(t("answer_page.ask_button"), icon=":material/search:")
    place = f"found-{project.id}"
    if pressed and asked.strip():
        with shell.faults_shown(), st.spinner(t("answer_page.searching")):
            st.session_state[place] = assistants.ask(project.id, asked.strip())
    if said := st.session_state.pop(f"said-{project.id}", None):
        st.success(shell.escape(said), icon=":material/check:")
    found: Reply | None = st.session_state.get(place)
    needed(project, briefly=found is not None)
    if found is not None:
        _found(project, found)


def _found(project: Project, found: Reply) -> None:
    """Every passage with its button, and one for none of them."""
    st.text(t("answer_page.found_for", question=found.question))
    if not found.sources:
        st.text(t("answer_page.found_none"))
    elif not found.answered:
        shell.quiet(t("answer_page.found_unsure"))
    sources.cards(
        project, found.sources, key=f"found-{project.id}", below=lambda one, key: _this(project, found, one, key)
    )
    nothing = t("answer_page.nothing_answers")
    st.button(
        shell.escape(nothing), icon=":material/block:", key=f"nothing-{project.id}",
        help=t("answer_page.nothing_help"), on_click=_keep, args=(project, found.question, None),
    )  # fmt: skip


def _this(project: Project, found: Reply, source: Source, key: str) -> None:
    st.button(
        t("answer_page.this_answers"), icon=":material/check:", key=f"this-{key}", on_click=_keep,
        args=(project, found.question, source.passage),
    )  # fmt: skip


def _keep(project: Project, question: str, passage: str | None) -> None:
    """The question with what answers it. A callback: what was said is above the box at once."""
    with shell.faults_shown():
        questions.add(project.id, question, passages=[passage] if passage else [], unanswerable=passage is None)
        st.session_state.pop(f"found-{project.id}", None)
        st.session_state[f"said-{project.id}"] = t("answer_page.kept_question")
