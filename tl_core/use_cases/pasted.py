"""Lines that a person pastes, kept as a table in the inbox: a text a line, or cells as a spreadsheet copies them."""

from __future__ import annotations

import csv
import io

from tl_core.data.columns import has_header
from tl_core.domain.fault import InputFault
from tl_core.use_cases import uploads

MOST = 2_000_000  # characters
NAME = "pasted.csv"


def paste(token: str, text: str) -> int:
    """Write what was pasted as a table; how many rows it has. Raises InputFault where there is nothing, or too much.

    With a tab in it, it is cells: of two columns without a header the longer holds the texts, the other the classes.
    """
    if len(text) > MOST:
        raise InputFault("uploads.paste_too_long", limit=MOST)
    rows = _cells(text) if "\t" in text else [[line.strip()] for line in text.splitlines()]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise InputFault("uploads.paste_empty")
    width = max(map(len, rows))
    if width == 1:
        rows.insert(0, ["text"])
    elif width == 2 and not has_header(rows):
        lengths = [sum(len(row[place]) for row in rows if len(row) > place) for place in range(width)]
        rows.insert(0, ["text", "label"] if lengths[0] >= lengths[1] else ["label", "text"])
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(row + [""] * (width - len(row)) for row in rows)
    with uploads.Arrival(token, NAME) as file:
        file.write(stream.getvalue().encode("utf-8", "replace"))
    return len(rows)


def _cells(text: str) -> list[list[str]]:
    """As spreadsheets copy them: cells with line breaks stand in quotes."""
    csv.field_size_limit(MOST)
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=quoting, strict=True)
        try:
            return list(reader)
        except csv.Error:  # quotes that are only signs
            continue
    return [line.split("\t") for line in text.splitlines()]
