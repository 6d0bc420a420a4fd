"""Figures as a spreadsheet takes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from tl_core.runs.answers_file import safe_cell


def csv_of(rows: Sequence[Mapping[str, object]]) -> bytes:
    """A head and a line each; numbers stay numbers, a text that would run as a formula gets an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    if rows:
        writer.writerow([safe_cell(name) for name in rows[0]])
    for row in rows:
        writer.writerow([cell if isinstance(cell, int | float) else safe_cell(str(cell)) for cell in row.values()])
    return stream.getvalue().encode("utf-8")
