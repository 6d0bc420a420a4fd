"""What is drawn on dotted rows, and what the browser needs for it.

Not by plotly: these are the first charts of most pages, and one took the browser 40 to 90 milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages._ui import shell
from pages._ui.charts import FIGURE, says
from pages._ui.sentences import figure
from pages._ui.theme import MUTED
from pages._ui.words import count, number, pair, t
from tl_core.domain.report import Metric
from tl_core.use_cases import tables

HERE = Path(__file__).resolve().parent
_ROW, _CLOSE = 46, 30  # pixels a row, and a row without whiskers
_AXIS, _LEGEND, _EDGES = 28, 30, 8  # pixels
_WIDE = 22  # signs in a line of a label, half as many of a script whose signs are as wide as high
_SQUARE = "\u2e80"  # and above
_MOST_TICKS = 5
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


class Dot(NamedTuple):
    """One figure on a row of its own."""

    label: str
    metric: Metric
    colour: str = MUTED
    symbol: str = "circle"  # or "diamond", each also as "...-open"


class Pair(NamedTuple):
    """Two figures of one thing, drawn a little apart on its row."""

    label: str
    upper: Metric
    lower: Metric


class Value(NamedTuple):
    """One figure without an interval, on a row of its own."""

    label: str
    value: float
    colour: str
    symbol: str


class Axis(NamedTuple):
    """From ``low`` to ``high``, with words at some places; a dashed line at 0 where both signs may come."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]] = ()
    signed: bool = False

    def place(self, value: float) -> float:
        """In percent of the axis."""
        return round(100 * (value - self.low) / (self.high - self.low), 3)


def rows(dots: Sequence[Dot], *, key: str, alt: str, opens: bool = False) -> int | None:
    """Dot and whisker, one row each, in the order given; the axis runs from a round value below the lowest to 1.

    ``opens``: a dot can be pressed; returns the place of the one that was.
    """
    axis = shares([one.metric for one in dots])
    lines = [_line(one.label, [_mark(axis, *one)]) for one in dots]
    pressed = _draw(lines, axis, key=key, alt=alt, opens=opens)
    return pressed[0] if pressed else None


def pairs(both: Sequence[Pair], names: tuple[str, str], *, key: str, alt: str) -> tuple[int, int] | None:
    """Two dots a row, the first of ``names`` as a filled circle above, the second as an open diamond below.

    Returns the row and which of its dots (0 or 1) a person pressed.
    """
    looks = [(names[0], FIGURE, "circle"), (names[1], MUTED, "diamond-open")]
    axis = shares([metric for one in both for metric in (one.upper, one.lower)])
    lines = [
        _line(
            one.label,
            [
                _mark(axis, f"{one.label}, {name}", metric, colour, symbol)
                for metric, (name, colour, symbol) in zip((one.upper, one.lower), looks, strict=True)
            ],
        )
        for one in both
    ]
    legend = [{"name": name, "colour": colour, "symbol": symbol} for name, colour, symbol in looks]
    return _draw(lines, axis, key=key, alt=alt, opens=True, legend=legend)


def values(several: Sequence[Value], *, key: str, alt: str) -> None:
    """Dots without whiskers, close together."""
    axis = shares([Metric(value=one.value) for one in several])
    lines = [
        _line(one.label, [_spot(axis, one.value, one.colour, one.symbol, pair(one.label, figure(one.value)))])
        for one in several
    ]
    _draw(lines, axis, key=key, alt=alt, row=_CLOSE)


def difference(label: str, metric: Metric, *, key: str, alt: str) -> None:
    """One difference with its whisker, around a line at nothing."""
    axis = around(metric)
    _draw([_line(label, [_mark(axis, label, metric, FIGURE, "circle")])], axis, key=key, alt=alt)


def counts(found: dict[str, int], *, key: str, alt: str, on_press: Callable[[], None]) -> None:
    """A line from none to a dot for each, in the order given, with the number behind it.

    ``on_press``: called before the page is drawn anew; ``pressed_row(key)`` says which it was.
    """
    axis = Axis(0, 1.02 * max(1, *found.values()))
    lines = []
    for label, many in found.items():
        spot = _spot(axis, many, MUTED, "circle", pair(label, count(many)))
        lines.append(_line(label, [spot]) | {"stem": spot["at"], "text": count(many)})
    _draw(lines, axis, key=key, alt=alt, opens=True, row=_CLOSE, on_press=on_press)


def pressed_row(key: str) -> int | None:
    """The row whose dot is chosen just now."""
    pressed = (st.session_state.get(key) or {}).get("pressed")
    return pressed[0] if pressed else None


# --- axes -------------------------------------------------------------------------------------------------------------


def shares(metrics: Sequence[Metric]) -> Axis:
    """From a round value below the lowest, at most 0.4, to 1."""
    lowest = min([0.5, *(one.value if one.low is None else one.low for one in metrics)])
    start = max(0, int(lowest * 10 - 0.2))
    ticks = [(tenth / 10, number(tenth / 10, ".1f")) for tenth in range(start + start % 2, 11, 2)]
    return Axis(start / 10 - 0.01, 1.015, ticks)


def around(metric: Metric) -> Axis:
    """As far to either side of 0 as the figure and its interval reach."""
    far = 1.15 * max(abs(value) for value in (metric.value, metric.low or 0.0, metric.high or 0.0, 0.05))
    rough = 2 * far / _MOST_TICKS
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * times for times in _ROUND if unit * times >= rough)
    most = math.floor(far / step)
    signs = 2 if step >= 0.01 else 3
    ticks = [(at * step, number(at * step, f"+.{signs}f").replace("-", "−")) for at in range(-most, most + 1)]
    return Axis(-far, far, ticks, signed=True)


# --- what the browser needs -------------------------------------------------------------------------------------------


def _mark(axis: Axis, label: str, metric: Metric, colour: str, symbol: str) -> dict[str, Any]:
    spot = _spot(axis, metric.value, colour, symbol, pair(label, says(metric)))
    if metric.low is None or metric.high is None:
        return spot
    return spot | {"from": axis.place(metric.low), "to": axis.place(metric.high)}


def _spot(axis: Axis, value: float, colour: str, symbol: str, said: str) -> dict[str, Any]:
    return {"at": axis.place(value), "colour": colour, "symbol": symbol, "says": said}


def _line(label: str, marks: list[dict[str, Any]]) -> dict[str, Any]:
    """``lines``: its label as it is shown, in two at most."""
    signs = _WIDE // 2 if max(label, default="") >= _SQUARE else _WIDE
    return {"label": label, "lines": wrap(label, signs, max_lines=2, placeholder="…"), "marks": marks}


def _draw(
    lines: list[dict[str, Any]],
    axis: Axis,
    *,
    key: str,
    alt: str,
    opens: bool = False,
    row: int = _ROW,
    legend: Sequence[dict[str, str]] = (),
    on_press: Callable[[], None] = lambda: None,
) -> tuple[int, int] | None:
    """Show them, and return the row and the dot in it that is pressed, if any is."""
    data = {
        "rows": lines,
        "height": row,
        "ticks": [{"at": axis.place(value), "text": text} for value, text in axis.ticks],
        "zero": axis.place(0) if axis.signed else None,
        "legend": list(legend),
        "opens": opens,
        "pressed": (st.session_state.get(key) or {}).get("pressed"),
        "alt": alt,
        "take": t("evaluate_page.take_picture"),
        "file": tables.file_name(shell.project_name(), key),
    }
    height = row * len(lines) + (_AXIS if axis.ticks else 0) + (_LEGEND if legend else 0) + _EDGES
    result = _component()(key=key, data=data, height=height, on_pressed_change=on_press)
    pressed = getattr(result, "pressed", None)
    if not pressed or pressed[0] >= len(lines) or pressed[1] >= len(lines[pressed[0]]["marks"]):
        return None
    return pressed[0], pressed[1]


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "thaw_dotted",
        css=(HERE / "dotted.css").read_text("utf-8"),
        js=(HERE / "dotted.js").read_text("utf-8"),
    )
