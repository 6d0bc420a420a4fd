"""A talk with an assistant: questions, answers with their sources beside them, and what people say of them.

The talk lives in this browser tab's session and nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages._ui import charts, quoted, shell
from pages._ui.answer import feedback, sources, wording
from pages._ui.quoted.quoted import Mark
from pages._ui.words import t
from tl_core.domain.answer import Reply
from tl_core.domain.project import Project
from tl_core.use_cases import assistants, data, questions, tables

LONGEST = 1000  # characters of a question
_OFFERED, _LABEL = 3, 90  # questions of the project's own to begin with, and characters shown of each
_QUITE = 0.8  # sureness from which an answer is said to be sure


class Partner(NamedTuple):
    """Who is talked to."""

    project: Project
    run: str | None  # None: the documents as they are, before anything was learned
    languages: list[str]  # that its starting model knows; empty: that is not known

    @property
    def place(self) -> str:
        """Of the talk in the session."""
        return f"talk-{self.project.id}-{self.run or 'untrained'}"


def show(partner: Partner) -> None:
    """All turns so far, the newest last with its sources opened, and the line to type in."""
    talk: list[Reply] = st.session_state.setdefault(partner.place, [])
    for number, reply in enumerate(talk):
        _turn(partner, reply, f"{partner.place}-{number}", newest=number == len(talk) - 1)
    wanted = st.session_state.pop(f"{partner.place}-wanted", None) if talk else _begin(partner)
    _aside(partner, talk)
    asked = st.chat_input(t("answer_page.chat_placeholder"), max_chars=LONGEST, key=f"ask-{partner.place}") or wanted
    if asked and asked.strip():
        _answer(partner, talk, asked.strip())


def _begin(partner: Partner) -> str | None:
    """What it is for, and a few questions of the project's own to press; the one that was."""
    st.text(t("answer_page.chat_begin"))
    known = [one.text for one in questions.questions(partner.project.id)][:_OFFERED]
    for number, text in enumerate(known):
        if shell.secondary(charts.shortened(text, _LABEL), ":material/chat:", key=f"begin-{partner.place}-{number}"):
            return text
    return None


def _answer(partner: Partner, talk: list[Reply], asked: str) -> None:
    """Word by word where it is written, at once where it is quoted; then the page is drawn anew with the sources."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(asked)
    with st.chat_message("assistant", avatar=":material/support_agent:"), shell.faults_shown():
        place = st.empty()
        place.text(t("answer_page.searching"))
        last: Reply | None = None
        for reply in assistants.ask_streaming(partner.project.id, asked, partner.run):
            last = reply
            place.text(reply.answer or t("answer_page.searching"))
        if last is not None:
            talk.append(last)
            st.rerun()


def _turn(partner: Partner, reply: Reply, key: str, *, newest: bool) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(reply.question)
    with st.chat_message("assistant", avatar=":material/support_agent:"), st.container(key=f"pair-{key}"):
        left, right = st.columns([11, 9], gap="medium")
        with left:
            _says(reply, key)
            if unknown := _stranger(partner, reply):
                shell.quiet(unknown)
            feedback.show(partner.project, reply, key)
        with right:
            sources.folded(reply.sources, key=key, opened=newest)


def _says(reply: Reply, key: str) -> None:
    if not reply.answered:
        st.markdown(f"**{t('answer_page.unknown_title')}**")
        st.text(t("answer_page.unknown_text" if reply.sources else "answer_page.unknown_nothing"))
        return
    if reply.doubts:
        marks = [
            Mark(one.span.start, one.span.end, "doubt", t(f"answer_page.doubt_{one.kind}")) for one in reply.doubts
        ]
        quoted.draw(reply.answer, marks, alt=t("answer_page.answer_alt"), key=f"says-{key}", whole=True)
        shell.show_warning(t("answer_page.doubts", count=len(reply.doubts)))
    else:
        st.text(reply.answer)
    said = [t(f"answer_page.way_{reply.way}")]
    if reply.sources:
        said.append(wording.of_source(reply.sources[0]))
    if reply.threshold is not None:
        said.append(t("answer_page.sure_quite" if reply.sureness >= _QUITE else "answer_page.sure_likely"))
    shell.quiet(" · ".join(said))


def _stranger(partner: Partner, reply: Reply) -> str:
    """That the question is in a language that the starting model never learned; empty where it is not."""
    if not reply.language or not partner.languages or reply.language in partner.languages:
        return ""
    known = ", ".join(data.language_name(code) for code in partner.languages[:8])
    return t("answer_page.language_unknown", language=data.language_name(reply.language), known=known)


def _aside(partner: Partner, talk: list[Reply]) -> None:
    """Where the talk is kept, taking it along, and beginning anew."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="talk-aside"):
        shell.quiet(t("answer_page.chat_private"))
        if not talk:
            return
        st.download_button(
            t("answer_page.chat_export"), data=lambda: assistants.conversation_markdown(talk),
            file_name=f"{tables.file_name(partner.project.name, 'talk')}.md", mime="text/markdown", type="tertiary",
            icon=":material/download:", key=f"export-{partner.place}", on_click="ignore",
        )  # fmt: skip
        st.button(
            t("answer_page.chat_again"), icon=":material/restart_alt:", type="tertiary", key=f"again-{partner.place}",
            on_click=feedback.forget, args=(partner.place,),
        )  # fmt: skip
