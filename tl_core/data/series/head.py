"""The beginning of a table of numbers: one that is too wide, or holds nothing, is refused before more of it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tl_core.data import delimited, tables
from tl_core.data.refused import Refused

MARKS = (b",", b"\t", b";", b"|")


def check_width(path: Path, widest: int) -> None:
    """By the signs in the first line, before any reader is asked to part it. Raises ``Refused`` (area data)."""
    with open(path, "rb") as file:
        line = file.readline(tables.LARGEST)
    if not line.startswith((b"PK", b"PAR1")) and max(map(line.count, MARKS)) >= 2 * widest:
        raise Refused("data.too_many_columns", limit=widest)


def readable_rows(head: Sequence[delimited.Row], widest: int) -> tuple[list[list[str]], int]:
    """Rows that hold something, and the width of the longest of them. Raises ``Refused`` (area data)."""
    readable = [cells for _, cells in head if not isinstance(cells, Refused) and any(map(str.strip, cells))]
    if not readable:
        raise Refused("data.table_empty")
    width = max(map(len, readable))
    if width > widest:
        raise Refused("data.too_many_columns", limit=widest)
    return readable, width
