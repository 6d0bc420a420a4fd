"""Word documents (DOCX): a zip of XML, so looked at as one before anything is parsed."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tl_core.data.documents.document import Block, Document
from tl_core.data.refused import Refused
from tl_core.data.sizes import check_size

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

LARGEST = 200_000_000  # bytes; most of a large one are its pictures
UNPACKED = 500_000_000  # bytes of all parts, which are read into memory
RATIO = 200  # unpacked / packed: honest XML reaches 30
SMALL = 10_000_000  # bytes below which the ratio says nothing
PARTS = 10_000
LOCKED = b"\xd0\xcf\x11\xe0"  # an older container, which also holds what has a password
HEADING = re.compile(r"heading (\d)|berschrift (\d)|titre (\d)|t[íi]tulo (\d)", re.IGNORECASE)
ITEMS = ("List", "Liste", "Lista")


def read(path: Path) -> Document:
    """Raises ``Refused`` (area refusals)."""
    check_size(path, LARGEST)
    _check(path)
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        with path.open("rb") as file:  # not its name: it may have none of its own
            found = docx.Document(file)
    except (
        OpcError, etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, AttributeError, EOFError,
        OSError,
    ):  # fmt: skip
        raise Refused("refusals.document_damaged") from None
    return Document([block for one in found.iter_inner_content() for block in _blocks(one)])


def _check(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) == LOCKED:
            raise Refused("refusals.document_old")
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("refusals.document_damaged") from None
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if len(infos) > PARTS or unpacked > UNPACKED or (unpacked > SMALL and unpacked > RATIO * max(1, packed)):
        raise Refused("refusals.bomb")


def _blocks(one: Paragraph | Table) -> Iterator[Block]:
    rows = getattr(one, "rows", None)
    if rows is None:
        yield from _paragraph(one)  # type: ignore[arg-type]
        return
    table = [_cells(row) for row in rows]
    table = [row for row in table if any(row)]
    if table and max(map(len, table)) > 1:
        yield Block("table", rows=tuple(table))
    else:  # a frame around a text
        yield from (Block("paragraph", cell) for row in table for cell in row)


def _cells(row: object) -> tuple[str, ...]:
    """Of a row; a cell that spans several columns once."""
    found: list[str] = []
    before = None
    for cell in row.cells:  # type: ignore[attr-defined]
        if cell._tc is not before:
            found.append(" ".join(cell.text.split()))
        before = cell._tc
    return tuple(found)


def _paragraph(one: Paragraph) -> Iterator[Block]:
    text = " ".join(one.text.split())
    if not text:
        return
    style = (one.style.name or "") if one.style is not None else ""
    level = HEADING.match(style)
    if level:
        yield Block("heading", text, int(next(filter(None, level.groups()))))
    elif style in ("Title", "Titel", "Titre"):
        yield Block("heading", text, 0)
    elif style.startswith(ITEMS) or _numbered(one):
        yield Block("item", text)
    else:
        yield Block("paragraph", text)


def _numbered(one: Paragraph) -> bool:
    properties = one._p.pPr
    return properties is not None and properties.numPr is not None
