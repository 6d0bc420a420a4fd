"""How a table is read: its columns, encoding and labels, guessed, shown and changeable."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import streamlit as st

from pages._ui import languages
from pages._ui.shell import quiet, section, show_fault, show_warning
from pages._ui.words import count, escape, t, term
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns
from tl_core.domain.project import Project
from tl_core.use_cases import data

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "cp1252",
    "iso-8859-1",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "koi8-r",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
    "mac-roman",
)
_KNOWN_ENCODINGS = {code.replace("-", "_") for code in ENCODINGS}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MOST_LABELS = 40  # more distinct labels than this are no classes


class Choice(NamedTuple):
    columns: Columns
    merge_labels: dict[str, str]


@st.cache_data(max_entries=16, show_spinner=False)
def _inspect(path: str, changed: float, columns: Columns | None) -> data.TableView:
    return data.inspect_table(Path(path), columns)


def show(project: Project, path: Path) -> Choice | None:
    """The form with a preview; None while something must be corrected first."""
    section(t("data_page.table_title"))
    try:
        guess = _inspect(str(path), path.stat().st_mtime, None)
        parted = how_it_is_parted(guess)
        view = guess if parted == guess.columns else _inspect(str(path), path.stat().st_mtime, parted)
        columns = _which_columns(view)
        if columns != view.columns:
            view = _inspect(str(path), path.stat().st_mtime, columns)
    except InputFault as fault:
        show_fault(fault)
        return None
    _preview(path, view, columns)
    if columns.text is None or columns.label is None:
        show_fault(t("data_page.columns_missing"))
        return None
    if columns.text == columns.label:
        show_fault(t("data_page.same_columns"))
        return None
    if view.undecodable:
        show_warning(t("data_page.undecodable", count=view.undecodable))
    languages.line(view.languages)
    return Choice(columns, _merging(project, view) if columns.label else {})


class Parted(Protocol):
    """A table as it would be read."""

    @property
    def columns(self) -> Columns: ...
    @property
    def sheets(self) -> list[str]: ...


def how_it_is_parted(guess: Parted, key: str = "") -> Columns:
    """Encoding, delimiter, sheet, header: folded away, since the guess is nearly always right. ``key``: which table."""
    columns = guess.columns
    update: dict[str, str | bool] = {}
    with st.expander(t("data_page.advanced"), icon=":material/tune:"):
        with st.container(horizontal=True):
            if columns.sheet is not None:
                sheet = guess.sheets.index(columns.sheet)
                update["sheet"] = st.selectbox(t("data_page.sheet"), guess.sheets, index=sheet, key=f"sheet{key}")
            if columns.encoding is not None:
                encodings = list(dict.fromkeys([columns.encoding, *ENCODINGS]))
                update["encoding"] = st.selectbox(
                    t("data_page.encoding"),
                    encodings,
                    format_func=_encoding_name,
                    help=term("encoding"),
                    key=f"encoding{key}",
                )
            if columns.delimiter is not None:
                marks = list(dict.fromkeys([columns.delimiter, *DELIMITERS]))
                update["delimiter"] = st.selectbox(
                    t("data_page.delimiter"), marks, format_func=_delimiter_name, key=f"delimiter{key}"
                )
        if columns.delimiter is not None or columns.sheet is not None:
            update["header"] = st.checkbox(t("data_page.header"), value=bool(columns.header), key=f"header{key}")
    changed = columns.model_copy(update=update)
    if changed == columns:
        return columns
    kept = {name: getattr(changed, name) for name in ("sheet", "encoding", "delimiter", "header")}
    return Columns.model_validate(kept)  # others: guess again


def _encoding_name(code: str) -> str:
    """In words where it is one of the usual ones; guesses know more."""
    plain = code.lower().replace("-", "_")
    return t(f"data_page.encoding_{plain}") if plain in _KNOWN_ENCODINGS else code


def _delimiter_name(mark: str) -> str:
    return t(f"data_page.delimiter_{DELIMITERS[mark]}") if mark in DELIMITERS else mark


def parted_by(columns: Columns) -> str:
    """For keys: parted otherwise, a table has other columns, and so other widgets."""
    return f"{columns.encoding}{columns.delimiter}{columns.sheet}{columns.header}"


def column(
    title: str, header: list[str], guess: str | None, *, key: str, none: str = "", help: str | None = None
) -> str | None:
    """One of the columns, the guess at first. ``none``: how it is called to have none, which is offered before all."""
    names = ["", *header] if none else header
    chosen: str | None = st.selectbox(
        title,
        names,
        index=names.index(guess) if guess in names else 0 if none else None,
        format_func=lambda name: name or none,
        placeholder=t("data_page.choose_column"),
        help=help,
        key=key,
    )
    return chosen


def _which_columns(view: data.TableView) -> Columns:
    """What each role's column is; the group may have none."""
    columns, none = view.columns, t("data_page.no_group")
    parting = parted_by(columns)
    with st.container(horizontal=True):
        text = column(t("data_page.text_column"), view.header, columns.text, key=f"text-column-{parting}")
        label = st.selectbox(
            t("data_page.label_column"),
            [*view.header, ""],
            index=view.header.index(columns.label) if columns.label in view.header else None,
            format_func=lambda name: name or t("labelling.no_column"),
            placeholder=t("data_page.choose_column"),
            key=f"label-column-{parting}",
        )
        group = column(
            t("data_page.group_column"), view.header, columns.group, none=none, help=term("group"),
            key=f"group-column-{parting}",
        )  # fmt: skip
    attributes = st.multiselect(
        t("data_page.attribute_columns"),
        [name for name in view.header if name not in (text, label)],
        placeholder=t("data_page.no_attributes"),
        help=term("slice"),
        key=f"attribute-columns-{parting}",
        width=560,
    )
    return columns.model_copy(update={"text": text, "label": label, "group": group, "attributes": attributes})


def _preview(path: Path, view: data.TableView, columns: Columns) -> None:
    shown = [name for name in (columns.text, columns.label, columns.group, *columns.attributes) if name]
    preview(path.name, view.header, view.rows, first=shown, wide=columns.text)


def preview(
    name: str, header: list[str], rows: list[list[str]], *, first: list[str], wide: str | None = None, key: str = ""
) -> None:
    """The first rows of the table called ``name``, the columns ``first`` before the others."""
    quiet(t("data_page.table_about", name=name))
    order = [*dict.fromkeys([*first, *header])]
    st.dataframe(
        [dict(zip(header, row, strict=False)) for row in rows],
        hide_index=True,
        height=248,
        column_order=order,
        column_config={wide: st.column_config.TextColumn(width="large")} if wide else None,
        alt=t("data_page.table_alt"),
        key=f"table-preview{key}",
    )


def _merging(project: Project, view: data.TableView) -> dict[str, str]:
    """Labels that become one class. Stars get ready-made choices; others can be renamed by hand."""
    labels = view.labels
    if len(labels) > _MOST_LABELS:
        show_warning(t("data_page.many_labels", count=count(len(labels))))
        return {}
    if view.merge_reason == "stars":
        return _stars(view)
    st.markdown(f"**{escape(t('data_page.labels_title'))}**")
    quiet(t("data_page.labels_help"))
    edited = st.data_editor(
        [
            {"label": label, "rows": number, "class": view.merge_labels.get(label, label)}
            for label, number in labels.items()
        ],
        key=f"labels-{view.columns.label}",
        hide_index=True,
        width=560,
        disabled=["label", "rows"],
        column_config={
            "label": t("data_page.label_name"),
            "rows": t("data_page.label_rows"),
            "class": st.column_config.TextColumn(t("data_page.label_class"), max_chars=80),
        },
        alt=t("data_page.labels_alt"),
    )
    merged = {str(row["label"]): str(row["class"] or "").strip() for row in edited}
    return {label: name for label, name in merged.items() if label != name}


def _stars(view: data.TableView) -> dict[str, str]:
    """Stars as they come, or merged; the suggestion, two classes, is the first choice."""
    middling = t("data_page.stars_middling")
    choice = st.radio(
        t("data_page.stars_label"),
        ["two", "three", "five"],
        format_func=lambda name: t(f"data_page.stars_{name}"),
        captions=[t(f"data_page.stars_{name}_about") for name in ("two", "three", "five")],
        key="stars",
    )
    if choice == "five":
        return {}
    if choice == "two":
        return view.merge_labels
    return {label: name or middling for label, name in view.merge_labels.items()}
