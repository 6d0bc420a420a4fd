"""A figure for the browser's plotting library as the plain JSON it is.

Plotly's own figure objects check every value against its schema: 35 to 100 ms of processor time a figure, at each view.
These are dictionaries. The tests hold all of them against the schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plotly.basedatatypes import BaseFigure

Part = dict[str, Any]
_GAP = 0.3  # of the height, between all rows together


class Drawing:
    """Traces and a layout, built with the verbs of ``plotly.graph_objects.Figure``.

    ``heights``: of rows below each other that share one x-axis, in proportion; row 1 is the top one.
    """

    def __init__(self, heights: Sequence[float] = (1,)) -> None:
        self.data: list[Part] = []
        self.layout: Part = {}
        self.rows = len(heights)
        if self.rows > 1:
            self._stack(heights)

    def add_scatter(self, *, row: int = 1, **values: Any) -> None:
        place = {} if self.rows == 1 else {"xaxis": _axis("x", row), "yaxis": _axis("y", row)}
        self.data.append({"type": "scatter", **_known(values), **place})

    def add_annotation(self, **values: Any) -> None:
        self.layout.setdefault("annotations", []).append(values)

    def add_line(self, **values: Any) -> None:
        self.layout.setdefault("shapes", []).append({"type": "line", **values})

    def add_hline(self, y: float, line: Part) -> None:
        """From side to side."""
        self.add_line(x0=0, x1=1, xref="x domain", y0=y, y1=y, yref="y", line=line)

    def add_vline(self, x: float, line: Part) -> None:
        """From top to bottom."""
        self.add_line(x0=x, x1=x, xref="x", y0=0, y1=1, yref="y domain", line=line)

    def update_layout(self, **values: Any) -> None:
        _merge(self.layout, values)

    def update_xaxes(self, **values: Any) -> None:
        self._update_axes("x", values, range(1, self.rows + 1))

    def update_yaxes(self, *, row: int | None = None, **values: Any) -> None:
        """Of one ``row``, or of all."""
        self._update_axes("y", values, [row] if row else range(1, self.rows + 1))

    def update_traces(self, **values: Any) -> None:
        for trace in self.data:
            _merge(trace, values)

    def whole(self) -> Whole:
        """To be handed to ``st.plotly_chart``."""
        return Whole(self)

    def _update_axes(self, letter: str, values: Part, rows: Sequence[int]) -> None:
        for row in rows:
            name = _axis(f"{letter}axis", row)
            _merge(self.layout.setdefault(name, {}), values)

    def _stack(self, heights: Sequence[float]) -> None:
        gap = _GAP / self.rows
        unit = (1 - gap * (self.rows - 1)) / sum(heights)
        top = 1.0
        for row, height in enumerate(heights, start=1):
            bottom = max(0.0, top - height * unit)
            across = {"anchor": _axis("y", row)} | ({"showticklabels": False} if row < self.rows else {})
            matches = {"matches": _axis("x", self.rows)} if row < self.rows else {}
            self._update_axes("x", {"domain": [0.0, 1.0], **across, **matches}, [row])
            self._update_axes("y", {"domain": [bottom, top], "anchor": _axis("x", row)}, [row])
            top = bottom - gap


class Whole(BaseFigure):
    """What ``st.plotly_chart`` takes as it is: of a dictionary it would make one of plotly's own first."""

    def __init__(self, drawing: Drawing) -> None:  # without its parent's, which checks
        self._whole = {"data": drawing.data, "layout": drawing.layout}

    def to_dict(self) -> Part:
        return self._whole


def _axis(name: str, row: int) -> str:
    return name if row == 1 else f"{name}{row}"


def _known(values: Part) -> Part:
    return {name: value for name, value in values.items() if value is not None}


def _merge(part: Part, values: Part) -> None:
    for name, value in values.items():
        if isinstance(value, dict) and isinstance(part.get(name), dict):
            _merge(part[name], value)
        else:
            part[name] = dict(value) if isinstance(value, dict) else value
