"""Which reader a file gets: by how its name ends, and by its first bytes, which must not say otherwise."""

from __future__ import annotations

import importlib
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from tl_core.data.documents.document import Document
from tl_core.data.refused import Refused

HEAD = 4096  # bytes looked at
PACKED = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0"  # Office before 2007, and what Office locks with a password
HTML_STARTS = (b"<!doctype html", b"<html")


class DocumentKind(NamedTuple):
    name: str  # also the module here whose ``read(path)`` reads it
    endings: tuple[str, ...]
    tabular: bool = False  # its ``read`` wants to know the file's name and columns, too


KINDS = (
    DocumentKind("pdf", (".pdf",)),
    DocumentKind("docx", (".docx", ".docm")),
    DocumentKind("html", (".html", ".htm", ".xhtml")),
    DocumentKind("markdown", (".md", ".markdown", ".mdx")),
    DocumentKind("rest", (".rst",)),
    DocumentKind("plain", (".txt", ".text", ".adoc", ".log")),
    DocumentKind(
        "tables", (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".jsonl", ".ndjson", ".json", ".parquet"), tabular=True
    ),
)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)


def kind_of(path: Path, name: str) -> DocumentKind:
    """Of a file that is called ``name``. Raises ``Refused`` (area refusals)."""
    ending = Path(name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refused("refusals.empty_file")
    told = _by_bytes(path, head)
    named = next((kind for kind in KINDS if ending in kind.endings), None)
    if told is not None and (named is None or told != named.name):
        named = next((kind for kind in KINDS if kind.name == told), None)
        if told == "tables" and named:  # a workbook under another name
            raise Refused("refusals.document_ending", ending=ending or name, right=".xlsx")
    if named is None:
        old = head.startswith(OLD) or ending in (".doc", ".rtf", ".odt", ".ppt", ".pptx", ".epub")
        raise Refused("refusals.document_old" if old else "refusals.not_a_document")
    if told is None and named.name in ("pdf", "docx"):
        raise Refused("refusals.document_old" if head.startswith(OLD) else "refusals.document_damaged")
    return named


def read(path: Path, name: str, columns: dict[str, Any] | None = None) -> Document:
    """Raises ``Refused`` (areas refusals and data)."""
    kind = kind_of(path, name)
    module = importlib.import_module(f"tl_core.data.documents.{kind.name}")
    return module.read(path, name, columns) if kind.tabular else module.read(path)


def _by_bytes(path: Path, head: bytes) -> str | None:
    """What kind the file must be; None where bytes tell nothing."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(PACKED):
        return _of_office(path)
    return "html" if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower().startswith(HTML_STARTS) else None


def _of_office(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("refusals.document_damaged") from None
    return "docx" if "word/document.xml" in names else "tables" if "xl/workbook.xml" in names else None
