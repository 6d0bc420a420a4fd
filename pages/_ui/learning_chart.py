"""Hit rates over numbers of labels: what was measured, what is expected of more, and models that learned beside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as plain
from typing import NamedTuple

from pages._ui.charts import blank, marker, says, show, whiskers
from pages._ui.drawing import Drawing
from pages._ui.theme import ICE, MUTED
from tl_core.domain.learning_curve import Ahead, CurvePoint
from tl_core.domain.report import Metric


class Mark(NamedTuple):
    """A model that learned from so many labels."""

    label: str
    labels: int
    metric: Metric
    colour: str
    symbol: str


class CurveWords(NamedTuple):
    """What a learning curve is of."""

    probe: str
    classic: str
    ahead: str  # of the first, expected
    labels: str
    hit_rate: str


def draw(
    points: Sequence[CurvePoint], ahead: Sequence[Ahead], marks: Sequence[Mark], *, key: str, alt: str,
    words: CurveWords,
) -> None:  # fmt: skip
    """Hit rates over labels: quick look and classic method as dots with whiskers, what is expected dashed within its
    range, and ``marks`` beside each other at their number of labels; ``words`` name them."""
    figure = blank()
    full = points[-1].labels
    last = ahead[-1].labels if ahead else full
    step = last / 50  # so that what stands at the same number is seen
    if ahead:
        _expected(figure, ahead, words.ahead)
    for name, place, colour, symbol in (("classic", step, MUTED, "square-open"), ("probe", 0.0, ICE, "circle")):
        metrics = [one.classic if name == "classic" else one.probe for one in points]
        label = words.classic if name == "classic" else words.probe
        x = [one.labels + place for one in points]
        figure.add_scatter(
            x=x, y=[metric.value for metric in metrics], mode="lines+markers", name=label,
            line={"color": colour, "width": 1.5}, marker={**marker(colour, symbol), "size": 11},
            error_y=whiskers(metrics), legendrank=2 if place else 1, text=[one.labels for one in points],
            customdata=[plain(says(metric)) for metric in metrics],
            hovertemplate=f"{plain(label)}, %{{text}}: %{{customdata}}<extra></extra>",
        )  # fmt: skip
    for number, mark in enumerate(marks, start=1):
        figure.add_scatter(
            x=[mark.labels + step * (number + 1)], y=[mark.metric.value], mode="markers", name=mark.label,
            marker=marker(mark.colour, mark.symbol), legendrank=4, error_y=whiskers([mark.metric]),
            hovertemplate=f"{plain(mark.label)}: {plain(says(mark.metric))}<extra></extra>",
        )  # fmt: skip
    seen = [metric for one in points for metric in (one.probe, one.classic)] + [mark.metric for mark in marks]
    lowest = min(metric.value if metric.low is None else metric.low for metric in seen)
    figure.update_xaxes(
        title={"text": words.labels, "font": {"size": 14}},
        range=[0, max(last, full + step * (len(marks) + 1)) + step], showgrid=False, zeroline=False,
        fixedrange=True, nticks=7,
    )  # fmt: skip
    figure.update_yaxes(
        title={"text": words.hit_rate, "font": {"size": 14}},
        range=[max(0.0, int(lowest * 10) / 10) - 0.01, 1.01], tickformat=".1f", dtick=0.1, zeroline=False,
        fixedrange=True, gridwidth=1,
    )  # fmt: skip
    figure.update_layout(
        showlegend=True, height=380, margin={"t": 40},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip
    show(figure, key, alt)


def _expected(figure: Drawing, ahead: Sequence[Ahead], name: str) -> None:
    """The part nobody has measured: a dashed line within its range."""
    x = [one.labels for one in ahead]
    low = [one.hit_rate.low for one in ahead]
    high = [one.hit_rate.high for one in ahead]
    figure.add_scatter(
        x=[*x, *reversed(x)], y=[*high, *reversed(low)], mode="lines", line={"width": 0}, fill="toself",
        fillcolor="rgba(47, 111, 184, 0.12)", hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=[one.hit_rate.value for one in ahead], mode="lines", name=name,
        line={"color": ICE, "width": 2, "dash": "dash"}, legendrank=3,
        hovertemplate=f"{plain(name)}, %{{x}}: %{{y:.2f}}<extra></extra>",
    )  # fmt: skip
