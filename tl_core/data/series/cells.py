"""Cells of a table -> numbers. What is empty, or stands for nothing, is a gap; any other text is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tl_core.data.names import cleaned
from tl_core.data.refused import Refused

MISSING = {"", "?", "na", "n/a", "#n/a", "nan", "null", "none", "-", ".", "missing"}
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
SHOWN = 30  # characters of a cell that a sentence quotes


def number(cell: str) -> float | None:
    """NaN for a gap, None for a text."""
    text = cell.strip()
    try:
        found = float(text)
    except ValueError:
        pass
    else:
        return found if "_" not in text else None  # Python's own way to write thousands is nobody else's
    folded = text.casefold()
    if folded in MISSING:
        return float("nan")
    return float(text.replace(",", ".")) if DECIMAL_COMMA.fullmatch(text) else None


def is_missing(cell: str) -> bool:
    return cell.strip().casefold() in MISSING


def is_number(cell: str) -> bool:
    """A number, not a gap."""
    found = number(cell)
    return found is not None and not is_missing(cell)


def numbers(cells: Sequence[str]) -> np.ndarray:
    """(n,) float64, NaN for gaps. Raises ``Refused`` (area refusals) where a text stands for a number."""
    try:
        return np.array(cells, dtype=np.float64)  # all of them numbers, most likely
    except ValueError:
        found = [number(cell) for cell in cells]
    for cell, value in zip(cells, found, strict=True):
        if value is None:
            raise Refused("refusals.series_text", cell=cleaned(cell, SHOWN))
    return np.array(found, dtype=np.float64)
