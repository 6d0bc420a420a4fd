"""Passages beside an answer: where each stands, and the sentences that answer marked in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages._ui import quoted, shell
from pages._ui.answer import wording
from pages._ui.quoted.quoted import Mark
from pages._ui.words import escape, t
from tl_core.domain.answer import Source


def cards(sources: Sequence[Source], *, key: str, below: Callable[[Source, str], None] | None = None) -> None:
    """One card each, best first. ``below``: what else stands in a card, given its source and a key of its own."""
    for number, source in enumerate(sources):
        with st.container(border=True, key=f"source-{key}-{number}", gap="small"):
            _card(source, f"{key}-{number}")
            if below:
                below(source, f"{key}-{number}")


def _card(source: Source, key: str) -> None:
    with st.container(gap=None):
        st.markdown(f"**{escape(wording.heading(source.document, source.heading, source.page))}**")
        shell.quiet(source.document)
    _text(source, key)


def _text(source: Source, key: str) -> None:
    marks = [Mark(span.start, span.end) for span in source.quote]
    quoted.draw(
        source.text, marks, alt=t("answer_page.passage_alt", place=wording.of_source(source)), key=f"text-{key}"
    )


def folded(sources: Sequence[Source], *, key: str, opened: bool) -> None:
    """The first in sight where it is ``opened``, the others to open one by one."""
    for number, source in enumerate(sources):
        if number == 0 and opened:
            with st.container(border=True, key=f"source-{key}-0", gap="small"):
                _card(source, f"{key}-0")
            continue
        with st.expander(escape(wording.of_source(source)), icon=":material/description:", key=f"fold-{key}-{number}"):
            _text(source, f"{key}-{number}")
