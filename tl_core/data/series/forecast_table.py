"""A table of what was measured when -> even series to go on with, one each id and column. Asked of a limited child.

Columns known beforehand (holidays, prices) may go on after the last value: their future is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from tl_core.data import delimited, tables
from tl_core.data.columns import names_of
from tl_core.data.names import cleaned
from tl_core.data.refused import Refused
from tl_core.data.series.calendar import Even, even
from tl_core.data.series.cells import is_missing, is_number, number, numbers
from tl_core.data.series.dates import is_plain, plain
from tl_core.data.series.head import check_width, readable_rows
from tl_core.data.series.layout import IDS, TIMES, headed
from tl_core.data.series.times import is_time, moments

WIDEST = 2_000  # columns
ROWS = 2_000_000
SERIES = 2_000
KNOWN = 20  # columns known beforehand, after texts became yes or no
LOOKED_AT = 200  # rows that most guesses rest on
CELLS = 1_000_000  # looked at for what tells series apart: tables are often sorted by it
APART = 0.99  # of rows whose moment and series are no other row's
SHARE = 0.9  # of the cells of a column that must be times
NUMERIC = 0.5  # of those of a column of values
LEAST = 16  # known values of a series: fewer show nothing to go on with
TEXTS = 10  # different ones in a column known beforehand
LONGEST_NAME = 60  # characters
ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})\s*$")

Line = dict[str, Any]


@dataclass(frozen=True)
class _Places:
    """Numbers of columns."""

    time: int
    values: list[int]
    known: list[int]
    id: int | None


def read(item: dict) -> dict:
    """``{"path", "name", "columns", "target"}``: write each series as a line of JSON to ``target``.

    ``columns`` may name ``time``, ``values``, ``id`` and ``known``, and how cells are parted; what is not named is
    guessed. A line is ``{"name", "times", "values", "known", "known_names", "frequency", "remarks"}``: ``times``
    nanoseconds, for as long as ``known`` goes; ``values`` (time,), None where nothing is known; ``known`` (column, time
    and longer). Or ``{"name", "refused", "values"}``. Answers ``{"columns", "series"}``. Raises ``Refused`` (areas
    data, forecast).
    """
    path, asked = Path(item["path"]), item.get("columns") or {}
    opened = _opened(path, item["name"], asked)
    names, head = opened.names, _head(opened)
    places = _places(names, head, asked)
    cells = _gathered(chain(head, opened.rows), places)
    count = 0
    with open(item["target"], "w", encoding="utf-8") as file:
        for line in _series(cells, names, places):
            count += 1
            if count > SERIES:
                raise Refused("forecast.too_many_series", limit=SERIES)
            file.write(json.dumps(line) + "\n")
    return {"columns": {**opened.read, **_used(names, places)}, "series": count}


def inspect(item: dict) -> dict:
    """``{"path", "name", "columns"}`` -> the fields of ``use_cases.forecasts.SeriesTable``. Raises ``Refused``.

    Where no times or numbers are found, that column stays empty: a person may name it.
    """
    path, asked = Path(item["path"]), item.get("columns") or {}
    opened = _opened(path, item["name"], asked)
    head = _head(opened)
    if not head:
        raise Refused("data.table_empty")
    try:
        used = _used(opened.names, _places(opened.names, head, asked))
    except Refused as refused:
        if refused.reason not in ("forecast.no_times", "forecast.no_numbers"):
            raise
        used = {name: asked.get(name) for name in ("time", "values", "id", "known") if asked.get(name)}
    return {
        "columns": {**opened.read, **used},
        "header": opened.names,
        "rows": [[cell[: tables.SHOWN_CELL] for cell in row] for row in head[: tables.SHOWN]],
        "sheets": opened.sheets,
        "numeric": [name for k, name in enumerate(opened.names) if _share(head[:LOOKED_AT], k, is_number) >= NUMERIC],
    }


def _head(opened: _Opened) -> list[list[str]]:
    """The first rows, as many as guesses may need; the rest stays to be read."""
    return list(islice(opened.rows, max(LOOKED_AT, CELLS // max(1, len(opened.names)))))


def _used(names: list[str], places: _Places) -> Line:
    """As ``domain.plan.Columns`` names them; "" where no column says which series a row belongs to."""
    return {
        "time": names[places.time],
        "values": [names[k] for k in places.values],
        "id": "" if places.id is None else names[places.id],
        "known": [names[k] for k in places.known],
    }


@dataclass(frozen=True)
class _Opened:
    """``read``: encoding, delimiter, sheet and header as they were used."""

    names: list[str]
    rows: Iterator[list[str]]
    read: dict[str, Any]
    sheets: list[str]


def _opened(path: Path, name: str, asked: dict[str, Any]) -> _Opened:
    """Names of the columns, and the rows below them."""
    check_width(path, WIDEST)
    whole = tables.opened(path, name, asked, WIDEST + 1)
    start = whole.rows
    head = list(islice(start, LOOKED_AT))
    readable, width = readable_rows(head, WIDEST)
    header = asked.get("header")
    first = headed(readable) if header is None else header
    rows = _rows(tables.chained(head, start), width, skip=bool(first))
    return _Opened(names_of(readable[0], first, width), rows, {**whole.columns, "header": bool(first)}, whole.sheets)


def _rows(rows: Iterator[delimited.Row], width: int, *, skip: bool) -> Iterator[list[str]]:
    count = 0
    for _, cells in rows:
        if isinstance(cells, Refused):
            raise cells
        if not any(map(str.strip, cells)):
            continue
        if skip:
            skip = False
            continue
        count += 1
        if count > ROWS:
            raise Refused("data.table_too_long", limit=ROWS)
        if any(cell.strip() for cell in cells[width:]):
            raise Refused("refusals.ragged", cells=len(cells), columns=width)
        yield cells[:width] + [""] * (width - len(cells))


def _places(names: list[str], rows: list[list[str]], asked: dict[str, Any]) -> _Places:
    """``rows``: the first ones."""
    if not rows:
        raise Refused("data.table_empty")
    head = rows[:LOOKED_AT]
    known = [_named(one, names) for one in asked.get("known") or []]
    named = [_named(one, names) for one in asked.get("values") or []]
    id_ = _named(asked["id"], names) if asked.get("id") else None
    taken = {*known, *named, id_}
    time = _named(asked["time"], names) if asked.get("time") else _time(names, head, taken)
    if time is None:
        raise Refused("forecast.no_times")
    left = [k for k in range(len(names)) if k not in taken and k != time]
    if id_ is None and asked.get("id") is None:
        id_ = _id(names, rows, time, left)
    numeric = [k for k in left if k != id_ and _share(head, k, is_number) >= NUMERIC]
    values = named or numeric
    if not values:
        raise Refused("forecast.no_numbers")
    return _Places(time, values, known, id_)


def _named(asked: str, names: list[str]) -> int:
    found = [name for name in names if name == asked] or [n for n in names if n.casefold() == asked.casefold()]
    if not found:
        raise Refused("data.column_missing", column=cleaned(asked, LONGEST_NAME), known=", ".join(names[:20]))
    return names.index(found[0])


def _share(head: list[list[str]], place: int, is_so: Any) -> float:
    """Of the cells that hold something."""
    cells = [row[place] for row in head if not is_missing(row[place])]
    return sum(map(is_so, cells)) / len(cells) if cells else 0.0


def _time(names: list[str], head: list[list[str]], taken: set[int | None]) -> int | None:
    """The first column of times; a column of numbers only where its name says that they are times, and they rise."""
    free = [k for k in range(len(names)) if k not in taken]
    for place in free:
        if _share(head, place, lambda cell: is_time(cell) or is_plain(cell)) >= SHARE:
            return place
    for place in free:
        cells = [number(row[place]) for row in head]
        if names[place].strip().casefold() in TIMES and all(cell is not None and np.isfinite(cell) for cell in cells):
            return place
    return None


def _id(names: list[str], rows: list[list[str]], time: int, left: list[int]) -> int | None:
    """A column that tells rows of one moment apart: named as such, or of texts, first one that parts nearly all."""
    named = [k for k in left if names[k].strip().casefold() in IDS]
    if named:
        return named[0]
    moments_ = len({row[time] for row in rows})
    if moments_ > 0.9 * len(rows):
        return None
    texts = [k for k in left if _share(rows[:LOOKED_AT], k, is_number) < NUMERIC]
    pairs = {k: len({(row[time], row[k]) for row in rows}) for k in texts}
    whole = [k for k in texts if pairs[k] >= APART * len(rows)]
    return next((k for k in (whole or texts) if pairs[k] > moments_), None)


def _gathered(rows: Iterable[list[str]], places: _Places) -> dict[str, list[list[str]]]:
    """Rows by series, in the order of their first rows: time, values, known."""
    found: dict[str, list[list[str]]] = {}
    wanted = [places.time, *places.values, *places.known]
    for cells in rows:
        key = cleaned(cells[places.id], LONGEST_NAME) if places.id is not None else ""
        found.setdefault(key, []).append([cells[k] for k in wanted])
        if len(found) > SERIES:
            raise Refused("forecast.too_many_series", limit=SERIES)
    return found


def _series(cells: dict[str, list[list[str]]], names: list[str], places: _Places) -> Iterator[Line]:
    for key, rows in cells.items():
        titles = [cleaned(names[k], LONGEST_NAME) for k in places.values]
        titles = [" · ".join([key, title]) if key and len(titles) > 1 else key or title for title in titles]
        try:
            columns = list(zip(*rows, strict=True))
            count = len(places.values)
            known, known_names = _known(columns[1 + count :], [names[k] for k in places.known], len(rows))
            values = np.stack([numbers(column) for column in columns[1 : 1 + count]])
            placed = even(np.concatenate([values, known]), moments(plain(columns[0])))
            remarks = list(placed.remarks)
            if any(ZONE.search(cell) for cell in columns[0] if ":" in cell):
                remarks.append({"reason": "forecast.zones", "values": {}})
        except Refused as refused:
            yield from ({"name": title, "refused": refused.reason, "values": refused.values} for title in titles)
            continue
        for number_, title in enumerate(titles):
            yield _line(title, placed, number_, count, known_names, remarks)


def _line(title: str, placed: Even, row: int, count: int, known_names: list[str], remarks: list[Line]) -> Line:
    values = placed.values[row]
    there = np.flatnonzero(np.isfinite(values))
    if len(there) < LEAST:
        return {"name": title, "refused": "forecast.too_short", "values": {"least": LEAST, "known": len(there)}}
    first, end = int(there[0]), int(there[-1]) + 1
    known = _carried(placed.values[count:, first:])
    return {
        "name": title,
        "times": placed.times[first : None if known_names else end].tolist(),
        "values": [None if np.isnan(value) else value for value in values[first:end].tolist()],
        "known": known.tolist(),
        "known_names": known_names,
        "frequency": placed.frequency.model_dump(),
        "remarks": remarks,
    }


def _known(columns: Sequence[Sequence[str]], names: list[str], count: int) -> tuple[np.ndarray, list[str]]:
    """Columns known beforehand as numbers (column, n); of texts a column of 0 and 1 for each but the commonest."""
    rows: list[np.ndarray] = []
    titles: list[str] = []
    for name, column in zip(names, columns, strict=True):
        if all(number(cell) is not None for cell in column):
            rows.append(numbers(column))
            titles.append(name)
            continue
        texts = [cell.strip() for cell in column]
        kinds = sorted(set(texts), key=lambda text: (-texts.count(text), text))
        if len(kinds) > TEXTS:
            raise Refused("forecast.known_texts", column=cleaned(name, LONGEST_NAME), limit=TEXTS)
        for kind in kinds[1:]:
            rows.append(np.array([float(text == kind) for text in texts]))
            titles.append(f"{name} = {cleaned(kind, LONGEST_NAME)}")
    if len(rows) > KNOWN:
        raise Refused("forecast.too_many_known", limit=KNOWN)
    return np.stack(rows) if rows else np.zeros((0, count)), titles


def _carried(known: np.ndarray) -> np.ndarray:
    """Where nothing is said, what was said last; before that, what is said first. Nothing at all: zeros."""
    made = known.copy()
    for row in made:
        there = np.flatnonzero(np.isfinite(row))
        if not len(there):
            row[:] = 0
            continue
        last = np.searchsorted(there, np.arange(len(row)), side="right") - 1
        row[:] = row[there[np.maximum(last, 0)]]
    return made
