"""Figures as tables: read on the page where somebody wants to, and taken away with every digit."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages._ui import shell, words
from pages._ui.charts import says
from pages._ui.words import t
from tl_core.domain.report import Metric
from tl_core.use_cases import tables
from tl_core.use_cases.tables import Cell, Exact, Row

MOST_POINTS = 20  # of a curve that are read in a table on a page


def on_demand(rows: Sequence[Row], *, title: str, key: str, most: int | None = None, opened: bool = False) -> None:
    """The same figures as a table, for those who prefer to read, and as a file of their own with every digit.

    ``title`` says what they are, aloud and in the file's name. Cells are shown as they are, a ``Metric`` with its
    interval. ``most``: of a curve's points so many are shown, evenly chosen; the file holds all. ``opened``: at once.
    Made when it is opened, and then alone: a page has many, and a browser draws each cell as a text of its own.
    """
    with st.container(key=f"table-{key}"):
        st.fragment(_folded)(rows, title, key, most, opened)


def _folded(rows: Sequence[Row], title: str, key: str, most: int | None, opened: bool) -> None:
    name = f"open-table-{key}"
    with st.expander(t("evaluate_page.table"), opened, key=name, type="compact", on_change="rerun") as box:
        if not box.open:
            return
        step = max(1, -(-len(rows) // most)) if most else 1
        table(rows[::step], title=title)
        if step > 1:
            st.caption(words.escape(t("shell.table_part", shown=len(rows[::step]), count=len(rows))))
        download(rows, title=title, key=key)


def download(rows: Sequence[Row], *, title: str, key: str) -> None:
    """The figures as a file, made when asked for."""
    st.download_button(
        t("evaluate_page.table_csv"), data=lambda: tables.csv_of(rows), file_name=f"{_file_name(title)}.csv",
        mime="text/csv", type="tertiary", icon=":material/download:", key=f"csv-of-{key}", on_click="ignore",
    )  # fmt: skip


def table(rows: Sequence[Row], *, title: str) -> None:
    """A small table whose cells are plain text. A list of rows would become a pandas table first, ten times slower."""
    from pyarrow import table

    names = dict.fromkeys(name for row in rows for name in row)
    shown = {words.escape(name): [words.escape(_shown(row.get(name, ""))) for row in rows] for name in names}
    st.table(table(shown), alt=title, hide_index=True, hide_header=False)


def _shown(cell: Cell) -> str:
    if isinstance(cell, Metric):
        return says(cell)
    return cell.shown if isinstance(cell, Exact) else str(cell)


def rounded(value: float, digits: int = 2) -> Exact:
    """A cell of two decimals."""
    return Exact(words.number(value, f".{digits}f"), value)


def rounded_known(value: float | None, digits: int = 2) -> Cell:
    """The same, or a dash where it is not known."""
    return "–" if value is None else rounded(value, digits)


def timed(seconds: float) -> Exact:
    """A cell for people: "3 min"."""
    return Exact(words.duration(seconds), seconds, t("shell.unit_seconds"))


def change(metric: Metric) -> Exact:
    """A cell of a difference with its sign: "+0.12 (0.03 to 0.21)"."""
    from pages._ui.sentences import interval

    return Exact(f"{words.number(metric.value, '+.2f')} ({interval(metric)})".replace("-", "−"), metric)


def _file_name(title: str) -> str:
    """Of whose data it is, and what."""
    return tables.file_name(shell.project_name(), title)
