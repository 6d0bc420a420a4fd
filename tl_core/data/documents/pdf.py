"""PDF: text with its pages. Scripts, forms and pictures in it are never looked at.

Titles are known by the outline where there is one, else by larger letters (``layout``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tl_core.data.documents import layout
from tl_core.data.documents.document import Block, Document
from tl_core.data.documents.layout import Line
from tl_core.data.refused import Refused
from tl_core.data.sizes import check_size
from tl_core.data.texts import composed

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

LARGEST = 500_000_000  # bytes
PAGES = 3000
LETTERS = 8  # a page, below which a document is a stack of pictures
DEEPEST = 6  # levels of an outline that are read
TITLES = 5000  # of an outline
NO_TITLE = re.compile(r"untitled|^microsoft|\.(?:docx?|indd|pdf|tex|dvi|fm|pptx?)\b|^[\W\d_]*$|[/\\]", re.IGNORECASE)


def read(path: Path) -> Document:
    """Raises ``Refused`` (area refusals)."""
    from pypdf.errors import PyPdfError

    check_size(path, LARGEST)
    with path.open("rb") as file:
        try:
            reader, count = _opened(file)
        except PyPdfError:
            raise Refused("refusals.document_damaged") from None
        if count > PAGES:
            raise Refused("refusals.document_pages", count=count, limit=PAGES)
        pages, lost = _pages(reader)
        letters = sum(map(str.isalnum, "".join(line.text for page in pages for line in page)))
        if letters < LETTERS * max(1, len(pages)):
            raise Refused("refusals.document_images")
        title = _title(reader)
        blocks = list(layout.blocks(pages, _outline(reader)))
    empty = sum(not page for page in pages) - lost
    remarks = [("document_lost", lost), ("document_blank", empty)]
    return Document(
        [Block("heading", title, 0), *blocks] if title else blocks,
        remarks=[
            {"reason": f"refusals.{name}", "values": {"count": count, "pages": len(pages)}}
            for name, count in remarks
            if count
        ],
    )


def _opened(file: BinaryIO) -> tuple[PdfReader, int]:
    """With the number of its pages. What only forbids changes opens without a password."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(file)
    if reader.is_encrypted:
        try:
            opens = bool(reader.decrypt(""))
        except (DependencyError, NotImplementedError):  # a cipher that is not there
            opens = False
        if not opens:
            raise Refused("refusals.document_locked")
    return reader, len(reader.pages)


def _pages(reader: PdfReader) -> tuple[list[list[Line]], int]:
    """Lines of each page, and how many pages could not be read."""
    found: list[list[Line]] = []
    lost = 0
    for page in reader.pages:
        try:
            found.append(_lines(page))
        except MemoryError:
            raise
        except Exception:  # pypdf lets through whatever odd content makes of it: this page is out, the others go on
            found.append([])
            lost += 1
    return found, lost


def _lines(page: PageObject) -> list[Line]:
    """In the order in which they are written; how large, how high, whether bold."""
    gathered = layout.Gathered()

    def visit(text: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        height = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        scale = max(abs(inner[3]), abs(inner[1])) * max(abs(outer[3]), abs(outer[1]))
        bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        gathered.add(text, size * scale, height, bold)

    page.extract_text(visitor_text=visit)
    return [line._replace(text=composed(line.text)) for line in gathered.lines()]


def _outline(reader: PdfReader) -> dict[int, list[tuple[int, str]]]:
    """Page (from 0) -> level (from 1) and title of what begins there; empty where there is none that can be read."""
    found: dict[int, list[tuple[int, str]]] = {}

    def through(entries: list[Any], level: int) -> Iterator[tuple[int, int, str]]:
        for entry in entries:
            if isinstance(entry, list):
                if level < DEEPEST:
                    yield from through(entry, level + 1)
            elif (page := reader.get_destination_page_number(entry)) is not None:
                yield page, level, str(entry.title)

    try:
        for count, (page, level, title) in enumerate(through(reader.outline, 1)):
            if count >= TITLES:
                break
            found.setdefault(page, []).append((level, title))
    except MemoryError:
        raise
    except Exception:  # the text is worth more than its outline
        return {}
    return found


def _title(reader: PdfReader) -> str:
    try:
        title = " ".join(composed(str(reader.metadata.title or "") if reader.metadata else "").split())
    except Exception:  # as above
        return ""
    return "" if len(title) > 120 or NO_TITLE.search(title) else title
