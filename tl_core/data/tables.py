"""Tables: looked at for a person (``inspect``), then turned into rows of text, class and group (``convert``), or of
file, class and group (``listed``).

All are asked of a limited child (``limited.run_one``), so they take and give plain dicts.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tl_core.data import columnar, delimited, records, workbook
from tl_core.data.columns import Holds, guess_columns, has_header, label_text, names_of, suggest_merges
from tl_core.data.encodings import LOOKED_AT as LOOKED_AT_BYTES
from tl_core.data.encodings import guess_encoding, looks_binary
from tl_core.data.languages import language_of
from tl_core.data.names import cleaned
from tl_core.data.refused import Refused

Kind = Literal["delimited", "workbook", "records", "columnar"]
KINDS: dict[str, Kind] = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".jsonl": "records",
    ".ndjson": "records",
    ".json": "records",
    ".parquet": "columnar",
}
LARGEST = 300_000_000  # bytes
ROWS = 200_000
LOOKED_AT = 500  # rows that the guesses rest on
COUNTED = 20_000  # rows that an inspection counts labels in
SHOWN = 20  # rows
SHOWN_CELL = 300  # characters
SHOWN_LABELS = 200
MOST_ATTRIBUTES = 8  # columns kept to compare samples by
LONGEST_VALUE = 60  # characters of one's cell
REPLACEMENT = "\ufffd"


def is_table(name: str) -> bool:
    return Path(name).suffix.lower() in KINDS


class Converter(NamedTuple):
    """What makes a line a sample of a table, in a limited child, and which files it is asked about."""

    function: str = "tl_core.data.tables:convert"  # "package.module:function"
    endings: tuple[str, ...] = tuple(KINDS)
    alone: bool = False  # may a table be one sample by itself? Those in class folders are then


TEXTS = Converter()


@dataclass
class _Table:
    """An opened table: its column names, the columns in use, and the rows after the header."""

    names: list[str]
    columns: dict[str, Any]  # the fields of domain.plan.Columns, filled in
    rows: Iterator[delimited.Row]
    sheets: list[str]

    def index(self, role: str) -> int | None:
        name = self.columns[role]
        return self.names.index(name) if name else None


def inspect(item: dict) -> dict:
    """``{"path", "name", "columns"}`` -> the fields of ``use_cases.data.TableView``. Raises ``Refused`` (area data)."""
    table = _open(Path(item["path"]), item["name"], item.get("columns") or {})
    text, label = table.index("text"), table.index("label")
    shown: list[list[str]] = []
    labels: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    counted = odd = 0
    for _, cells in islice(table.rows, COUNTED):
        counted += 1
        if isinstance(cells, Refused):
            continue
        cells = _filled(cells, len(table.names))
        if len(shown) < SHOWN:
            shown.append([cell[:SHOWN_CELL] for cell in cells[: len(table.names)]])
        if label is not None and cells[label].strip():
            labels[label_text(cells[label])] += 1
        if text is not None:
            odd += REPLACEMENT in cells[text]
            if languages.total() < LOOKED_AT and cells[text].strip():
                languages[language_of(cells[text])] += 1
    why, merges = suggest_merges(labels)
    return {
        "columns": table.columns,
        "header": table.names,
        "rows": shown,
        "sheets": table.sheets,
        "counted": counted,
        "complete": counted < COUNTED,
        "labels": dict(labels.most_common(SHOWN_LABELS)),
        "languages": dict(languages.most_common()),
        "undecodable": odd,
        "merge_reason": why,
        "merge_labels": merges,
    }


def convert(item: dict) -> dict:
    """``{"path", "name", "columns", "labelled", "target"}``: write the table's rows as JSON lines to ``target``.

    A line is ``{"row", "text", "label", "group", "attributes"}``, or ``{"row", "refused", "values"}``. Answers
    ``{"columns", "rows", "undecodable"}``. Raises ``Refused`` (area data) when the table as a whole cannot be used.
    """
    table = _open(Path(item["path"]), item["name"], item.get("columns") or {})
    places = {role: table.index(role) for role in ("text", "label", "group")}
    if places["text"] is None:
        raise Refused("data.no_text_column")
    if places["label"] is None and item["labelled"]:
        raise Refused("data.no_label_column")
    attributes = {name: table.names.index(name) for name in table.columns["attributes"]}
    count = odd = 0
    with open(item["target"], "w", encoding="utf-8") as file:
        for number, cells in table.rows:
            line = _line(cells, len(table.names), places, attributes)
            if line is None:
                continue
            count += 1
            if count > ROWS:
                raise Refused("data.table_too_long", limit=ROWS)
            odd += REPLACEMENT in (line.get("text") or "")
            file.write(json.dumps({"row": number, **line}) + "\n")
    if not count:
        raise Refused("data.table_empty")
    return {"columns": table.columns, "rows": count, "undecodable": odd}


def listed(item: dict) -> dict:
    """``{"path", "name", "columns"}`` of a table that says which class each file has -> ``{"rows", "columns"}``.

    Rows as the lines of ``convert``, with "file" for "text". Raises ``Refused`` (area data) when the table as a whole
    cannot be used, or names no files.
    """
    table = _open(Path(item["path"]), item["name"], item.get("columns") or {}, "file")
    places = {role: table.index(role) for role in ("file", "label", "group")}
    if places["file"] is None:
        raise Refused("data.no_file_column")
    if places["label"] is None:
        raise Refused("data.no_label_column")
    attributes = {name: table.names.index(name) for name in table.columns["attributes"]}
    rows: list[dict[str, Any]] = []
    for number, cells in table.rows:
        line = _line(cells, len(table.names), places, attributes)
        if line is not None:
            rows.append({"row": number, **line})
        if len(rows) > ROWS:
            raise Refused("data.table_too_long", limit=ROWS)
    return {"rows": rows, "columns": table.columns}


def inspect_list(item: dict) -> dict:
    """``{"path", "name", "columns"}`` of a table that names files -> ``{"columns", "header"}``.

    Raises ``Refused`` (area data) where it names none, or no classes.
    """
    table = _open(Path(item["path"]), item["name"], item.get("columns") or {}, "file")
    if table.index("file") is None or table.index("label") is None:
        raise Refused("data.no_file_column")
    return {"columns": table.columns, "header": table.names}


def _line(
    cells: list[str] | Refused, width: int, places: dict[str, int | None], attributes: dict[str, int]
) -> dict[str, Any] | None:
    """One row for the file; None for a blank one."""
    if isinstance(cells, Refused):
        return {"refused": cells.reason, "values": cells.values}
    if not any(cell.strip() for cell in cells):
        return None
    if any(cell.strip() for cell in cells[width:]):
        return {"refused": "refusals.ragged", "values": {"cells": len(cells), "columns": width}}
    cells = _filled(cells, width)
    line: dict[str, Any] = {role: cells[place] if place is not None else None for role, place in places.items()}
    line["attributes"] = {
        name: value for name, at in attributes.items() if (value := cleaned(cells[at], LONGEST_VALUE))
    }
    line["label"] = label_text(line["label"]) if line["label"] else None
    return line


def _filled(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


class Opened(NamedTuple):
    """A table's rows, as they come, and how they are parted."""

    columns: dict[str, Any]  # encoding, delimiter, sheet of domain.plan.Columns, filled in where they mean something
    rows: Iterator[delimited.Row]
    sheets: list[str]


def opened(path: Path, name: str, given: dict[str, Any], widest: int = workbook.COLUMNS) -> Opened:
    """The table, by what its ``name`` ends with and a person said. Raises ``Refused`` (area data).

    ``widest``: cells of a spreadsheet's row that are read.
    """
    if path.stat().st_size > LARGEST:
        raise Refused("data.table_too_big", limit=LARGEST // 10**6)
    kind: Kind = KINDS.get(Path(name).suffix.lower(), "delimited")
    columns: dict[str, Any] = {"encoding": None, "delimiter": None, "sheet": None}
    sheets: list[str] = []
    if kind == "workbook":
        sheets = workbook.sheet_names(path)
        columns["sheet"] = given.get("sheet") or sheets[0]
        return Opened(columns, workbook.rows(path, columns["sheet"], widest), sheets)
    if kind == "columnar":
        return Opened(columns, columnar.rows(path, widest), sheets)
    encoding = given.get("encoding") or guess_encoding(path)
    try:
        io.TextIOWrapper(io.BytesIO(), encoding)
    except LookupError:
        raise Refused("data.unknown_encoding", encoding=encoding) from None
    with open(path, "rb") as file:
        if looks_binary(file.read(LOOKED_AT_BYTES), encoding):
            raise Refused("data.not_a_text_table")
    columns["encoding"] = encoding
    if kind == "records":
        return Opened(columns, records.rows(path, encoding), sheets)
    columns["delimiter"] = given.get("delimiter") or delimited.guess_delimiter(path, encoding, name)
    return Opened(columns, delimited.rows(path, encoding, columns["delimiter"]), sheets)


def _open(path: Path, name: str, given: dict[str, Any], holds: Holds = "text") -> _Table:
    columns, rows, sheets = opened(path, name, given)
    kind = KINDS.get(Path(name).suffix.lower(), "delimited")
    head = list(islice(rows, LOOKED_AT))
    readable = [cells for _, cells in head if not isinstance(cells, Refused) and any(map(str.strip, cells))]
    if not readable:
        raise Refused("data.table_empty")
    header = given.get("header")
    if header is None:
        header = kind in ("records", "columnar") or has_header(readable)
    width = (
        len(_trimmed(readable[0])) if header else max(Counter(map(len, readable)).items(), key=lambda pair: pair[1])[0]
    )
    names = names_of(readable[0], header, width)
    if header:
        head = head[1 + next(i for i, (_, cells) in enumerate(head) if cells is readable[0]) :]
        readable = readable[1:]
        if not readable and len(head) < LOOKED_AT - 1:
            raise Refused("data.table_empty")
    roles = {role: _known(given.get(role), names) for role in (holds, "label", "group")}
    left = [name for name in names if name not in roles.values()]
    guessed = guess_columns(left, _without(readable, names, roles), holds)
    for role, found in guessed.items():
        if roles[role] is None:
            roles[role] = found
    attributes = [found for name in given.get("attributes") or [] if (found := _known(name, names))]
    if len(attributes) > MOST_ATTRIBUTES:
        raise Refused("data.too_many_attributes", limit=MOST_ATTRIBUTES)
    columns |= {**roles, "header": header, "attributes": attributes}
    return _Table(names, columns, chained(head, rows), sheets)


def chained(head: list[delimited.Row], rest: Iterator[delimited.Row]) -> Iterator[delimited.Row]:
    yield from head
    yield from rest


def _trimmed(cells: list[str]) -> list[str]:
    """Without empty cells at the end."""
    end = max((i for i, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return cells[:end]


def _known(asked: str | None, names: list[str]) -> str | None:
    """A column a person named, whatever its case; "" stays, and means none."""
    if not asked:
        return asked
    found = [name for name in names if name == asked] or [n for n in names if n.casefold() == asked.casefold()]
    if not found:
        raise Refused("data.column_missing", column=asked, known=", ".join(names[:20]))
    return found[0]


def _without(rows: list[list[str]], names: list[str], roles: dict[str, str | None]) -> list[list[str]]:
    """The rows without the columns that have a role already."""
    kept = [i for i, name in enumerate(names) if name not in roles.values()]
    return [[row[i] if i < len(row) else "" for i in kept] for row in rows]
