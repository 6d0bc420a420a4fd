"""A stranger's text, from a file or a cell -> clean text with its traits. Runs in the limited child, without torch."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

from tl_core.data.encodings import guess, looks_binary
from tl_core.data.languages import language_of
from tl_core.data.refused import Refused
from tl_core.data.sizes import check_size

TABLES, LISTS = True, False  # texts and their classes may come as a table
LARGEST = 10_000_000  # bytes of a text file
LONGEST = 100_000  # characters kept; no starting model reads a tenth of that
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
SPACES = re.compile(r"[ \t\u00a0]+")
BLANK_LINES = re.compile(r"\n\s*\n\s*")
BINARY_STARTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def read(item: dict) -> dict:
    """``{"path"}`` of a text file, or ``{"text"}`` -> ``{"id", "text", "traits", "remarks"}``.

    Raises ``Refused`` (area refusals).
    """
    encoding = None
    text = item.get("text")
    if text is None:
        text, encoding = _decoded(Path(item["path"]))
    text = clean(text)
    if not text:
        raise Refused("refusals.empty_text")
    remarks = []
    if len(text) > LONGEST:
        remarks.append({"reason": "refusals.cut", "values": {"limit": LONGEST}})
        text = text[:LONGEST].rstrip()
    elif encoding and "\ufffd" in text:
        remarks.append({"reason": "refusals.undecodable", "values": {"encoding": encoding}})
    return {
        "id": hashlib.sha256(text.encode()).hexdigest()[:16],
        "text": text,
        "traits": {"characters": len(text), "language": language_of(text)},
        "remarks": remarks,
    }


def clean(text: str) -> str:
    """Composed characters, no control signs, single spaces, no blank lines in a row."""
    text = unicodedata.normalize("NFC", UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return BLANK_LINES.sub("\n\n", SPACES.sub(" ", text)).strip()


def _decoded(path: Path) -> tuple[str, str]:
    check_size(path, LARGEST)
    content = path.read_bytes()
    if content.startswith(BINARY_STARTS):
        raise Refused("refusals.not_a_text")
    encoding = guess(content[:65536])
    if looks_binary(content[:65536], encoding):
        raise Refused("refusals.not_a_text")
    return content.decode(encoding, "replace"), encoding
