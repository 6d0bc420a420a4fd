"""From lines that lie on pages to headings, paragraphs and items: what a reader of the pages sees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from tl_core.data.documents.document import Block
from tl_core.data.documents.plain import ITEM

EDGE = 2  # lines at the top and at the bottom of a page that may be a running header or footer
OFTEN = 3  # pages with the same line there
SHARE = 0.2  # of all pages, for one that holds no number
LARGER = 1.15  # letters of a title / letters of the text
LONGEST_TITLE = 150  # characters
APART = 1.4  # distance between paragraphs / distance between lines
GAP = 1.8  # distance of a running header from the text / distance between lines
FULL = 0.8  # of the widest line, from which on a line is full
LEADERS = re.compile(r"(?:\.\s?){5,}\s*[\divxlc]+\s*$", re.IGNORECASE)  # a table of contents
NUMBER_ALONE = re.compile(r"\W*(?:(?:page|seite|p\.)\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of|von)\s*\d+)?\W*", re.I)
BULLET = re.compile(r"[•‣◦▪●■–·]\s*")
BEFORE = re.compile(r"(?:chapter|section|appendix|part|kapitel|abschnitt|anhang|teil)?(?:[a-z]?\d{0,6}|[ivxlc]{1,5})")
ENDED = re.compile(r"[.!?:;]\W*$")


class Line(NamedTuple):
    text: str
    size: float  # of its letters, in points
    height: float  # above the page's lower edge, in points
    bold: bool


class Gathered:
    """Pieces of text as a page's program draws them, joined to lines."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._text = ""
        self._sizes: Counter[tuple[float, bool]] = Counter()  # characters
        self._height: float | None = None

    def add(self, text: str, size: float, height: float, bold: bool) -> None:
        for place, part in enumerate(text.split("\n")):
            if place:
                self._end()
            if part.strip():
                self._sizes[round(size, 1), bold] += len(part.strip())
                self._height = height if self._height is None else self._height
            self._text += part

    def lines(self) -> list[Line]:
        self._end()
        return self._lines

    def _end(self) -> None:
        text = " ".join(self._text.split())
        if text and self._height is not None:
            (size, bold), _ = self._sizes.most_common(1)[0]
            self._lines.append(Line(text, size, self._height, bold))
        self._text, self._height = "", None
        self._sizes.clear()


def blocks(pages: Sequence[Sequence[Line]], outline: Mapping[int, Sequence[tuple[int, str]]]) -> Iterator[Block]:
    """``outline``: page (from 0) -> level and title of what begins there."""
    inner = _without_edges(pages)
    pages = inner if any(inner) else pages  # pages that are all alike have no edges
    levels = {} if outline else _levels(pages)
    step = _step(pages)
    known = sum(map(len, outline.values()))
    if known and _found(pages, outline) < known / 2:  # titles that nobody printed
        outline, levels = {}, _levels(pages)
    open_: Block | None = None  # a paragraph that may go on over the page
    for number, lines in enumerate(pages):
        for block, ended in _of_page(lines, number + 1, outline.get(number, ()), levels, step):
            if open_ is not None:
                goes_on = block.kind == "paragraph" and not ENDED.search(open_.text) and open_.page != block.page
                if goes_on and open_.kind in ("paragraph", "item"):
                    open_ = open_._replace(text=_joined(open_.text, block.text))
                    if ended:
                        yield open_
                        open_ = None
                    continue
                yield open_
            open_ = None if ended else block
            if ended:
                yield block
    if open_ is not None:
        yield open_


def _without_edges(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Without running headers and footers, page numbers and tables of contents."""
    seen: Counter[str] = Counter()
    heights: Counter[float] = Counter()  # of lines that stand apart at an edge
    step = _step(pages)
    for lines in pages:
        seen.update({_pattern(line.text) for line in _edge(lines)})
        heights.update(round(line.height) for line in _alone(lines, step))
    larger = _levels(pages)

    def runs(line: Line, edge: set[int], alone: set[int]) -> bool:
        if LEADERS.search(line.text):
            return True
        if id(line) not in edge:
            return False
        same_place = heights[round(line.height)] >= max(OFTEN, SHARE * len(pages))
        if id(line) in alone and same_place and line.size not in larger and "#" in _pattern(line.text):
            return True
        if line.size in larger and "#" in _pattern(line.text):
            return bool(NUMBER_ALONE.fullmatch(line.text))  # "Chapter 3" in large letters is a title
        return _runs(line.text, seen, len(pages))

    found = []
    for lines in pages:
        edge = {id(line) for line in _edge(lines)}
        alone = {id(line) for line in _alone(lines, step)}
        found.append([line for line in lines if not runs(line, edge, alone)])
    return found


def _alone(lines: Sequence[Line], step: float) -> list[Line]:
    """The first and the last line of a page, where a gap parts it from the others."""
    ordered = sorted(lines, key=lambda line: -line.height)
    found = []
    if len(ordered) > 2:
        if ordered[0].height - ordered[1].height > GAP * step:
            found.append(ordered[0])
        if ordered[-2].height - ordered[-1].height > GAP * step:
            found.append(ordered[-1])
    return found


def _edge(lines: Sequence[Line]) -> list[Line]:
    ordered = sorted(lines, key=lambda line: -line.height)
    return ordered if len(ordered) <= 2 * EDGE else [*ordered[:EDGE], *ordered[-EDGE:]]


def _runs(text: str, seen: Counter[str], pages: int) -> bool:
    if NUMBER_ALONE.fullmatch(text):
        return True
    pattern = _pattern(text)
    return seen[pattern] >= OFTEN and ("#" in pattern or seen[pattern] >= SHARE * pages)


def _pattern(text: str) -> str:
    return re.sub(r"\d+|\b[ivxlc]+$", "#", text.casefold())


def _levels(pages: Sequence[Sequence[Line]]) -> dict[float, int]:
    """Size of letters -> level of the title they make."""
    counted: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            counted[line.size] += len(line.text)
    if not counted:
        return {}
    text = counted.most_common(1)[0][0]
    larger = sorted((size for size in counted if size >= LARGER * text), reverse=True)
    return {size: level for level, size in enumerate(larger, start=1)}


def _step(pages: Sequence[Sequence[Line]]) -> float:
    """From line to line, in points."""
    steps = [
        before.height - line.height
        for lines in pages
        for before, line in pairwise(lines)
        if 0 < before.height - line.height < 3 * before.size
    ]
    return median(steps) if steps else 12.0


def _of_page(
    lines: Sequence[Line], page: int, titles: Sequence[tuple[int, str]], levels: Mapping[float, int], step: float
) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether it surely ends here."""
    widest = max((len(line.text) for line in lines), default=0)
    waiting = [(level, title) for level, title in titles]
    part: list[Line] = []
    place = 0
    while place < len(lines):
        heading, taken = _heading(lines, place, waiting, levels)
        if heading:
            if part:
                yield _block(part, page), True
            part = []
            yield heading._replace(page=page), True
            place += taken
            continue
        line = lines[place]
        if part and _parted(part[-1], line, step, widest):
            yield _block(part, page), True
            part = []
        part.append(line)
        place += 1
    if part:
        yield _block(part, page), False


def _heading(
    lines: Sequence[Line], place: int, waiting: list[tuple[int, str]], levels: Mapping[float, int]
) -> tuple[Block | None, int]:
    """The title that begins with a line, and how many lines it has."""
    if waiting:
        for taken in (1, 2, 3):
            text = " ".join(line.text for line in lines[place : place + taken])
            for entry in waiting:
                if _same(text, entry[1]):
                    waiting.remove(entry)
                    return Block("heading", text, entry[0]), taken
    line = lines[place]
    level = levels.get(line.size)
    if not level or BULLET.match(line.text):
        return None, 0
    taken = 1
    while place + taken < len(lines) and taken < 3 and lines[place + taken].size == line.size:
        taken += 1
    text = " ".join(one.text for one in lines[place : place + taken])
    if len(text) > LONGEST_TITLE or not any(map(str.isalpha, text)):
        return None, 0
    return Block("heading", text, level), taken


def _found(pages: Sequence[Sequence[Line]], outline: Mapping[int, Sequence[tuple[int, str]]]) -> int:
    """How many titles of an outline are printed on their pages."""
    count = 0
    for number, titles in outline.items():
        whole = _plain(" ".join(line.text for line in pages[number])) if number < len(pages) else ""
        count += sum(_plain(title) in whole for _, title in titles)
    return count


def _same(text: str, title: str) -> bool:
    """The outline may leave out the number, or a word like "Chapter" before it."""
    plain, wanted = _plain(text), _plain(title)
    return bool(wanted) and plain.endswith(wanted) and bool(BEFORE.fullmatch(plain[: len(plain) - len(wanted)]))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _parted(before: Line, line: Line, step: float, widest: int) -> bool:
    """Does a paragraph end between these?"""
    if ITEM.match(line.text) or BULLET.match(line.text):
        return True
    distance = before.height - line.height
    if distance > APART * step or abs(before.size - line.size) > 0.1 * before.size:
        return True
    return len(before.text) < FULL * widest and bool(ENDED.search(before.text)) and not line.text[:1].islower()


def _block(part: Sequence[Line], page: int) -> Block:
    text = ""
    for line in part:
        text = _joined(text, line.text)
    sign = BULLET.match(text) or ITEM.match(text)
    if sign:
        return Block("item", text[sign.end() :], page=page)
    return Block("paragraph", text, page=page)


def _joined(text: str, more: str) -> str:
    """A word parted at the end of a line is one again."""
    if not text:
        return more
    if len(text) > 2 and text[-1] in "-\u00ad\u2010" and text[-2].isalpha() and more[:1].islower():
        return text[:-1] + more
    return f"{text} {more}"
