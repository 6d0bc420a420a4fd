"""The documents of a project as a table, and each to look into: its passages with their headings."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui import quoted, shell
from pages._ui.answer import wording
from pages._ui.words import count, escape, listed, t
from tl_core.domain.project import Project
from tl_core.use_cases import documents
from tl_core.use_cases.documents import Document

SHOWN = 10  # passages at once
_ROW, _TALLEST = 36, 440  # pixels


def show(project: Project) -> None:
    known = documents.documents(project.id)
    st.text(t("answer_page.documents_text"))
    chosen = _table(known)
    if not chosen:
        return
    names = [one.name for one in chosen]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(names[0] if len(names) == 1 else t("answer_page.documents_chosen", count=len(names)), width="stretch")
        if shell.secondary(t("answer_page.documents_remove"), ":material/delete:", key="remove-documents"):
            _remove(project, names, all_of_them=len(names) == len(known))
    if len(names) == 1:
        st.fragment(_passages)(project, names[0])


def _table(known: Sequence[Document]) -> list[Document]:
    rows = [
        {
            "name": one.name,
            "passages": one.passages,
            "pages": one.pages,
            "characters": one.characters,
            "personal": listed(t(f"personal.{kind}") for kind in one.personal),
            "asked": t("answer_page.documents_asked") if one.asked else "",
        }
        for one in known
    ]
    filled = ["name", "passages", *(name for name in ("pages", "personal", "asked") if any(row[name] for row in rows))]
    event = st.dataframe(
        rows, hide_index=True, height=min(_TALLEST, 40 + _ROW * len(rows)), row_height=_ROW, on_select="rerun",
        selection_mode="multi-row", column_order=[*filled, "characters"],
        column_config={
            "name": st.column_config.TextColumn(t("answer_page.column_document"), width="large"),
            "passages": t("answer_page.column_passages"),
            "pages": t("answer_page.column_pages"),
            "characters": t("answer_page.column_characters"),
            "personal": t("answer_page.column_personal"),
            "asked": st.column_config.TextColumn(t("answer_page.column_holds"), width=170),
        },
        alt=t("answer_page.documents_alt"), key="documents",
    )  # fmt: skip
    return [known[row] for row in event.selection.rows if row < len(known)]


def _passages(project: Project, name: str) -> None:
    """Page by page, as they were cut."""
    found = documents.passages(project.id, name)
    pages = -(-len(found) // SHOWN)
    page = min(st.session_state.get(f"passages-{name}", 1), max(1, pages))
    for sample in found[(page - 1) * SHOWN : page * SHOWN]:
        with st.container(border=True, key=f"passage-{sample.id}", gap="small"):
            at = sample.place
            title = wording.heading(sample.source, at.heading, at.page, at.asked) if at else sample.source
            st.markdown(f"**{escape(title)}**")
            quoted.plain(sample.text or "", alt=t("answer_page.passage_alt", place=title), key=f"text-{sample.id}")
    if pages > 1:
        st.pagination(pages, key=f"passages-{name}")


@st.dialog(t("answer_page.remove_title"))
def _remove(project: Project, names: list[str], all_of_them: bool) -> None:
    for name in names[:8]:
        st.text(name)
    if len(names) > 8:
        shell.quiet(t("data_page.arrived_more", count=count(len(names) - 8)))
    st.text(t("answer_page.remove_all" if all_of_them else "answer_page.remove_text"))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if shell.secondary(t("home.cancel"), key="remove-not"):
            st.rerun()
        if not all_of_them and st.button(
            t("answer_page.documents_remove"), type="primary", icon=":material/delete:", key="remove-documents-now",
            on_click=_removed, args=(project, names),
        ):  # fmt: skip
            st.rerun()


def _removed(project: Project, names: list[str]) -> None:
    with shell.faults_shown():
        documents.remove(project.id, names)
