"""A comparison of forecasts drawn: all ways with their spread, how honest the bands are, and where the errors lie."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as plain

import streamlit as st

from pages._ui import charts, shell, tabled
from pages._ui.forecast import lines, sentences, wording
from pages._ui.theme import MUTED
from pages._ui.words import in_rows, number, t
from tl_core.domain.forecast import Competitor, ForecastReport, Judgement, Spread
from tl_core.use_cases.tables import Row

_ROW = 40  # pixels a way
_MOST = 30  # series drawn
_LABEL = 40  # characters of a row's name
_READ = 60  # rows of a table on the page; its file holds all


def ordered(report: ForecastReport) -> list[Judgement]:
    """The best on top."""
    return sorted(report.judgements, key=lambda one: one.mase.mean)


def ways(report: ForecastReport, beside: Judgement | None, *, key: str) -> None:
    """The error of every way, and of one of another run ``beside`` them; how much it changes from moment to moment."""
    shell.section(t("forecast_page.ways_title"), help=t("forecast_page.term_mase"))
    rows = sorted([*report.judgements, *([beside] if beside else [])], key=lambda one: one.mase.mean)
    labels = [wording.way(one.name, report) for one in rows]
    spreads = [one.mase for one in rows]
    reading = in_rows(f"{label} {sentences.spread(one)}" for label, one in zip(labels, spreads, strict=True))
    dots(
        labels, spreads, [one.name for one in rows], key=f"ways-{key}",
        alt=t("forecast_page.ways_alt", rows=reading), title=t("forecast_page.ways_title"),
        said=t("forecast_page.ways_reads" if report.origins > 1 else "forecast_page.ways_reads_one"),
        table=_table(report, rows, labels),
        line=next((one.mase.mean for one in rows if one.name == "seasonal_naive"), None),
    )  # fmt: skip


def _table(report: ForecastReport, rows: Sequence[Judgement], labels: Sequence[str]) -> list[Row]:
    return [
        {
            t("forecast_page.column_way"): f"{label} ({t('forecast_page.recommended')})"
            if one.name == report.recommended
            else label,
            t("forecast_page.column_mase"): tabled.Exact(sentences.spread(one.mase), one.mase.mean),
            t("forecast_page.column_wql"): tabled.rounded(one.weighted_quantile_loss.mean, 3),
            t("forecast_page.column_in_80"): tabled.rounded(one.coverage[80].mean),
            t("forecast_page.column_in_95"): tabled.rounded(one.coverage[95].mean),
            t("forecast_page.column_seconds"): tabled.timed(one.seconds),
        }
        for one, label in zip(rows, labels, strict=True)
    ]  # fmt: skip


def coverage(report: ForecastReport, name: Competitor) -> None:
    """How many true values fall within the bands, beside how many should."""
    shell.section(t("forecast_page.coverage_title"), help=t("forecast_page.term_coverage"))
    one = sentences.judged(report, name)
    if one is None:
        return
    st.text(sentences.covered(one))
    rows: list[Row] = [
        {
            t("forecast_page.column_band"): t("forecast_page.band", percent=asked),
            t("forecast_page.column_asked"): tabled.rounded(asked / 100),
            t("forecast_page.column_found"): tabled.Exact(
                sentences.spread(one.coverage[asked]), one.coverage[asked].mean
            ),
        }
        for asked in (80, 95)
    ]
    tabled.table(rows, title=t("forecast_page.coverage_title"))
    tabled.download(rows, title=t("forecast_page.coverage_title"), key="coverage")


def steps(report: ForecastReport, name: Competitor, *, key: str) -> None:
    """The error at each step ahead: of one way, and of repeating the past."""
    shown = [one for one in report.judgements if one.name in (name, "seasonal_naive")]
    chosen = sentences.judged(report, name)
    if chosen is None:
        return
    figure = charts.blank()
    numbers = list(range(1, report.horizon + 1))
    for one in shown:
        label = wording.way(one.name, report)
        ours = one.name == name
        figure.add_scatter(
            x=numbers, y=one.by_step, mode="lines+markers", name=label,
            line={"color": lines.colour(one.name), "width": 2.5 if ours else 1.5, "dash": "solid" if ours else "dash"},
            marker={"size": 7, "symbol": lines.symbol(one.name)},
            hovertemplate=f"%{{x}}: %{{y:.2f}}<extra>{plain(label)}</extra>",
        )  # fmt: skip
    figure.update_xaxes(
        title={"text": t("forecast_page.axis_step")}, showgrid=False, zeroline=False, dtick=-(-report.horizon // 12)
    )  # whole steps, at most a dozen of them named
    figure.update_yaxes(title={"text": t("forecast_page.axis_mase")}, rangemode="tozero", zeroline=False, nticks=6)
    figure.update_layout(
        showlegend=True, height=300, margin={"t": 34},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip
    said = sentences.by_step(chosen)
    charts.show(figure, f"steps-{key}", said or t("forecast_page.steps_title"))
    shell.quiet(said)
    heads = t("forecast_page.column_step"), t("forecast_page.column_mase")
    rows: list[Row] = [
        {heads[0]: number, heads[1]: tabled.rounded(value)} for number, value in enumerate(chosen.by_step, start=1)
    ]
    tabled.on_demand(rows, title=t("forecast_page.steps_title"), key=f"steps-{key}")


def series(report: ForecastReport, name: Competitor, *, key: str) -> None:
    """The error of each series, the hardest on top."""
    one = sentences.judged(report, name)
    if one is None:
        return
    known = sorted(one.by_series.items(), key=lambda pair: -pair[1] if pair[1] == pair[1] else 1.0)
    drawn = known[:_MOST]
    single = [Spread(mean=value, deviation=0.0, each=[value]) for _, value in drawn]
    heads = t("forecast_page.series"), t("forecast_page.column_mase")
    dots(
        [label for label, _ in drawn], single, [name] * len(drawn), key=f"series-{key}",
        alt=t("forecast_page.series_alt", rows=in_rows(f"{label} {number(value, '.2f')}" for label, value in drawn)),
        title=t("forecast_page.series_title"), said=sentences.by_series(one),
        table=[{heads[0]: label, heads[1]: tabled.rounded(value)} for label, value in known],
    )  # fmt: skip


def dots(
    labels: Sequence[str],
    spreads: Sequence[Spread],
    ways: Sequence[Competitor],
    *,
    key: str,
    alt: str,
    title: str,
    said: str,
    table: Sequence[Row],
    line: float | None = None,
) -> None:
    """A dot a row on an axis from 0, with one standard deviation to each side; ``line``: what is to be beaten.

    Below it what it says in words, and the ``table`` with its ``title``.
    """
    figure = charts.blank()
    if line is not None:
        figure.add_vline(x=line, line={"color": MUTED, "width": 1.5, "dash": "dash"})
    for place, (label, one, way) in enumerate(zip(labels, spreads, ways, strict=True)):
        figure.add_scatter(
            x=[one.mean], y=[place], mode="markers", marker=charts.marker(lines.colour(way), lines.symbol(way)),
            error_x={"type": "data", "array": [one.deviation], "color": MUTED, "thickness": 2, "width": 6}
            if len(one.each) > 1
            else None,
            hovertemplate=f"{plain(label)}: {plain(sentences.spread(one))}<extra></extra>", cliponaxis=False,
        )  # fmt: skip
    figure.update_xaxes(
        title={"text": t("forecast_page.axis_mase"), "font": {"size": 14}}, rangemode="tozero", showgrid=True,
        zeroline=False, fixedrange=True,
        nticks=6,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(labels))), ticktext=[f"{plain(charts.shortened(label, _LABEL))}  " for label in labels],
        range=[len(labels) - 0.5, -0.5], showgrid=False, zeroline=False, fixedrange=True,
    )  # fmt: skip
    figure.update_layout(height=_ROW * len(labels) + 64)
    charts.show(figure, key, alt)
    shell.quiet(said)
    tabled.on_demand(table, title=title, key=key, most=_READ)
