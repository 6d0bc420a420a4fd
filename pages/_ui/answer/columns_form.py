"""How tables of questions or conversations are read: what a row is and where its parts are, guessed and changeable."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from pages._ui import shell, table_form
from pages._ui.words import escape, t
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.domain.project import Project
from tl_core.use_cases import documents
from tl_core.use_cases.documents import AskedTable, RowKind

ROLES: dict[RowKind, tuple[str, ...]] = {  # the columns of a row's parts; those that must be there first
    "pairs": ("question", "answer", "document"),
    "log": ("thread", "text", "role"),
}
NEEDED: dict[RowKind, int] = {"pairs": 1, "log": 2}
OFFERED: tuple[RowKind, ...] = ("pairs", "log", "table")
MOST = 6  # tables of an upload that are shown
_ALL = tuple(role for roles in ROLES.values() for role in roles)


@st.cache_data(max_entries=32, show_spinner=False)
def _inspect(path: str, changed: float, columns: Columns | None) -> AskedTable:
    return documents.inspect_table(Path(path), columns)


def of_upload(project: Project, folder: Path, names: Iterable[str]) -> dict[str, Columns] | None:
    """What a person says of a table, now or when it came before, by its name; None while something is missing."""
    tables = [one for one in names if one.lower().endswith(documents.TABLES)][:MOST]
    before = documents.columns_said(project.id) if tables else {}
    found: dict[str, Columns] = {}
    ready = True
    for name in tables:
        asked = before.get(name)
        try:
            guess = _guess(folder / name, asked)
        except InputFault:
            try:
                asked, guess = None, _guess(folder / name)  # its columns are others now
            except InputFault:  # reading it says why, as of every other file
                continue
        kind = st.session_state.get(_row_is(f"-{name}")) or guess.kind
        title = t(f"answer_page.table_{kind}", name=name)
        with st.expander(escape(title), icon=":material/table:", key=f"table-{name}"):
            chosen = _changed(folder / name, guess, OFFERED, key=f"-{name}")
        ready = ready and chosen is not None
        said = asked if chosen == guess.columns else chosen
        if said is not None:
            found[name] = said
    return found if ready else None


def of_questions(path: Path) -> Columns | None:
    """Of a table that is brought for its questions alone; None while something must be corrected first."""
    try:
        guess = _guess(path)
    except InputFault as fault:
        shell.show_fault(fault)
        return None
    return _changed(path, guess, ("pairs", "log"), key="-questions")


def _guess(path: Path, asked: Columns | None = None) -> AskedTable:
    return _inspect(str(path), path.stat().st_mtime, asked)


def _changed(path: Path, guess: AskedTable, offered: tuple[RowKind, ...], *, key: str) -> Columns | None:
    """As the form has it: the guess itself where nothing was changed."""
    try:
        parted = table_form.how_it_is_parted(guess, key)
        view = guess if parted == guess.columns else _inspect(str(path), path.stat().st_mtime, parted)
    except InputFault as fault:
        shell.show_fault(fault)
        return None
    kinds = [*offered] if view.kind in (*offered, "table") else [view.kind, *offered]
    if st.session_state.get(_row_is(key)) not in kinds:
        st.session_state.pop(_row_is(key), None)  # chosen while the table was parted otherwise
    kind = st.radio(
        t("answer_page.row_is"), kinds, index=kinds.index(view.kind) if view.kind in kinds else None,
        format_func=lambda name: t(f"answer_page.row_{name}"), horizontal=True, key=_row_is(key),
    )  # fmt: skip
    columns = _columns(view, kind, key)
    table_form.preview(view.name, view.header, view.rows, first=_first(columns), key=key)
    if len(view.sheets) > 1:
        shell.quiet(t("answer_page.sheets_all", count=len(view.sheets)))
    if kind is None or not _whole(columns, kind):
        shell.show_fault(t("answer_page.row_missing" if kind is None else f"answer_page.row_{kind}_missing"))
        return None
    return columns


def _row_is(key: str) -> str:
    return f"row-is{key}"


def _columns(view: AskedTable, kind: RowKind | None, key: str) -> Columns:
    """With a column for every part of such a row; "" says that there is none."""
    if kind == view.kind and kind not in ROLES:
        return view.columns
    none = t("data_page.no_group")
    chosen: dict[str, str | None] = dict.fromkeys(_ALL)
    if kind == "table":
        return view.columns.model_copy(update={**chosen, "question": "", "thread": ""})
    if kind not in ROLES:
        return view.columns
    with st.container(horizontal=True):
        for place, role in enumerate(ROLES[kind]):
            chosen[role] = table_form.column(
                t(f"answer_page.role_{role}"), view.header, getattr(view.columns, role),
                none="" if place < NEEDED[kind] else none,
                key=f"{role}-column{key}-{table_form.parted_by(view.columns)}",
            )  # fmt: skip
    if kind == view.kind and all((chosen[role] or None) == getattr(view.columns, role) for role in ROLES[kind]):
        return view.columns
    return view.columns.model_copy(update=chosen)


def _first(columns: Columns) -> list[str]:
    return [name for role in _ALL if (name := getattr(columns, role))]


def _whole(columns: Columns, kind: RowKind) -> bool:
    """All that such a row needs, each in a column of its own."""
    named = _first(columns)
    needed = ROLES.get(kind, ())[: NEEDED.get(kind, 0)]
    return all(getattr(columns, role) for role in needed) and len(set(named)) == len(named)
