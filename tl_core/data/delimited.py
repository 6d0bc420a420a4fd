"""Tables as text: CSV, TSV and what people call so. Which sign parts the cells, which quotes hold them together."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from tl_core.data.refused import Refused

CELL = 1_000_000  # characters
LINE = 100  # characters of the first line that could be a spreadsheet's own
HEAD = 1 << 18  # characters looked at to choose the delimiter
ROWS_LOOKED_AT = 500
DELIMITERS = (",", "\t", ";", "|")
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # spreadsheets write it for themselves
FINE = 0.98  # share of rows as wide as most rows

Style = dict[str, Any]  # arguments of csv.reader
STYLES: tuple[Style, ...] = (
    {"skipinitialspace": True, "strict": True},  # quotes doubled inside quotes, as the standard says
    {"skipinitialspace": True, "strict": True, "escapechar": "\\", "doublequote": False},
    {"quoting": csv.QUOTE_NONE},  # quotes are only signs; those around a whole cell are taken off afterwards
    {"skipinitialspace": True},
)

Row = tuple[int, list[str] | Refused]  # number as a spreadsheet counts, from 1; cells


def guess_delimiter(path: Path, encoding: str, name: str) -> str:
    """The sign that parts the first rows most evenly; what the file's name says when none does."""
    with _opened(path, encoding) as file:
        first = SEPARATOR_LINE.fullmatch(file.readline(LINE))
        if first:
            return first[1]
        file.seek(0)
        head = file.read(HEAD)
    prior = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    ranked = [
        (_evenness(io.StringIO(head, newline=""), d, STYLES[0], ROWS_LOOKED_AT)[0], d == prior, d) for d in DELIMITERS
    ]
    best = max(ranked, key=lambda entry: entry[:2])
    return best[2] if best[0] > 0 else prior


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Every row of the file. A cell that is far too long refuses its row; other odd quotes never do.

    Characters that the encoding does not know come as U+FFFD.
    """
    csv.field_size_limit(CELL)
    style = _style(path, encoding, delimiter)
    with _opened(path, encoding) as file:
        skipped = _skip_separator_line(file)
        reader = csv.reader(file, delimiter=delimiter, **style)
        number = skipped
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield number, Refused("refusals.cell_too_big", limit=CELL)
                continue
            if style.get("quoting") == csv.QUOTE_NONE:
                cells = [_unquoted(cell) for cell in cells]
            yield number, cells


def _opened(path: Path, encoding: str) -> TextIO:
    return open(path, encoding=encoding, errors="replace", newline="")  # "": a lone CR ends a line too


def _skip_separator_line(file: TextIO) -> int:
    if SEPARATOR_LINE.fullmatch(file.readline(LINE)):
        return 1
    file.seek(0)
    return 0


def _style(path: Path, encoding: str, delimiter: str) -> Style:
    """The first style that fits the whole file, else the one that finds the most rows of one width."""
    best: tuple[float, Style] = (-1.0, STYLES[-1])
    for style in STYLES:
        if "escapechar" in style and not _escapes_quotes(path, encoding):
            continue
        with _opened(path, encoding) as file:
            _skip_separator_line(file)
            evenness, count = _evenness(file, delimiter, style, None)
        if style.get("strict") and evenness >= FINE:
            return style
        if evenness * count > best[0]:
            best = (evenness * count, style)
    return {name: value for name, value in best[1].items() if name != "strict"}


def _escapes_quotes(path: Path, encoding: str) -> bool:
    with _opened(path, encoding) as file:
        return any('\\"' in block for block in iter(lambda: file.read(HEAD), ""))


def _evenness(lines: Iterable[str], delimiter: str, style: Style, most: int | None) -> tuple[float, int]:
    """Share and number of the rows of the most frequent width, 0 where that is one cell.

    0 too when the style does not fit the whole (``most`` is None); else what was read before that counts.
    """
    widths: Counter[int] = Counter()
    try:
        for cells in islice(csv.reader(lines, delimiter=delimiter, **style), most):
            if any(cells):
                widths[len(cells)] += 1
    except csv.Error:
        if most is None:
            return 0.0, 0
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return (count / widths.total(), count) if width > 1 else (0.0, 0)


def _unquoted(cell: str) -> str:
    text = cell.strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else cell
