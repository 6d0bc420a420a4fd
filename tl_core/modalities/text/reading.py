"""A stranger's text, from a file or a cell -> clean text with its traits. Runs in the limited child, without torch."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tl_core.data.languages import language_of
from tl_core.data.refused import Refused
from tl_core.data.texts import clean, decoded

TABLES, LISTS = True, False  # texts and their classes may come as a table
LARGEST = 10_000_000  # bytes of a text file
LONGEST = 100_000  # characters kept; no starting model reads a tenth of that


def read(item: dict) -> dict:
    """``{"path"}`` of a text file, or ``{"text"}`` -> ``{"id", "text", "traits", "remarks"}``.

    Raises ``Refused`` (area refusals).
    """
    encoding = None
    text = item.get("text")
    if text is None:
        text, encoding = decoded(Path(item["path"]), LARGEST)
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
