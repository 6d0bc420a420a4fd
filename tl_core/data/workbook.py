"""Spreadsheets (XLSX): a zip of XML, so looked at as one before anything is parsed."""

from __future__ import annotations

import datetime
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tl_core.data.refused import Refused

os.environ["OPENPYXL_LXML"] = "False"  # before openpyxl: its other parser is the one that defusedxml guards

UNPACKED = 1_000_000_000  # bytes of all parts
PARTS = 5_000
COLUMNS = 500
CELL = 1_000_000  # characters


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets that hold cells, in order. Raises ``Refused``."""
    _check(path)
    book = _open(path, values=True)
    names = [sheet.title for sheet in book.worksheets]
    book.close()
    if not names:
        raise Refused("data.table_empty")
    return names


def rows(path: Path, sheet: str | None, widest: int = COLUMNS) -> Iterator[tuple[int, list[str] | Refused]]:
    """Every row of the sheet (the first one if none is named), as a spreadsheet counts them; ``widest`` cells of it.

    A formula counts by the value last shown; a row with a formula that was never computed is refused.
    """
    _check(path)
    values, formulas = _open(path, values=True), _open(path, values=False) if _has_formulas(path) else None
    names = [each.title for each in values.worksheets]
    if sheet is not None and sheet not in names:
        raise Refused("data.sheet_missing", sheet=sheet)
    title = sheet if sheet is not None else names[0]
    sheets = [book[title] for book in (values, formulas) if book is not None]
    for each in sheets:
        each.reset_dimensions()  # what the file says of its size is often wrong
    streams = [each.iter_rows(values_only=True) for each in sheets]
    for number, both in enumerate(zip(*streams, strict=False), start=1):
        shown, *written = (row[:widest] for row in both)
        if written and any(a is None and _is_formula(b) for a, b in zip(shown, written[0], strict=False)):
            yield number, Refused("refusals.formula")
        elif any(isinstance(cell, str) and len(cell) > CELL for cell in shown):
            yield number, Refused("refusals.cell_too_big", limit=CELL)
        else:
            yield number, [_text(cell) for cell in shown]


def _check(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("data.workbook_broken") from None
    if any(info.flag_bits & 1 for info in infos):
        raise Refused("data.workbook_locked")
    if len(infos) > PARTS or sum(info.file_size for info in infos) > UNPACKED:
        raise Refused("data.workbook_too_big")


def _open(path: Path, values: bool) -> Any:
    import openpyxl

    try:
        file = path.open("rb")  # not its name: openpyxl judges files by that, and members of zips have none
        return openpyxl.load_workbook(file, read_only=True, data_only=values, keep_links=False)
    except MemoryError:
        raise
    except Exception:  # openpyxl lets through whatever its parsers raise over odd content
        raise Refused("data.workbook_broken") from None


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as parts:
        for info in parts.infolist():
            if info.filename.startswith("xl/worksheets/"):
                with parts.open(info) as part:
                    before = b""
                    while block := part.read(1 << 20):
                        if b"<f>" in before + block or b"<f " in before + block:
                            return True
                        before = block[-3:]
    return False


def _is_formula(cell: object) -> bool:
    if isinstance(cell, str):
        return cell.startswith("=")
    return type(cell).__name__ in ("ArrayFormula", "DataTableFormula")


def _text(cell: object) -> str:
    """As a person sees it, roughly: 5.0 is 5, a date is written the ISO way."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
        case datetime.date() | datetime.time():
            return cell.isoformat()
        case _:
            return str(cell)
