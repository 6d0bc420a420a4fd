"""What a person says of an answer: right, not right, and what would be; each becomes one of the project's questions."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell
from pages._ui.answer import sources
from pages._ui.words import escape, t
from tl_core.domain.answer import Reply, Source
from tl_core.domain.project import Project
from tl_core.use_cases import assistants, questions

LONGEST = 4000  # characters of an answer
_BEGINS = 110  # characters of a passage to choose by
NOTHING, UNSAID = "nothing", "unsaid"  # what answers it, beside passages


def show(project: Project, reply: Reply, key: str) -> None:
    """Two buttons, then what was made of it; after "not right" the form for what would be."""
    said: str | None = st.session_state.get(f"{key}-said")
    if said:
        shell.quiet(said)
        return
    if st.session_state.get(f"{key}-wrong"):
        _correction(project, reply, key)
        return
    with st.container(horizontal=True, gap="small", key=f"judge-{key}"):
        right = "answer_page.right" if reply.answered else "answer_page.right_unknown"
        st.button(t(right), icon=":material/thumb_up:", key=f"right-{key}", on_click=_right, args=(project, reply, key))
        st.button(
            t("answer_page.wrong"), icon=":material/thumb_down:", key=f"wrong-{key}", on_click=_wrong, args=(key,)
        )


def forget(place: str) -> None:
    """Begin a talk anew: nothing of it stays."""
    for name in [name for name in st.session_state if str(name).startswith(place)]:
        del st.session_state[name]


def _right(project: Project, reply: Reply, key: str) -> None:
    with shell.faults_shown():
        passages = [reply.sources[0].passage] if reply.answered and reply.sources else []
        unanswerable = not reply.answered
        questions.add(project.id, reply.question, passages=passages, unanswerable=unanswerable, origin="thumb")
        st.session_state[f"{key}-said"] = t("answer_page.kept_right")


def _wrong(key: str) -> None:
    st.session_state[f"{key}-wrong"] = True


def _correction(project: Project, reply: Reply, key: str) -> None:
    """The right passage, among those found or searched for; or none; and the answer in the team's own words."""
    with st.container(border=True, key=f"correct-{key}"):
        st.text(t("answer_page.correct_text"))
        sought = st.text_input(t("answer_page.correct_search"), max_chars=1000, key=f"sought-{key}").strip()
        among: dict[str, Source] = {one.passage: one for one in reply.sources}
        if sought:
            with shell.faults_shown():
                among = {one.passage: one for one in assistants.ask(project.id, sought).sources} | among
        chosen = st.radio(
            t("answer_page.correct_which"), [*among, NOTHING, UNSAID], index=len(among) + 1, key=f"which-{key}",
            captions=[*(escape(_begins(one)) for one in among.values()), "", ""],
            format_func=lambda name: escape(
                sources.place(project, among[name]) if name in among else t(f"answer_page.correct_{name}")
            ),
        )  # fmt: skip
        answer = st.text_area(t("answer_page.answer_own"), max_chars=LONGEST, key=f"own-{key}").strip()
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("answer_page.correct_keep"), icon=":material/save:", type="primary", key=f"keep-{key}",
                disabled=chosen == UNSAID and not answer, on_click=_keep, args=(project, reply, key, chosen, answer),
            )  # fmt: skip
            st.button(t("home.cancel"), key=f"leave-{key}", on_click=_leave, args=(key,))


def _begins(source: Source) -> str:
    text = " ".join(source.text.split())
    return f"{text[:_BEGINS]}…" if len(text) > _BEGINS else text


def _keep(project: Project, reply: Reply, key: str, chosen: str, answer: str) -> None:
    passages = [] if chosen in (NOTHING, UNSAID) else [chosen]
    with shell.faults_shown():
        questions.add(
            project.id, reply.question, answer=answer, passages=passages, unanswerable=chosen == NOTHING,
            origin="correction",
        )  # fmt: skip
        st.session_state[f"{key}-said"] = t("answer_page.kept_correction")


def _leave(key: str) -> None:
    st.session_state.pop(f"{key}-wrong", None)
