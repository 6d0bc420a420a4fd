"""How a table is read: its columns, encoding and labels, guessed, shown and changeable."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from pages._ui.shell import quiet, section, show_fault, show_warning
from pages._ui.words import count, escape, share, t, term
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
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
STARS = ("1", "2", "3", "4", "5")
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
        columns = _how_it_is_parted(guess)
        view = guess if columns == guess.columns else _inspect(str(path), path.stat().st_mtime, columns)
        columns = _which_columns(view, columns)
        if columns != view.columns:
            view = _inspect(str(path), path.stat().st_mtime, columns)
    except InputFault as fault:
        show_fault(fault)
        return None
    _preview(path, view, columns)
    if columns.text == columns.label:
        show_fault(t("data_page.same_columns"))
        return None
    _languages(view)
    return Choice(columns, _merging(project, view))


def _how_it_is_parted(guess: data.TableView) -> Columns:
    """Encoding, delimiter, sheet: folded away, since the guess is nearly always right."""
    columns = guess.columns
    with st.expander(t("data_page.advanced"), icon=":material/tune:"), st.container(horizontal=True):
        if guess.sheets:
            sheet = st.selectbox(
                t("data_page.sheet"), guess.sheets, index=guess.sheets.index(columns.sheet or guess.sheets[0])
            )
            return columns.model_copy(update={"sheet": sheet})
        choices = list(dict.fromkeys([columns.encoding, *ENCODINGS]))
        encoding = st.selectbox(t("data_page.encoding"), choices, help=term("encoding"))
        update = {"encoding": encoding}
        if columns.delimiter:
            marks = list(dict.fromkeys([columns.delimiter, *DELIMITERS]))
            update["delimiter"] = st.selectbox(
                t("data_page.delimiter"),
                marks,
                format_func=lambda mark: t(f"data_page.delimiter_{DELIMITERS[mark]}") if mark in DELIMITERS else mark,
            )
    return columns.model_copy(update=update)


def _which_columns(view: data.TableView, columns: Columns) -> Columns:
    with st.container(horizontal=True):
        text = _column(t("data_page.text_column"), view.header, columns.text, "text-column")
        label = _column(t("data_page.label_column"), view.header, columns.label, "label-column")
        none = t("data_page.no_group")
        group = st.selectbox(
            t("data_page.group_column"),
            [None, *view.header],
            index=view.header.index(columns.group) + 1 if columns.group in view.header else 0,
            format_func=lambda name: none if name is None else name,
            help=term("group"),
            key="group-column",
        )
    return columns.model_copy(update={"text": text, "label": label, "group": group})


def _column(title: str, header: list[str], guess: str | None, key: str) -> str:
    return st.selectbox(title, header, index=header.index(guess) if guess in header else 0, key=key)


def _preview(path: Path, view: data.TableView, columns: Columns) -> None:
    quiet(t("data_page.table_about", name=path.name))
    shown = [name for name in (columns.text, columns.label, columns.group) if name is not None]
    order = [*dict.fromkeys([*shown, *view.header])]
    rows = [dict(zip(view.header, row, strict=False)) for row in view.rows]
    st.dataframe(
        rows,
        hide_index=True,
        height=248,
        column_order=order,
        column_config={columns.text: st.column_config.TextColumn(width="large")},
        alt=t("data_page.table_alt"),
        key="table-preview",
    )


def _languages(view: data.TableView) -> None:
    total = sum(view.languages.values())
    if not total:
        quiet(t("data_page.language_unknown"))
        return
    parts = [
        t("data_page.language_share", name=data.language_name(code), share=share(number / total))
        for code, number in sorted(view.languages.items(), key=lambda pair: -pair[1])[:4]
    ]
    quiet(t("data_page.language_line", languages=", ".join(parts)), help=term("language"))


def _merging(project: Project, view: data.TableView) -> dict[str, str]:
    """Labels that become one class. Stars get ready-made choices; others can be renamed by hand."""
    labels = view.labels
    if len(labels) > _MOST_LABELS:
        show_warning(t("data_page.many_labels", count=count(len(labels))))
        return {}
    if len(labels) >= 4 and all(label in STARS for label in labels):
        return _stars()
    st.markdown(f"**{escape(t('data_page.labels_title'))}**")
    quiet(t("data_page.labels_help"))
    edited = st.data_editor(
        [
            {"label": label, "rows": number, "class": label}
            for label, number in sorted(labels.items(), key=lambda pair: -pair[1])
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
    merged = {row["label"]: (row["class"] or "").strip() for row in edited}
    return {label: name for label, name in merged.items() if label != name}


def _stars() -> dict[str, str]:
    negative, middling, positive = (t(f"data_page.stars_{name}") for name in ("negative", "middling", "positive"))
    choice = st.radio(
        t("data_page.stars_label"),
        ["two", "three", "five"],
        format_func=lambda name: t(f"data_page.stars_{name}"),
        captions=[t(f"data_page.stars_{name}_about") for name in ("two", "three", "five")],
        key="stars",
    )
    if choice == "five":
        return {}
    middle = "" if choice == "two" else middling
    return {"1": negative, "2": negative, "3": middle, "4": positive, "5": positive}
