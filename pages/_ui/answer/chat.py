"""A talk with an assistant: questions, answers with their sources beside them, and what people say of them.

The talk lives in this browser tab's session and nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages._ui import charts, shell
from pages._ui.answer import doubts, feedback, sources
from pages._ui.into_view import into_view
from pages._ui.words import listed, t
from tl_core.domain.answer import Reply
from tl_core.domain.fault import InputFault
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


class Turn:
    """A question, and its reply once there is one: whoever types on while it is searched loses neither.

    ``fault``: why there is none; it is asked again only where a person wants it.
    """

    def __init__(self, question: str) -> None:
        self.question = question
        self.reply: Reply | None = None
        self.fault: InputFault | None = None

    def again(self) -> None:
        """Let it be asked once more."""
        self.fault = None


def show(partner: Partner) -> None:
    """All turns so far, the newest last with its sources opened, and the line to type in."""
    talk: list[Turn] = st.session_state.setdefault(partner.place, [])
    above = st.container()
    with st.container(key="talk-line"):  # in the page: below it, every page would open at its end
        asked = st.chat_input(t("answer_page.chat_placeholder"), max_chars=LONGEST, key=f"ask-{partner.place}")
    if asked and asked.strip():
        talk.append(Turn(asked.strip()))
    with above:
        begin = st.empty()  # so that it is gone at once when a question comes
        if not talk:
            with begin.container():
                _begin(partner, talk)
        for number, turn in enumerate(talk):
            with st.container(key=f"turn-{partner.place}-{number}"):
                _turn(partner, turn, f"{partner.place}-{number}", newest=turn is talk[-1])
        _aside(partner, talk)


def _begin(partner: Partner, talk: list[Turn]) -> None:
    """A few questions of the project's own to press."""
    st.text(t("answer_page.chat_begin"))
    known = [one.text for one in questions.questions(partner.project.id)][:_OFFERED]
    for number, text in enumerate(known):
        st.button(
            shell.escape(charts.shortened(text, _LABEL)), icon=":material/chat:", key=f"begin-{partner.place}-{number}",
            on_click=talk.append, args=(Turn(text),),
        )  # fmt: skip


def _turn(partner: Partner, turn: Turn, key: str, *, newest: bool) -> None:
    if newest:
        into_view(f"turn-{key}", now=turn.reply is None and turn.fault is None)
    with st.chat_message("user", avatar=":material/person:"):
        st.text(turn.question)
    with st.chat_message("assistant", avatar=":material/support_agent:"):
        if turn.reply is None and turn.fault is None:
            _answer(partner, turn)
        if turn.fault is not None:
            shell.show_fault(turn.fault)
            st.button(
                t("answer_page.ask_again"), icon=":material/refresh:", key=f"retry-{key}", on_click=turn.again
            )  # fmt: skip
        if turn.reply is not None:
            with st.container(key=f"pair-{key}"):
                _reply(partner, turn.reply, key, newest=newest)


def _answer(partner: Partner, turn: Turn) -> None:
    """Word by word where it is written, at once where it is quoted. Gives way to the reply with its sources."""
    place = st.empty()
    place.text(t("answer_page.searching"))
    try:
        for reply in assistants.ask_streaming(partner.project.id, turn.question, partner.run):
            if reply.done:
                turn.reply = reply
            else:
                place.text(reply.answer or t("answer_page.searching"))
    except InputFault as fault:
        turn.fault = fault
    place.empty()


def _reply(partner: Partner, reply: Reply, key: str, *, newest: bool) -> None:
    left, right = st.columns([11, 9], gap="medium")
    with left:
        _says(partner, reply, key)
        if unknown := _stranger(partner, reply):
            shell.quiet(unknown)
        feedback.show(partner.project, reply, key)
    with right:
        sources.folded(partner.project, reply.sources, key=key, opened=newest)


def _says(partner: Partner, reply: Reply, key: str) -> None:
    if not reply.answered:
        st.markdown(f"**{t('answer_page.unknown_title')}**")
        st.text(t("answer_page.unknown_text" if reply.sources else "answer_page.unknown_nothing"))
        return
    doubts.draw(reply.answer, reply.doubts, key=f"says-{key}")
    if reply.doubts:
        shell.show_warning(t("answer_page.doubts", count=len(reply.doubts)))
    said = [t(f"answer_page.way_{reply.way}")]
    if reply.sources:
        said.append(sources.place(partner.project, reply.sources[0]))
    if reply.threshold is not None:
        said.append(t("answer_page.sure_quite" if reply.sureness >= _QUITE else "answer_page.sure_likely"))
    shell.quiet(" · ".join(said))


def _stranger(partner: Partner, reply: Reply) -> str:
    """That the question is in a language that the starting model never learned; empty where it is not."""
    if not reply.language or not partner.languages or reply.language in partner.languages:
        return ""
    known = listed(data.language_name(code) for code in partner.languages[:8])
    return t("answer_page.language_unknown", language=data.language_name(reply.language), known=known)


def _aside(partner: Partner, talk: list[Turn]) -> None:
    """Where the talk is kept, taking it along, and beginning anew."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="talk-aside"):
        shell.quiet(t("answer_page.chat_private"))
        if not talk:
            return
        replies = [turn.reply for turn in talk if turn.reply]
        st.download_button(
            t("answer_page.chat_export"), data=lambda: assistants.conversation_markdown(replies),
            file_name=f"{tables.file_name(partner.project.name, 'talk')}.md", mime="text/markdown", type="tertiary",
            icon=":material/download:", key=f"export-{partner.place}", on_click="ignore",
        )  # fmt: skip
        st.button(
            t("answer_page.chat_again"), icon=":material/restart_alt:", type="tertiary", key=f"again-{partner.place}",
            on_click=feedback.forget, args=(partner.place,),
        )  # fmt: skip
