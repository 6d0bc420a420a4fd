"""Tables and ``.ts`` files of many series -> a line of JSON each. Asked of a limited child: dicts go in and out.

Also a file that is one series. A table of a million columns is refused by its first line, before it is parted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from tl_core.data import delimited, tables
from tl_core.data.columns import label_text, names_of
from tl_core.data.names import cleaned
from tl_core.data.refused import Refused
from tl_core.data.series.cells import number, numbers
from tl_core.data.series.head import check_width, readable_rows
from tl_core.data.series.layout import Layout, headed, layout
from tl_core.data.series.times import moments
from tl_core.data.series.tsfile import cases, is_ts

ENDINGS = (*tables.KINDS, ".ts")
WIDEST = 20_000  # columns
LOOKED_AT = 200  # rows that the guesses rest on
ROWS = 5_000_000  # of a long table
SERIES = 200_000
MOST = 20_000_000  # numbers of a long table held at once
LONGEST_NAME = 60  # characters
SPACES = " "

Line = dict[str, Any]


def convert(item: dict) -> dict:
    """``{"path", "name", "columns", "labelled", "target"}``: write each series as a line of JSON to ``target``.

    A line is ``{"row", "name", "payload", "label", "group", "attributes"}``, or ``{"row", "name", "refused",
    "values"}``; the payload is for ``modalities.series.reading``. Answers ``{"columns", "rows", "undecodable"}``.
    Raises ``Refused`` (area data) when the file as a whole cannot be used.
    """
    path, asked = Path(item["path"]), item.get("columns") or {}
    count = 0
    group = None
    if is_ts(path):
        lines: Iterator[Line] = _of_cases(path, item["labelled"])
    else:
        table = _opened(path, item["name"], asked)
        plan = layout(table.names, table.head, asked, labelled=item["labelled"])
        if plan.kind == "one":
            raise Refused("data.one_series")
        group = table.names[plan.group] if plan.group is not None else None
        lines = _wide(table, plan) if plan.kind == "wide" else _long(table, plan)
    with open(item["target"], "w", encoding="utf-8") as file:
        for line in lines:
            count += 1
            if count > SERIES:
                raise Refused("data.table_too_long", limit=SERIES)
            file.write(json.dumps(line) + "\n")
    if not count:
        raise Refused("data.table_empty")
    return {"columns": {"group": group, "encoding": None}, "rows": count, "undecodable": 0}


def whole(path: Path, asked: dict[str, Any]) -> Line:
    """A file that is one series -> its payload. What it is, its content says; what a person ``asked`` about classes
    and the like is of other tables. Raises ``Refused``."""
    asked = {name: asked.get(name) for name in ("time", "values", "encoding", "delimiter", "sheet", "header")}
    if is_ts(path):
        found = [case for _, case in cases(path)]
        if len(found) != 1:
            raise Refused("refusals.series_several", count=len(found))
        if isinstance(found[0], Refused):
            raise found[0]
        return _payload(found[0].values, [f"channel {k + 1}" for k in range(len(found[0].values))])
    table = _opened(path, f"series{_ending(path)}", asked)
    plan = layout(table.names, table.head, asked, labelled=False, alone=True)
    rows = [_cells(cells, table.names) for _, cells in table.rows]
    if sum(map(len, rows)) > MOST:
        raise Refused("refusals.series_too_large", limit=MOST // 10**6)
    if len(rows) <= 2 and len(plan.values) >= 8 and plan.time is None:  # a single row is a series that lies down
        return _payload(np.stack([numbers(row) for row in rows]), [f"channel {k + 1}" for k in range(len(rows))])
    return _upright(plan, rows)


@dataclass(frozen=True)
class _Table:
    names: list[str]
    head: list[list[str]]  # the first rows after the names
    rows: Iterator[delimited.Row]  # all of them, the first ones too


def _opened(path: Path, name: str, asked: dict[str, Any]) -> _Table:
    """Raises ``Refused`` (area data)."""
    check_width(path, WIDEST)
    opened = tables.opened(path, name, asked, WIDEST + 1)
    rows = opened.rows
    if opened.columns["delimiter"] and not asked.get("delimiter") and _by_spaces(path, opened.columns):
        rows = _stripped(delimited.rows(path, opened.columns["encoding"], SPACES))
    start = list(islice(rows, LOOKED_AT + 1))
    readable, width = readable_rows(start, WIDEST)
    header = asked.get("header")
    if header is None:
        header = headed(readable)
    names = names_of(readable[0], header, width)
    if header:
        start = start[1 + next(i for i, (_, cells) in enumerate(start) if cells is readable[0]) :]
        readable = readable[1:]
    if not readable:
        raise Refused("data.table_empty")
    return _Table(names, readable, tables.chained(start, rows))


def _by_spaces(path: Path, columns: dict[str, Any]) -> bool:
    """Whether nothing parts the first line but spaces."""
    with open(path, encoding=columns["encoding"], errors="replace") as file:
        line = file.readline(1 << 20).strip()
    return not any(mark in line for mark in delimited.DELIMITERS) and sum(map(_is_cell, line.split())) > 1


def _is_cell(text: str) -> bool:
    return number(text) is not None


def _stripped(rows: Iterator[delimited.Row]) -> Iterator[delimited.Row]:
    """Without what spaces at either end of a line make."""
    for at, cells in rows:
        yield at, cells if isinstance(cells, Refused) else [cell for cell in cells if cell]


def _ending(path: Path) -> str:
    """By its first bytes, as a name would end."""
    with open(path, "rb") as file:
        start = file.read(512)
    text = start.lstrip(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PAR1"):
        return ".parquet"
    return ".xlsx" if start.startswith(b"PK\x03\x04") else ".jsonl" if text[:1] in (b"{", b"[") else ".csv"


def _payload(values: np.ndarray, channels: list[str], times: np.ndarray | None = None) -> Line:
    names = [cleaned(name, LONGEST_NAME) for name in channels]
    moments = [] if times is None else times.tolist()
    return {"series": {"values": np.atleast_2d(values).tolist(), "channels": names, "times": moments}}


def _cells(cells: list[str] | Refused, names: list[str]) -> list[str]:
    if isinstance(cells, Refused):
        raise cells
    if any(cell.strip() for cell in cells[len(names) :]):
        raise Refused("refusals.ragged", cells=len(cells), columns=len(names))
    return cells + [""] * (len(names) - len(cells))


def _of_cases(path: Path, labelled: bool) -> Iterator[Line]:
    for at, case in cases(path):
        line: Line = {"row": at}
        if isinstance(case, Refused):
            yield {**line, "refused": case.reason, "values": case.values}
            continue
        channels = ["value"] if len(case.values) == 1 else [f"channel {k + 1}" for k in range(len(case.values))]
        label = label_text(case.label) if labelled and case.label else None
        yield {**line, "payload": _payload(case.values, channels), "label": label, "group": None, "attributes": {}}


def _wide(table: _Table, plan: Layout) -> Iterator[Line]:
    for at, cells in table.rows:
        if not isinstance(cells, Refused) and not any(map(str.strip, cells)):
            continue
        try:
            row = _cells(cells, table.names)
            values = np.stack([numbers([row[k] for k in channel]) for channel in plan.values])
        except Refused as refused:
            yield {"row": at, "refused": refused.reason, "values": refused.values}
            continue
        yield {"row": at, "payload": _payload(_ended(values), plan.channels), **_told(row, plan)}


def _long(table: _Table, plan: Layout) -> Iterator[Line]:
    """Series in the order of their first rows; a series' rows may be anywhere."""
    assert plan.id is not None
    found: dict[str, list[list[str]]] = {}
    held = 0
    for at, cells in table.rows:
        if at > ROWS:
            raise Refused("data.table_too_long", limit=ROWS)
        if isinstance(cells, Refused):
            yield {"row": at, "refused": cells.reason, "values": cells.values}
            continue
        if not any(map(str.strip, cells)):
            continue
        held += len(cells)
        if held > MOST:
            raise Refused("data.table_too_long", limit=ROWS)
        name = cells[plan.id].strip() if plan.id < len(cells) else ""
        found.setdefault(name, []).append(cells)
    for place, (name, rows) in enumerate(found.items(), start=1):
        line: Line = {"row": place, "name": cleaned(name) or str(place)}
        try:
            full = [_cells(cells, table.names) for cells in rows]
            if not name:
                raise Refused("refusals.series_no_id")
            told = _told(full[0], plan)
            if plan.label is not None and len({label_text(row[plan.label]) for row in full if row[plan.label]}) > 1:
                raise Refused("refusals.series_labels")
            payload = _upright(plan, full)
        except Refused as refused:
            yield {**line, "refused": refused.reason, "values": refused.values}
            continue
        yield {**line, "payload": payload, **told}


def _upright(plan: Layout, rows: list[list[str]]) -> Line:
    """Rows below each other as one series."""
    rows = [row for row in rows if any(map(str.strip, row))]
    values = np.stack([numbers([row[k] for row in rows]) for (k,) in plan.values])
    times = moments([row[plan.time] for row in rows]) if plan.time is not None and rows else None
    return _payload(values, plan.channels, times)


def _told(row: list[str], plan: Layout) -> Line:
    """What a row says besides its values."""
    values = {name: value for name, at in plan.attributes.items() if (value := cleaned(row[at], LONGEST_NAME))}
    return {
        "label": (label_text(row[plan.label]) or None) if plan.label is not None else None,
        "group": row[plan.group] if plan.group is not None else None,
        "attributes": values,
    }


def _ended(values: np.ndarray) -> np.ndarray:
    """Without the gaps at the end: shorter rows of a table are filled up."""
    there = np.flatnonzero(np.isfinite(values).any(axis=0))
    return values[:, : int(there[-1]) + 1] if len(there) else values[:, :0]
