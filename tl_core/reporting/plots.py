"""Charts as strokes, discs and words at places, drawn alike as SVG and in a PDF. Pure.

A chart is 640 wide; y grows downwards. What the report is about has filled discs and bold words, what stands beside it
hollow diamonds: nothing is told by colour alone.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from tl_core.domain.reporting import Dot, Dots, Line, Lines
from tl_core.reporting.figures import count, number

WIDTH, SIZE = 640.0, 13.0
MOST_DOTS = 20  # drawn; all stand in the table
_LABELS, _VALUES = 200.0, 500.0  # where a chart of dots has its plot
_LEFT, _RIGHT, _TALL = 64.0, 624.0, 260.0  # the same of lines
Role = Literal["ink", "quiet", "grid"]


class Stroke(NamedTuple):
    points: list[tuple[float, float]]
    role: Role
    width: float = 1.5
    dashed: bool = False


class Sign(NamedTuple):
    """A filled disc, or a hollow diamond."""

    x: float
    y: float
    filled: bool


class Word(NamedTuple):
    x: float
    y: float  # of the baseline
    text: str
    role: Role
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    turned: bool = False  # read upwards


class Chart(NamedTuple):
    height: float
    marks: list[Stroke | Sign | Word]


def dots(plot: Dots) -> Chart:
    """One row a figure: its name, dot and whiskers, and the figure in words."""
    shown = plot.dots[:MOST_DOTS]
    names = [wrapped(one.label, _LABELS - 12) for one in shown]
    low, high, ticks = _axis(plot.span or _span(shown, plot.mark), 4)
    place = _scale(low, high, _LABELS + 12, _VALUES - 12)
    rows, y = [], 8.0
    for lines in names:
        tall = max(30.0, 17.0 * len(lines) + 12)
        rows.append(y + tall / 2)
        y += tall
    marks: list[Stroke | Sign | Word] = [Stroke([(place(tick), 8.0), (place(tick), y)], "grid", 1) for tick in ticks]
    if plot.mark is not None:
        marks.append(Stroke([(place(plot.mark), 8.0), (place(plot.mark), y)], "quiet", 1.5, dashed=True))
    for one, lines, middle in zip(shown, names, rows, strict=True):
        marks += _row(one, lines, middle, place)
    marks += [Word(place(tick), y + 18, said, "quiet", "middle") for tick, said in _said(ticks)]
    marks += _words(plot.axis, (_LABELS + _VALUES) / 2, y + 36, _VALUES - _LABELS + 120)
    return Chart(y + 46, marks)


def _row(one: Dot, lines: Sequence[str], y: float, place: Callable[[float], float]) -> Iterator[Stroke | Sign | Word]:
    first = y - 17.0 * (len(lines) - 1) / 2 + 4.5
    for number_, line in enumerate(lines):
        yield Word(0, first + 17.0 * number_, line, "ink", bold=one.look == "ours")
    if one.low is not None and one.high is not None:
        yield Stroke([(place(one.low), y), (place(one.high), y)], "ink" if one.look == "ours" else "quiet", 2)
    yield Sign(place(one.value), y, one.look == "ours")
    said = one.said or number(one.value, one.low, one.high)
    yield Word(_VALUES + 4, y + 4.5, said, "ink", bold=one.look == "ours")


def lines(plot: Lines) -> Chart:
    """Lines over one another, with their names above."""
    xs = [x for line in plot.lines for x in line.x]
    ys = [y for line in plot.lines for y in [*line.y, *line.low, *line.high] if y is not None]
    left, right, across = _axis(plot.x_span or (min(xs), max(xs)), 5)
    low, high, up = _axis(plot.y_span or (min(ys), max(ys)), 4)
    marks: list[Stroke | Sign | Word] = []
    top = 6.0
    for line in plot.lines:
        for part, text in enumerate(wrapped(line.label, _RIGHT - _LEFT - 40, 2)):
            if not part:
                marks += _key(line, top + 8)
            marks.append(Word(_LEFT + 40, top + 12.5, text, "ink", bold=line.look == "ours"))
            top += 19
    top += 8
    bottom = top + _TALL
    x_of, y_of = _scale(left, right, _LEFT, _RIGHT), _scale(low, high, bottom, top)
    for tick, said in _said(up):
        marks.append(Stroke([(_LEFT, y_of(tick)), (_RIGHT, y_of(tick))], "grid", 1))
        marks.append(Word(_LEFT - 8, y_of(tick) + 4.5, said, "quiet", "end"))
    marks += [Word(x_of(tick), bottom + 20, said, "quiet", "middle") for tick, said in _said(across)]
    for line in plot.lines:
        marks += _drawn(line, x_of, y_of)
    marks += _words(plot.x_axis, (_LEFT + _RIGHT) / 2, bottom + 40, _RIGHT - _LEFT)
    for text in wrapped(plot.y_axis, _TALL, 1):
        marks.append(Word(14, (top + bottom) / 2, text, "quiet", "middle", turned=True))
    return Chart(bottom + 50, marks)


def _key(line: Line, y: float) -> Iterator[Stroke | Sign]:
    role: Role = "ink" if line.look == "ours" else "quiet"
    yield Stroke([(_LEFT, y), (_LEFT + 30, y)], role, 2 if line.look == "ours" else 1.5, line.dashed)
    if _dotted(line):
        yield Sign(_LEFT + 15, y, line.look == "ours")


def _drawn(
    line: Line, x_of: Callable[[float], float], y_of: Callable[[float], float]
) -> Iterator[Stroke | Sign]:  # fmt: skip
    role: Role = "ink" if line.look == "ours" else "quiet"
    points = [(x_of(x), y_of(y)) for x, y in zip(line.x, line.y, strict=True)]
    for (x, _), low, high in zip(points, line.low, line.high, strict=False):
        if low is not None and high is not None:
            yield Stroke([(x, y_of(low)), (x, y_of(high))], role, 1)
    yield Stroke(points, role, 2 if line.look == "ours" else 1.5, line.dashed)
    if _dotted(line):
        yield from (Sign(x, y, line.look == "ours") for x, y in points)


def _dotted(line: Line) -> bool:
    """Few points are seen each; a line without a model behind it has none."""
    return len(line.x) <= 12 and line.look != "plain"


def _words(text: str, x: float, y: float, room: float) -> list[Word]:
    return [Word(x, y, line, "quiet", "middle") for line in wrapped(text, room, 1)]


def _span(shown: Sequence[Dot], mark: float | None) -> tuple[float, float]:
    known = [value for one in shown for value in (one.value, one.low, one.high) if value is not None]
    known += [] if mark is None else [mark]
    return min(known, default=0.0), max(known, default=1.0)


def _axis(span: tuple[float, float], about: int) -> tuple[float, float, list[float]]:
    """Round ends, and about so many round places from one to the other."""
    low, high = span
    if not high > low:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(step * k, 12) for k in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _said(ticks: Sequence[float]) -> list[tuple[float, str]]:
    """Each with its figure; whole ones where all of them are."""
    whole = all(tick == round(tick) for tick in ticks) and len(ticks) > 2
    return [(tick, (count if whole else number)(tick)) for tick in ticks]


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    def place(value: float) -> float:
        return start + (end - start) * (min(max(value, low), high) - low) / (high - low)

    return place


def wrapped(text: str, room: float, most: int = 3) -> list[str]:
    """Lines that have ``room`` in a common font; words longer than that are parted, what is too much ends in "…"."""
    found, line = [], ""
    for word in _parts(" ".join(text.split()), room):
        longer = f"{line}{word}"
        if line and _wide(longer.rstrip()) > room:
            found.append(line.rstrip())
            longer = word
        line = longer.lstrip()
    found.append(line.rstrip())
    if len(found) > most:
        found = found[:most]
        while found[-1] and _wide(found[-1] + "…") > room:
            found[-1] = found[-1][:-1]
        found[-1] += "…"
    return found


def _parts(text: str, room: float) -> Iterator[str]:
    for word in text.split(" "):
        part = ""
        for sign in word:
            if part and _wide(part + sign) > room:
                yield part
                part = ""
            part += sign
        yield f"{part} "


def _wide(text: str) -> float:
    """About: 0.6 of the font's size a sign, all of it for Chinese and Japanese ones."""
    return SIZE * sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.6 for sign in text)
