"""Question by question: what was expected, what was found, and what kind of error it is, if any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

import streamlit as st

from pages._ui import quoted, shell
from pages._ui.answer import wording
from pages._ui.words import escape, t
from tl_core.domain.answer import AnswerReport, Error, Judged, Question
from tl_core.domain.dataset import Dataset, Sample
from tl_core.use_cases import assistants

ALL = "all"
ERRORS: tuple[Error, ...] = get_args(Error)
_ROW, _TALLEST = 44, 420  # pixels
_OPENED = 3  # passages of one question


def show(run: str, report: AnswerReport, dataset: Dataset) -> None:
    """A table of all questions, or of one kind; one of them opened."""
    shell.section(t("answer_page.errors_title"), help=t("answer_page.errors_help"))
    asked = {one.id: one for one in assistants.questions_of(run)}
    known = [one for one in report.judged if one.question in asked]
    counted = Counter(one.error for one in known)
    kinds = [kind for kind in ERRORS if counted[kind]]
    chosen = st.pills(
        t("answer_page.errors_filter"), [ALL, *kinds], default=ALL, required=True, key=f"kind-{run}-{report.subset}",
        format_func=lambda kind: _label(kind, len(known) if kind == ALL else counted[kind]),  # type: ignore[index]
        label_visibility="collapsed",
    )  # fmt: skip
    if chosen != ALL:
        shell.quiet(t(f"answer_page.error_{chosen}_about"))
    shown = [one for one in known if chosen in (ALL, one.error)]
    by_id = {sample.id: sample for sample in dataset.samples}
    opened = _table(shown, asked, by_id, key=f"judged-{run}-{report.subset}-{chosen}")
    if opened is None:
        shell.quiet(t("answer_page.errors_hint"))
    else:
        _one(opened, asked[opened.question], by_id)


def _label(kind: str, number: int) -> str:
    return f"{t(f'answer_page.error_{kind}')} ({number})"


def _table(shown: Sequence[Judged], asked: dict[str, Question], by_id: dict[str, Sample], *, key: str) -> Judged | None:
    rows = [
        {
            "question": asked[one.question].text,
            "expected": wording.answered_by(asked[one.question], by_id),
            "got": next((wording.of_sample(by_id[name]) for name in one.found if name in by_id), "–"),
            "rank": one.rank,
            "error": t(f"answer_page.error_{one.error}"),
        }
        for one in shown
    ]
    event = st.dataframe(
        rows, hide_index=True, height=min(_TALLEST, 40 + _ROW * len(rows)), row_height=_ROW, on_select="rerun",
        selection_mode="single-row", column_order=["question", "error", "expected", "got", "rank"],
        column_config={
            "question": st.column_config.TextColumn(t("answer_page.column_question"), width=280),
            "expected": st.column_config.TextColumn(t("answer_page.column_expected"), width="medium"),
            "got": st.column_config.TextColumn(t("answer_page.column_got"), width="medium"),
            "rank": t("answer_page.column_rank"),
            "error": t("answer_page.column_error"),
        },
        placeholder="–", alt=t("answer_page.errors_alt"), key=key,
    )  # fmt: skip
    return next((shown[row] for row in event.selection.rows if row < len(shown)), None)


def _one(one: Judged, question: Question, by_id: dict[str, Sample]) -> None:
    """The passages that were expected and those that were found, side by side."""
    with st.container(border=True, key=f"opened-{one.question}"):
        st.markdown(f"**{escape(question.text)}**")
        shell.quiet(t(f"answer_page.error_{one.error}_about"))
        with st.container(key="pair-opened"):
            left, right = st.columns(2, gap="medium")
        with left:
            st.markdown(f"**{t('answer_page.column_expected')}**")
            expected = [by_id[name] for name in question.passages if name in by_id][:_OPENED]
            for sample in expected:
                _passage(sample, "expected")
            if not expected:
                st.text(wording.answered_by(question, by_id))
            if question.answer:
                shell.quiet(t("answer_page.answer_own"))
                st.text(question.answer)
        with right:
            st.markdown(f"**{t('answer_page.column_got')}**")
            for sample in [by_id[name] for name in one.found if name in by_id][:_OPENED]:
                _passage(sample, "got")


def _passage(sample: Sample, side: str) -> None:
    place = wording.of_sample(sample)
    with st.expander(escape(place)):
        quoted.plain(sample.text or "", alt=t("answer_page.passage_alt", place=place), key=f"text-{side}-{sample.id}")
