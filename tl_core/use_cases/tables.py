"""Figures as a spreadsheet takes them: exact, however they are rounded on the page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tl_core.domain.report import Metric
from tl_core.runs.answers_file import safe_cell
from tl_core.words import say

LONGEST = 60  # characters of a file's name, before its ending


class Exact(NamedTuple):
    """A cell that is shown rounded and kept as it is."""

    shown: str
    value: float | Metric
    unit: str = ""  # of ``value``, said in the file's head: "seconds"


Cell = str | int | float | Metric | Exact
Row = Mapping[str, Cell]


def csv_of(rows: Sequence[Row]) -> bytes:
    """A head and a line each; numbers stay numbers, a text that would run as a formula gets an apostrophe.

    A metric takes three columns: itself and the ends of its interval, empty where there is none.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    wide = {name: any(isinstance(_bare(row.get(name, "")), Metric) for row in rows) for name in names}
    units = {
        name: next((cell.unit for row in rows if isinstance(cell := row.get(name), Exact) and cell.unit), "")
        for name in names
    }
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    if rows:
        writer.writerow([head for name in names for head in _heads(name, units[name], wide[name])])
    for row in rows:
        writer.writerow([cell for name in names for cell in _cells(row.get(name, ""), wide[name])])
    return stream.getvalue().encode("utf-8")


def file_name(*parts: str) -> str:
    """A speaking one for a downloaded table, without its ending: "my-scans-hit-rate-per-class"."""
    said = "-".join(re.sub(r"[^\w]+", "-", part.casefold()).strip("-_") for part in parts if part)
    return said[:LONGEST].strip("-_") or "table"


def _heads(name: str, unit: str, wide: bool) -> Iterator[str]:
    yield safe_cell(f"{name} ({unit})" if unit else name)
    if wide:
        yield safe_cell(say("shell.table_low", name=name))
        yield safe_cell(say("shell.table_high", name=name))


def _cells(cell: Cell, wide: bool) -> Iterator[object]:
    bare = _bare(cell)
    if isinstance(bare, Metric):
        yield from (bare.value, *("" if end is None else end for end in (bare.low, bare.high)))
        return
    yield bare if isinstance(bare, int | float) else safe_cell(bare)
    if wide:
        yield from ("", "")


def _bare(cell: Cell) -> str | int | float | Metric:
    return cell.value if isinstance(cell, Exact) else cell
