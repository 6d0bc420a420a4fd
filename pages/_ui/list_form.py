"""A table that came beside files and says the class of each: which column says what."""

from __future__ import annotations

import streamlit as st

from pages._ui.shell import quiet
from pages._ui.words import t, term
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.use_cases import data, uploads


@st.cache_data(max_entries=16, show_spinner=False)
def _inspected(inbox: str, files: int, amount: int) -> data.ListView | None:
    try:
        return data.inspect_list(uploads.inbox_path(inbox))
    except InputFault:  # no table, or one that names no files
        return None


def show(inbox: uploads.Inbox, arrived: list[uploads.Received]) -> Columns | None:
    """Shown where there is one, filled in with a guess; None where there is none."""
    if not any(data.may_hold_a_list(one.path) for one in arrived):
        return None
    view = _inspected(inbox.name, len(arrived), sum(one.bytes for one in arrived))
    if view is None:
        return None
    with st.container(border=True, key="list"):
        st.markdown(f"**{t('uploads.list_title')}**")
        quiet(t("uploads.list_text"))
        guess, none = view.columns, t("data_page.no_group")
        with st.container(horizontal=True):
            file = st.selectbox(
                t("uploads.list_file"), view.header, index=_place(view.header, guess.file), key="list-file"
            )
            label = st.selectbox(
                t("data_page.label_column"), view.header, index=_place(view.header, guess.label), key="list-label"
            )
            place = _place(view.header, guess.group)
            group = st.selectbox(
                t("data_page.group_column"),
                ["", *view.header],
                index=0 if place is None else place + 1,
                format_func=lambda name: name or none,
                help=term("group"),
                key="list-group",
            )
        attributes = st.multiselect(
            t("data_page.attribute_columns"),
            [name for name in view.header if name not in (file, label)],
            placeholder=t("data_page.no_attributes"),
            help=term("slice"),
            key="list-attributes",
            width=560,
        )
    return Columns(file=file, label=label, group=group, attributes=attributes)


def _place(header: list[str], name: str | None) -> int | None:
    return header.index(name) if name in header else None
