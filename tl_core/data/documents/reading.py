"""A stranger's document -> its passages, and the questions they answer. Runs in the limited child, without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tl_core.data.documents import kinds
from tl_core.data.documents.document import Entry
from tl_core.data.documents.passages import Passage, cut, passages
from tl_core.data.languages import language_of
from tl_core.data.personal import masked, personal_data
from tl_core.data.refused import Refused
from tl_core.data.texts import clean, composed

SECONDS = 300  # CPU time for one document
MEMORY_MB = 2500
MOST_PASSAGES = 50_000  # of one document
TELLING = 500  # characters that tell a passage's language
LONGEST_QUESTION = 2000  # characters


def read(item: dict) -> dict:
    """``{"path", "name", "columns", "mask"}`` -> ``{"passages", "questions", "remarks"}``.

    Passages as ``{"id", "text", "place", "traits"}``, questions as ``{"text", "answer", "passages", "documents",
    "unanswerable", "group", "origin"}``. Raises ``Refused`` (areas refusals and data).
    """
    name = item["name"]
    document = kinds.read(Path(item["path"]), name, item.get("columns"))
    hide = masked if item.get("mask") else str
    told: dict[str, dict[str, Any]] = {}  # by id
    for one in passages(document.blocks):
        _add(told, name, one, hide)
    questions = [_question(told, name, entry, hide, document.threads) for entry in document.entries]
    if not told and not questions:
        raise Refused("refusals.empty_text")
    if len(told) > MOST_PASSAGES:
        raise Refused("refusals.document_passages", limit=MOST_PASSAGES)
    return {"passages": list(told.values()), "questions": questions, "remarks": document.remarks}


def _question(
    told: dict[str, dict[str, Any]], name: str, entry: Entry, hide: Callable[[str], str], threads: bool
) -> dict[str, Any]:
    """Its answer becomes passages, unless the same answer stood there before, or it is known which answer."""
    text, answer = hide(clean(entry.question)[:LONGEST_QUESTION]), composed(entry.answer).strip()
    own = entry.passages or dict.fromkeys(_add(told, name, Passage(part), hide, text) for part in cut(answer))
    return {
        "text": text,
        "answer": hide(answer),
        "passages": list(own),
        "unanswerable": entry.unanswerable,
        "documents": list(entry.documents),
        "group": entry.thread,
        "origin": "thread" if threads else "table",
    }


def _add(
    told: dict[str, dict[str, Any]], name: str, one: Passage, hide: Callable[[str], str], asked: str | None = None
) -> str:
    """Equal passages of a document are one; its id."""
    text = hide(composed(one.text).strip("\n"))
    heading = [hide(composed(line)) for line in one.heading]
    traits: dict[str, str | int] = {"characters": len(text), "language": language_of(text[:TELLING])}
    if kinds_found := personal_data("\n".join([*heading, text, asked or ""])):
        traits["personal"] = " ".join(kinds_found)
    own = passage_id(name, heading, text)
    place = {"heading": heading, "page": one.page, "number": len(told), "asked": asked}
    told.setdefault(own, {"id": own, "text": text, "place": place, "traits": traits})
    return own


def passage_id(document: str, heading: list[str], text: str) -> str:
    """The same as long as the passage is the same: 16 hexadecimal digits of sha256."""
    content = json.dumps([document, heading, text], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
