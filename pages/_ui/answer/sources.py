"""Passages beside an answer: where each stands, and the sentences that answer marked in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages._ui import quoted, shell
from pages._ui.answer import wording
from pages._ui.quoted.quoted import Mark
from pages._ui.words import escape, t
from tl_core.domain.answer import Source
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.use_cases import documents


def cards(
    project: Project, sources: Sequence[Source], *, key: str, below: Callable[[Source, str], None] | None = None
) -> None:
    """One card each, best first. ``below``: what else stands in a card, given its source and a key of its own."""
    for number, source in enumerate(sources):
        with st.container(border=True, key=f"source-{key}-{number}", gap="small"):
            _card(project, source, f"{key}-{number}")
            if below:
                below(source, f"{key}-{number}")


def folded(project: Project, sources: Sequence[Source], *, key: str, opened: bool) -> None:
    """The first in sight where it is ``opened``, the others to open one by one."""
    for number, source in enumerate(sources):
        if number == 0 and opened:
            with st.container(border=True, key=f"source-{key}-0", gap="small"):
                _card(project, source, f"{key}-0")
            continue
        label = escape(place(project, source))
        with st.expander(label, icon=":material/description:", key=f"fold-{key}-{number}"):
            _text(source, f"{key}-{number}")


def place(project: Project, source: Source) -> str:
    """Document and heading; of a row of a table, which has none, the question that it answers there."""
    return wording.of_source(source, _asked(project, source))


def _asked(project: Project, source: Source) -> str | None:
    if source.heading or source.page is not None:
        return None
    try:
        at = documents.passage(project.id, source.passage).place
    except InputFault:  # of documents that are not in use any more
        return None
    return at.asked if at else None


def _card(project: Project, source: Source, key: str) -> None:
    with st.container(gap=None):
        title = wording.heading(source.document, source.heading, source.page, _asked(project, source))
        st.markdown(f"**{escape(title)}**")
        shell.quiet(source.document)
    _text(source, key)


def _text(source: Source, key: str) -> None:
    marks = [Mark(span.start, span.end) for span in source.quote]
    alt = t("answer_page.passage_alt", place=wording.of_source(source))
    quoted.draw(source.text, marks, alt=alt, key=f"text-{key}")
