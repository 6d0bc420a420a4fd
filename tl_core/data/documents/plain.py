"""Plain text, and reStructuredText as far as it shows: underlined titles, lists, indented blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tl_core.data.documents.document import Block, Document
from tl_core.data.texts import composed, decoded

LARGEST = 20_000_000  # bytes
UNDERLINE = re.compile(r"([=\-~^\"'`#*+:.<>_])\1{2,}")
NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.? +(?=[^\W\d_a-z])")
ITEM = re.compile(r"(?:[-*+•‣◦]|\d{1,3}[.)]|[a-z][.)]) +(?=\S)")
LONGEST_TITLE = 100  # characters
INDENT = re.compile(r"(?: {3,}|\t)")


def read(path: Path) -> Document:
    """Raises ``Refused`` (area refusals)."""
    text, encoding = decoded(path, LARGEST)
    return Document(list(blocks(composed(text)))).with_doubt(text, encoding)


def blocks(text: str, *, loose: bool = True) -> Iterator[Block]:
    """Paragraphs are parted by blank lines, titles are underlined; ``loose``: or numbered, or in capitals."""
    known: list[str] = []  # signs of underlines, the highest title's first
    for lines in _groups(text):
        title, lines = _underlined(lines, known)
        if title:
            yield title
        if not lines:
            continue
        if loose and len(lines) == 1 and (level := _standing_out(lines[0])):
            yield Block("heading", lines[0].strip(), level)
        elif all(INDENT.match(line) for line in lines) and not ITEM.match(lines[0].strip()):
            yield Block("code", "\n".join(lines))
        else:
            yield from _listed(lines)


def _groups(text: str) -> Iterator[list[str]]:
    group: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            group.append(line.rstrip().replace("\t", "    "))
        elif group:
            yield group
            group = []
    if group:
        yield group


def _underlined(lines: list[str], known: list[str]) -> tuple[Block | None, list[str]]:
    """The title that a group begins with, and the rest of it."""
    over = len(lines) > 2 and UNDERLINE.fullmatch(lines[0].strip()) and lines[0].strip() == lines[2].strip()
    rest = lines[1:] if over else lines
    if len(rest) < 2 or not (under := UNDERLINE.fullmatch(rest[1].strip())) or UNDERLINE.fullmatch(rest[0].strip()):
        return None, lines
    title = rest[0].strip()
    if len(rest[1].strip()) < 0.6 * len(title):
        return None, lines
    sign = under[1] * (2 if over else 1)
    if sign not in known:
        known.append(sign)
    return Block("heading", title, known.index(sign) + 1), rest[2:]


def _standing_out(line: str) -> int:
    """The level of a title that stands alone; 0: it is none."""
    title = line.strip()
    if len(title) > LONGEST_TITLE or line.startswith(" ") or title.endswith((".", ",", ";", ":", "?", "!")):
        return 0
    if number := NUMBERED.match(title):
        return number[1].count(".") + 1
    return 1 if title.isupper() and sum(map(str.isalpha, title)) > 3 else 0


def _listed(lines: list[str]) -> Iterator[Block]:
    """A paragraph, or the items of a list with their further lines."""
    part: list[str] = []
    kind = "paragraph"
    for line in lines:
        item = ITEM.match(line.strip())
        if item and part:
            yield Block("item" if kind == "item" else "paragraph", " ".join(part))
            part = []
        if item:
            kind = "item"
        part.append(line.strip()[item.end() :] if item else line.strip())
    if part:
        yield Block("item" if kind == "item" else "paragraph", " ".join(part))
