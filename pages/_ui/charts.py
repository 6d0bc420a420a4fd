"""Figures that stand still, by plotly: trade-off curves, and the frame of every other.

Every figure has words for those who cannot see it, and a table on demand (``tabled``). Dots on rows are in ``dotted``.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as plain  # plotly reads a little HTML in its labels: people's words must not be read so
from typing import Any

import streamlit as st

from pages._ui import shell
from pages._ui.drawing import Drawing
from pages._ui.theme import EMBER, ICE, MUTED
from pages._ui.words import separators, t
from tl_core.domain.report import Curve, Metric
from tl_core.use_cases import tables

SHARES: dict[str, Any] = {  # an axis from none to all
    "range": [-0.02, 1.02], "tickvals": [0, 0.25, 0.5, 0.75, 1], "zeroline": False, "fixedrange": True,
}  # fmt: skip
FIGURE = "#6480A6"  # neither frozen nor learning: ice and ember keep their meaning
_CONFIG = {"displaylogo": False, "scrollZoom": False}
_ZOOM = ["zoom2d", "pan2d", "resetScale2d"]


def trade_off(curve: Curve, *, x: str, y: str, chance: bool, key: str, alt: str) -> int | None:
    """A ROC or precision-recall curve; ``chance`` draws the diagonal of guessing.

    Returns the number of the point that a person pressed; none is seen before.
    """
    figure = blank()
    if chance:
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"color": MUTED, "dash": "dash", "width": 1.5}, hoverinfo="skip"
        )
        figure.add_annotation(
            x=0.8, y=0.58, text=t("evaluate_page.by_chance"), showarrow=False, font={"size": 13, "color": MUTED}
        )
    figure.add_scatter(
        x=curve.x,
        y=curve.y,
        mode="lines+markers",
        line={"color": FIGURE, "width": 2.5, "shape": "hv" if chance else "linear"},
        marker={"color": FIGURE, "size": 11, "opacity": 0},
        selected={"marker": {"opacity": 1}},
        hovertemplate=f"{plain(x)} %{{x:.2f}}<br>{plain(y)} %{{y:.2f}}<extra></extra>",
    )
    figure.update_xaxes(title={"text": x, "font": {"size": 14}}, **SHARES)
    figure.update_yaxes(title={"text": y, "font": {"size": 14}}, **SHARES)
    figure.update_layout(height=330, margin={"l": 8, "r": 12, "t": 10, "b": 8})
    point = pressed(figure, key, alt, faded=0)
    return point[1] if point and point[0] == len(figure.data) - 1 and point[1] < len(curve.x) else None


def blank(heights: Sequence[float] = (1,)) -> Drawing:
    """A new figure without a look of its own; ``heights`` of its rows, where there are several."""
    figure = Drawing(heights)
    figure.update_layout(
        template={},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        margin={"l": 8, "r": 12, "t": 6, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 14},
        separators=separators(),
    )
    return figure


def marker(colour: str, symbol: str) -> dict:
    return {"color": colour, "symbol": symbol, "size": 13, "line": {"width": 2, "color": colour}}


def whiskers(metrics: Sequence[Metric]) -> dict | None:
    """Vertical ones; none where there is no interval."""
    if all(metric.low is None or metric.high is None for metric in metrics):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [0.0 if metric.high is None else metric.high - metric.value for metric in metrics],
        "arrayminus": [0.0 if metric.low is None else metric.value - metric.low for metric in metrics],
        "color": MUTED,
        "thickness": 1.5,
        "width": 5,
    }


def shortened(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def says(metric: Metric) -> str:
    """ "0.79 (0.74 to 0.84)"."""
    from pages._ui.sentences import figure, interval

    return f"{figure(metric.value)} ({interval(metric)})"


def show(figure: Drawing, key: str, alt: str, *, zooms: bool = False, **options: Any) -> Any:
    """The only way a figure gets onto a page: with words for those who do not see it, and as a picture to take away.

    ``zooms``: a part of it can be looked into. ``options`` are those of ``st.plotly_chart``; returns what that does.
    """
    picture = {"format": "png", "scale": 2, "filename": tables.file_name(shell.project_name(), key)}
    config = {**_CONFIG, "modeBarButtons": [["toImage", *(_ZOOM if zooms else [])]], "toImageButtonOptions": picture}
    return st.plotly_chart(figure.whole(), key=key, alt=alt, config=config, **options)


def pressed(figure: Drawing, key: str, alt: str, *, faded: float = 0.45) -> tuple[int, int] | None:
    """Show a figure whose points open their samples; the number of the line and of its point that is chosen.

    ``faded``: opacity of the other points then.
    """
    figure.update_layout(clickmode="event+select")
    figure.update_traces(unselected={"marker": {"opacity": faded}})
    event = show(figure, key, alt, on_select="rerun", selection_mode="points")
    points = event.selection.points if event else []
    return (points[0]["curve_number"], points[0]["point_index"]) if points else None


CANDIDATE_LOOKS = {
    "finetuned": (EMBER, "circle"),
    "mix": (EMBER, "circle-open"),
    "probe": (ICE, "circle"),
    "scratch": (MUTED, "diamond"),
}
