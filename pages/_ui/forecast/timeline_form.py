"""How a table of numbers over time is read: which column says when, which hold the numbers; guessed and changeable."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages._ui import table_form
from pages._ui.shell import section, show_fault
from pages._ui.table_form import Choice
from pages._ui.words import t, term
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.use_cases import forecasts

MOST_KNOWN = 20  # columns


@st.cache_data(max_entries=16, show_spinner=False)
def _inspect(path: str, changed: float, columns: Columns | None) -> forecasts.SeriesTable:
    return forecasts.inspect_table(Path(path), columns)


def show(path: Path, asked: Columns | None = None) -> Choice | None:
    """The form with a preview; None while something must be corrected first. ``asked``: what is tried first."""
    section(t("data_page.table_title"))
    try:
        guess = _guess(path, asked)
        parted = table_form.how_it_is_parted(guess)
        view = guess if parted == guess.columns else _inspect(str(path), path.stat().st_mtime, parted)
        columns = _which(view)
    except InputFault as fault:
        show_fault(fault)
        return None
    first = [name for name in (columns.time, columns.id, *columns.values, *columns.known) if name]
    table_form.preview(view.name, view.header, view.rows, first=first)
    if columns.time is None or not columns.values:
        show_fault(t("forecast_page.columns_missing"))
        return None
    return Choice(columns, {})


def _guess(path: Path, asked: Columns | None) -> forecasts.SeriesTable:
    """By the columns ``asked`` for, where the table has them."""
    changed = path.stat().st_mtime
    if asked is not None:
        try:
            return _inspect(str(path), changed, asked)
        except InputFault:
            pass
    return _inspect(str(path), changed, None)


def _which(view: forecasts.SeriesTable) -> Columns:
    """What each role's column is."""
    columns, none = view.columns, t("data_page.no_group")
    parting = table_form.parted_by(columns)
    with st.container(horizontal=True):
        time = table_form.column(
            t("forecast_page.time_column"), view.header, columns.time, key=f"time-column-{parting}"
        )
        id_ = table_form.column(
            t("forecast_page.id_column"), view.header, columns.id, none=none,
            help=t("forecast_page.id_column_help"), key=f"id-column-{parting}",
        )  # fmt: skip
    values_key, known_key = (f"{role}-columns-{parting}-{time}-{id_}" for role in ("values", "known"))
    free = [name for name in view.header if name not in (time, id_)]
    numeric = [name for name in free if name in view.numeric]
    st.session_state.setdefault(values_key, [name for name in columns.values if name in numeric])
    st.session_state.setdefault(known_key, [name for name in columns.known if name in free])

    def take() -> None:
        """What is known beforehand is not forecast."""
        left = [name for name in st.session_state[values_key] if name not in st.session_state[known_key]]
        st.session_state[values_key] = left

    values = st.multiselect(
        t("forecast_page.values_columns"),
        [name for name in numeric if name not in st.session_state[known_key]],
        placeholder=t("data_page.choose_column"),
        key=values_key,
    )
    known = st.multiselect(
        t("forecast_page.known_columns"),
        free,
        placeholder=t("data_page.no_attributes"),
        help=term("known"),
        max_selections=MOST_KNOWN,
        key=known_key,
        on_change=take,
    )
    return columns.model_copy(update={"time": time, "id": id_, "values": values, "known": known})
