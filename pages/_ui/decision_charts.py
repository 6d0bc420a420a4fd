"""Figures of a decision: do probabilities come true, what is a threshold worth, what does "not sure" bring."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as plain
from typing import Any, Literal

from pages._ui.charts import FIGURE, blank, marker, pressed, says, whiskers
from pages._ui.theme import MUTED
from pages._ui.words import t
from tl_core.domain.reliability import Bin
from tl_core.domain.report import Metric

_STILL = {"zeroline": False, "fixedrange": True}
_LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}


def _title(name: str) -> dict[str, Any]:
    return {"text": t(f"decide.axis_{name}"), "font": {"size": 14}}


def reliability(
    told: Sequence[Bin], network: Sequence[Bin], *, key: str, alt: str
) -> tuple[Literal["told", "network"], int] | None:
    """What is said against what comes true; on the dashed line both are the same. ``network``: before correction, or
    nothing. Returns the bin that a person pressed."""
    figure = blank()
    least = min(one.said for one in (*told, *network))
    start = max(0.0, int(least * 10) / 10)
    figure.add_scatter(
        x=[start, 1], y=[start, 1], mode="lines", line={"color": MUTED, "dash": "dash", "width": 1.5}, hoverinfo="skip"
    )
    for name, bins, colour, symbol in (("told", told, FIGURE, "circle"), ("network", network, MUTED, "diamond-open")):
        label = t(f"decide.bins_{name}")
        rights = [one.right for one in bins]
        figure.add_scatter(
            x=[one.said for one in bins], y=[right.value for right in rights], mode="markers", name=label,
            marker={**marker(colour, symbol), "size": 11}, showlegend=bool(network),
            error_y=whiskers(rights) if name == "told" else None, customdata=[plain(says(right)) for right in rights],
            hovertemplate=f"{plain(label)}, %{{x:.2f}}: %{{customdata}}<extra></extra>",
        )  # fmt: skip
    grid: dict[str, Any] = {**_STILL, "tickformat": ".1f", "dtick": 0.1 if start >= 0.4 else 0.2}
    figure.update_xaxes(title=_title("said"), range=[start - 0.02, 1.02], **grid)
    figure.update_yaxes(title=_title("right"), range=[-0.02, 1.03], **grid)
    figure.update_layout(height=340, margin={"t": 34}, legend=_LEGEND)
    point = pressed(figure, key, alt)
    if point is None or point[0] not in (1, 2) or point[1] >= len(told if point[0] == 1 else network):
        return None
    return ("told" if point[0] == 1 else "network"), point[1]


def worth(x: Sequence[float], model: Sequence[Metric], everybody: Sequence[float], *, key: str, alt: str) -> int | None:
    """A decision curve with its band, beside calling everybody (dashed) and nobody (0).

    Returns the place of the threshold that a person pressed; no point is seen before.
    """
    figure = blank()
    if model[0].low is not None:
        figure.add_scatter(
            x=[*x, *reversed(x)], y=[*(one.high for one in model), *(one.low for one in reversed(model))],
            mode="lines", line={"width": 0}, fill="toself", fillcolor="rgba(100, 128, 166, 0.16)",
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    values, label = [one.value for one in model], t("decide.worth_model")
    figure.add_scatter(
        x=x, y=values, mode="lines+markers", name=label, line={"color": FIGURE, "width": 2.5},
        marker={"color": FIGURE, "size": 11, "opacity": 0}, selected={"marker": {"opacity": 1}},
        hovertemplate=f"{plain(label)}, %{{x:.2f}}: %{{y:.3f}}<extra></extra>",
    )  # fmt: skip
    for name, y, dash in (("everybody", everybody, "dash"), ("nobody", [0.0] * len(x), "dot")):
        figure.add_scatter(
            x=x, y=y, mode="lines", name=t(f"decide.worth_{name}"), line={"color": MUTED, "width": 1.5, "dash": dash},
            hoverinfo="skip",  # where lines meet, the model's is the one to be pressed
        )  # fmt: skip
    top = max(*values, *everybody, 0.01)
    figure.update_xaxes(title=_title("act"), range=[0, max(x)], tickformat=".1f", **_STILL)
    figure.update_yaxes(title=_title("worth"), range=[-0.25 * top, 1.1 * top], **_STILL)
    figure.update_layout(height=340, margin={"t": 34}, showlegend=True, legend=_LEGEND)
    point = pressed(figure, key, alt, faded=0)
    return point[1] if point and point[1] < len(x) else None


def trade(points: Sequence[tuple[str, Metric, Metric]], chosen: int | None, *, key: str, alt: str) -> int | None:
    """Share answered (across) against share of wrong ones among them; the chosen point is filled.

    Returns the place of the point that a person pressed.
    """
    figure = blank()
    figure.add_scatter(
        x=[answered.value for _, answered, _ in points], y=[wrong.value for _, _, wrong in points],
        mode="lines+markers", line={"color": FIGURE, "width": 1.5}, error_y=whiskers([wrong for _, _, wrong in points]),
        marker={
            **marker(FIGURE, "circle"), "size": 11,
            "symbol": ["circle" if place == chosen else "circle-open" for place in range(len(points))],
        },
        customdata=[[plain(name), plain(says(answered)), plain(says(wrong))] for name, answered, wrong in points],
        hovertemplate=(
            f"%{{customdata[0]}}<br>{plain(t('decide.axis_answered'))}: %{{customdata[1]}}"
            f"<br>{plain(t('decide.axis_wrong'))}: %{{customdata[2]}}<extra></extra>"
        ),
    )  # fmt: skip
    top = max(wrong.value if wrong.high is None else wrong.high for _, _, wrong in points)
    figure.update_xaxes(title=_title("answered"), range=[-0.02, 1.03], tickformat=".1f", **_STILL)
    figure.update_yaxes(title=_title("wrong"), range=[-0.01, min(1.03, 1.1 * top + 0.02)], tickformat=".2f", **_STILL)
    figure.update_layout(height=320)
    point = pressed(figure, key, alt)
    return point[1] if point and point[1] < len(points) else None
