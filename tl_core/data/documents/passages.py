"""From a document's blocks to passages: what is found, shown and quoted.

A section stays whole where it fits; else it is cut between its blocks, a block too long at its sentences, lines or
rows. What belongs together stays: a term and what explains it, code and the sentence before it, a table's rows and the
names of its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import dedent, indent
from typing import NamedTuple

from tl_core.data.documents.document import Block
from tl_core.data.sentences import sentences

LONGEST = 1000  # characters: what an encoder of 256 tokens reads with the headings before it
SHORT = 200  # characters: a last part no longer goes with the one before it
MOST_OVER = 1.25  # of LONGEST, for a part that took such a one in
LONGEST_HEADING = 120  # characters
CODE = "    "  # before its lines


class Passage(NamedTuple):
    text: str
    heading: tuple[str, ...] = ()  # from the document's title down
    page: int | None = None  # that it begins on


class _Piece(NamedTuple):
    text: str
    page: int | None
    close: bool = False  # to the piece before it: a line's end is enough between them


def passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    """In the document's order; equal ones of one section once."""
    seen = set()
    for heading, section in _sections(blocks):
        for part in _parts(list(_pieces(section))):
            text = "".join(_joint(piece, place) + piece.text for place, piece in enumerate(part))
            if (heading, text) not in seen:
                seen.add((heading, text))
                yield Passage(text, heading, part[0].page)


def cut(text: str) -> list[str]:
    """A text without headings, in parts of a passage's length."""
    blocks = [Block("paragraph", line) for line in text.split("\n\n") if line.strip()]
    return [one.text for one in passages(blocks)]


def _sections(blocks: Iterable[Block]) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Each heading's path with the blocks up to the next heading."""
    path: list[tuple[int, str]] = []
    section: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            section.append(block)
            continue
        if section:
            yield tuple(text for _, text in path), section
        section = []
        while path and path[-1][0] >= block.level:
            path.pop()
        if block.text:
            path.append((block.level, _shortened(block.text)))
    if section:
        yield tuple(text for _, text in path), section


def _pieces(section: Sequence[Block]) -> Iterator[_Piece]:
    """What is not cut any more: blocks that fit, with what must stay with them, and parts of those too long."""
    held: _Piece | None = None  # waits for what belongs to it
    before = ""
    for block in section:
        for number, text in enumerate(_cut(block)):
            together = block.kind in ("code", "table") or before == "term"
            if held is not None and number == 0 and together and len(held.text) + len(text) < LONGEST:
                held = _Piece(f"{held.text}\n{text}", held.page, held.close)
                continue
            if held is not None:
                yield held
            held = _Piece(text, block.page, number > 0 or (block.kind == before == "item"))
        before = block.kind
    if held is not None:
        yield held


def _cut(block: Block) -> list[str]:
    if block.kind == "table":
        return _cut_table(block.rows)
    if block.kind == "code":
        return _filled(indent(dedent(block.text), CODE).split("\n"), "\n")
    text = f"- {block.text}" if block.kind == "item" else block.text
    if len(text) <= LONGEST:
        return [text]
    return _filled((text[span.start : span.end] for span in sentences(text)), " ")


def _cut_table(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Lines of cells, the names of the columns above each part."""
    lines = [f"| {' | '.join(cell.strip() for cell in row)} |" for row in rows]
    head = lines[0][: LONGEST // 2]
    if len(rows) == 1:
        return _filled(lines, "\n")
    return [f"{head}\n{part}" for part in _filled(lines[1:], "\n", LONGEST - len(head))]


def _filled(parts: Iterable[str], joint: str, longest: int = LONGEST) -> list[str]:
    """As many parts together as fit; one that is too long alone is cut between words, or anywhere."""
    found: list[str] = []
    for whole in parts:
        for part in _broken(whole, longest):
            if found and len(found[-1]) + len(joint) + len(part) <= longest:
                found[-1] += joint + part
            else:
                found.append(part)
    return found


def _broken(text: str, longest: int) -> Iterator[str]:
    while len(text) > longest:
        place = text.rfind(" ", longest // 2, longest)
        place = longest if place < 0 else place
        yield text[:place].rstrip()
        text = text[place:].lstrip(" ")
    if text:
        yield text


def _parts(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """A section's pieces, so many together that a passage is full, about as much in each."""
    whole = _length(pieces)
    wanted = whole / max(1, -(-whole // LONGEST))  # in each of as few as there can be
    parts: list[list[_Piece]] = []
    length = 0
    for piece in pieces:
        more = len(piece.text) + 2
        if parts and length + more <= LONGEST and length + more / 2 <= wanted:
            parts[-1].append(piece)
            length += more
        else:
            parts.append([piece])
            length = more
    if len(parts) > 1 and length < SHORT and _length(parts[-2]) + length < MOST_OVER * LONGEST:
        last = parts.pop()
        parts[-1] += last
    return iter(parts)


def _length(pieces: Iterable[_Piece]) -> int:
    return sum(len(piece.text) + 2 for piece in pieces)


def _joint(piece: _Piece, place: int) -> str:
    return "" if not place else "\n" if piece.close else "\n\n"


def _shortened(heading: str) -> str:
    return heading if len(heading) <= LONGEST_HEADING else f"{heading[: LONGEST_HEADING - 1]}…"
