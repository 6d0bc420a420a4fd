"""How several runs learned, one curve over the other."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as plain

import streamlit as st

from pages._ui import charts, shell, tabled
from pages._ui.runs.kind import Curve, Kind
from pages._ui.sentences import figure as rounded
from pages._ui.theme import MUTED
from pages._ui.trainings import Kept
from pages._ui.words import joined, t
from tl_core.domain.event import Epoch
from tl_core.use_cases import runs
from tl_core.use_cases.tables import Row

_LOOKS = (  # told apart without colour, too
    (charts.FIGURE, "solid", "circle"),
    (MUTED, "dash", "diamond"),
    ("#8A6FB0", "dot", "square"),
    ("#A0785A", "dashdot", "x"),
)


def show(kind: Kind, chosen: Sequence[Kept], names: dict[str, str]) -> None:
    """``names``: what each run is called beside the others. Nothing where fewer than two have learned in epochs."""
    told = {one.id: runs.view(one.id)[0].epochs for one in chosen}
    told = {run_id: epochs for run_id, epochs in told.items() if epochs}
    if len(told) < 2:
        return
    shell.section(t("runs_page.curves_title"))
    curves = kind.curves()
    for column, curve in zip(st.columns(max(2, len(curves)), gap="large"), curves, strict=False):
        with column:
            _panel(curve, told, names, [one.id for one in chosen])


def _panel(curve: Curve, told: dict[str, list[Epoch]], names: dict[str, str], order: list[str]) -> None:
    picture, said = charts.blank(), []
    rows: list[Row] = []
    for run_id, epochs in told.items():
        colour, dash, symbol = _LOOKS[order.index(run_id) % len(_LOOKS)]
        points = [(one.number, one.metrics[curve.metric]) for one in epochs if curve.metric in one.metrics]
        if not points:
            continue
        label = names[run_id]
        picture.add_scatter(
            x=[x for x, _ in points], y=[y for _, y in points], mode="lines+markers", name=plain(label),
            line={"color": colour, "dash": dash, "width": 2.5}, marker={"symbol": symbol, "size": 7, "color": colour},
            hovertemplate=f"{plain(label)}, {t('train_page.curve_epoch')} %{{x}}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
        said.append(t("runs_page.curve_said", name=label, count=len(points), last=rounded(points[-1][1])))
        rows += [
            {
                t("runs_page.column_run"): label,
                t("train_page.column_epoch"): x,
                curve.title: tabled.rounded(y, 3),
            }
            for x, y in points
        ]
    if not said:
        return
    st.markdown(f"**{shell.escape(curve.title)}**")
    picture.update_xaxes(title={"text": plain(t("train_page.curve_epoch"))}, zeroline=False, fixedrange=True)
    picture.update_yaxes(zeroline=False, fixedrange=True, tickformat=".2f", nticks=6)
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    picture.update_layout(height=320, showlegend=True, margin={"t": 34}, legend=legend)
    key = f"curves-{curve.metric.replace('/', '-')}"
    charts.show(picture, f"beside-{key}", t("runs_page.curves_alt", title=curve.title, said=joined(said)))
    tabled.on_demand(rows, title=curve.title, key=key, most=tabled.MOST_POINTS)
