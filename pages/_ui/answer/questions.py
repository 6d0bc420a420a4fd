"""The questions of a project: how many there are of those it takes, what answers each, bringing more, taking away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages._ui import shell
from pages._ui.answer import columns_form, searching, wording
from pages._ui.upload import uploader
from pages._ui.words import escape, pair, t
from tl_core.domain.answer import Question
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.plan import Columns
from tl_core.domain.project import Project
from tl_core.use_cases import questions, tables, uploads

_ROW, _TALLEST = 44, 460  # pixels
_INBOX = "questions-inbox"
LONGEST = 4000  # characters of an answer
REFUSED = 5  # rows left out that are said


def show(project: Project, dataset: Dataset) -> None:
    searching.needed(project)
    if said := st.session_state.pop(f"imported-{project.id}", None):
        st.success(escape(said), icon=":material/check:")
    known = questions.questions(project.id)
    if known:
        _known(project, dataset, known)
    else:
        st.text(t("answer_page.questions_none"))
    _bring(project)


def _known(project: Project, dataset: Dataset, known: Sequence[Question]) -> None:
    chosen = _table(list(reversed(known)), {sample.id: sample for sample in dataset.samples})
    with st.container(horizontal=True, gap="small"):
        count = len(chosen)
        remove = t("answer_page.questions_remove", count=count) if chosen else t("answer_page.questions_choose")
        if shell.secondary(remove, ":material/delete:", key="remove-questions", disabled=not chosen):
            with shell.faults_shown():
                questions.remove(project.id, [one.id for one in chosen])
                st.session_state.pop("questions", None)
                st.rerun()
        st.download_button(
            t("answer_page.questions_export"), data=lambda: questions.export(project.id),
            file_name=f"{tables.file_name(project.name, 'questions')}.jsonl", mime="application/jsonl",
            icon=":material/download:", key="export-questions", on_click="ignore",
        )  # fmt: skip
    if len(chosen) == 1:
        _one(project, chosen[0])


def _table(newest: Sequence[Question], by_id: dict[str, Sample]) -> list[Question]:
    """Those that are ticked."""
    rows = [
        {
            "question": one.text,
            "answered_by": wording.answered_by(one, by_id),
            "answer": one.answer,
            "origin": t(f"answer_page.origin_{one.origin}"),
        }
        for one in newest
    ]
    filled = ["answer"] if any(row["answer"] for row in rows) else []
    event = st.dataframe(
        rows, hide_index=True, height=min(_TALLEST, 40 + _ROW * len(rows)), row_height=_ROW, on_select="rerun",
        selection_mode="multi-row", column_order=["question", "answered_by", *filled, "origin"],
        column_config={
            "question": st.column_config.TextColumn(t("answer_page.column_question"), width="large"),
            "answered_by": st.column_config.TextColumn(t("answer_page.column_answered_by"), width="medium"),
            "answer": st.column_config.TextColumn(t("answer_page.column_answer"), width="medium"),
            "origin": t("answer_page.column_origin"),
        },
        alt=t("answer_page.questions_alt"), key="questions",
    )  # fmt: skip
    return [newest[row] for row in event.selection.rows if row < len(newest)]


def _one(project: Project, one: Question) -> None:
    """An answer in the team's own words: what written answers are learned from and compared with."""
    with st.form(f"answer-of-{one.id}"):
        st.text(one.text)
        answer = st.text_area(t("answer_page.answer_own"), value=one.answer, max_chars=LONGEST)
        shell.quiet(t("answer_page.answer_own_about"))
        pressed = st.form_submit_button(t("answer_page.answer_save"), icon=":material/save:")
    if pressed and answer.strip():
        with shell.faults_shown():
            questions.add(
                project.id, one.text, answer=answer.strip(), passages=one.passages, documents=one.documents,
                unanswerable=one.unanswerable, origin=one.origin,
            )  # fmt: skip
            st.rerun()


def _bring(project: Project) -> None:
    with st.expander(t("answer_page.bring_questions"), icon=":material/upload:", key="bring-questions"):
        st.text(t("answer_page.bring_questions_text"))
        inbox: uploads.Inbox | None = st.session_state.get(_INBOX)
        if inbox is None:
            inbox = st.session_state[_INBOX] = uploads.open_inbox()
        title, hint = t("answer_page.drop_questions"), t("answer_page.drop_questions_hint")
        uploader(inbox, "tables", key="upload-questions", title=title, hint=hint)
        arrived = uploads.received(inbox.name)
        if arrived:
            _brought(project, inbox, uploads.inbox_path(inbox.name) / arrived[0].path)


def _brought(project: Project, inbox: uploads.Inbox, path: Path) -> None:
    """A look at how the table will be read, and the button that reads it."""
    columns = columns_form.of_questions(path)
    with st.container(horizontal=True, gap="small"):
        add = t("answer_page.questions_add")
        if shell.primary(add, ":material/playlist_add:", key="add-questions", disabled=columns is None):
            with shell.faults_shown():
                _read(project, inbox, path, columns)
        if shell.secondary(t("data_page.other_table"), ":material/swap_horiz:", key="other-questions"):
            _leave(inbox)
            st.rerun()


def _leave(inbox: uploads.Inbox) -> None:
    uploads.discard(inbox.name)
    st.session_state.pop(_INBOX, None)


def _read(project: Project, inbox: uploads.Inbox, path: Path, columns: Columns | None) -> None:
    """What a table holds becomes questions; the file itself is not kept."""
    try:
        with st.spinner(t("answer_page.questions_reading")):
            found = questions.import_file(project.id, path, columns=columns)
    finally:
        _leave(inbox)
    for refusal in found.refused[:REFUSED]:
        shell.show_warning(pair(refusal.name, refusal.why))
    if len(found.refused) <= 0:
        st.session_state[f"imported-{project.id}"] = t("answer_page.questions_added", count=found.added)
        st.rerun()
    st.success(escape(t("answer_page.questions_added", count=found.added)), icon=":material/check:")
