"""Pictures of an assistant's figures: ways to find beside each other, and what a threshold does."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from pages._ui import charts, dotted, shell, tabled
from pages._ui.answer import sentences, wording
from pages._ui.dotted import Dot
from pages._ui.theme import EMBER, ICE, MUTED
from pages._ui.words import in_rows, number, t
from tl_core.domain.answer import AnswerReport, FinderName, RetrievalMetric
from tl_core.use_cases.tables import Row

LOOKS: dict[FinderName, tuple[str, str]] = {
    "words": (MUTED, "square"),
    "meaning": (ICE, "circle"),
    "both": (ICE, "diamond"),
    "tuned": (EMBER, "circle"),
    "tuned_both": (EMBER, "diamond"),
}
METRICS: tuple[RetrievalMetric, ...] = get_args(RetrievalMetric)
_LIMIT = 0.1  # share of unanswerable questions answered that is bearable


def finders(report: AnswerReport, *, key: str) -> None:
    """Every way to find on the same questions, by the figure that a person chooses."""
    shell.section(t("answer_page.finders_title"), help=t("answer_page.term_recall"))
    metric = st.segmented_control(
        t("answer_page.measure"), METRICS, default=sentences.FIRST_FIVE, required=True,
        format_func=lambda name: t(f"answer_page.{_key(name)}"), key=f"metric-{key}",
    )  # fmt: skip
    shell.quiet(t(f"answer_page.{_key(metric)}_about"))
    rows = [Dot(wording.finder(one.name), one.metrics[metric], *LOOKS[one.name]) for one in report.finders]
    said = in_rows(f"{row.label} {charts.says(row.metric)}" for row in rows)
    dotted.rows(rows, key=f"finders-{key}", alt=t("answer_page.finders_alt", rows=said))
    tabled.on_demand(_table(report), title=t("answer_page.finders_title"), key=f"finders-{key}")


def _key(metric: RetrievalMetric) -> str:
    return "metric_" + metric.replace("@", "_")


def _table(report: AnswerReport) -> list[Row]:
    return [
        {
            t("answer_page.column_finder"): f"{wording.finder(one.name)} ({t('answer_page.in_use')})"
            if one.name == report.recommended
            else wording.finder(one.name),
            **{t(f"answer_page.{_key(name)}"): one.metrics[name] for name in METRICS if name in one.metrics},
            t("answer_page.column_seconds"): tabled.Exact(
                number(one.seconds, ".2g"), one.seconds, t("shell.unit_seconds")
            ),
        }
        for one in report.finders
    ]


def refusing(report: AnswerReport, *, key: str) -> None:
    """Share answered of what can be answered over share answered of what cannot, and the threshold in use."""
    shell.section(t("answer_page.refusal_title"), help=t("answer_page.term_refusal"))
    if not report.curve:
        st.text(t("answer_page.refusal_none"))
        return
    st.text(sentences.not_knowing(report))
    figure = charts.blank()
    figure.add_vline(x=_LIMIT, line={"color": MUTED, "width": 1.5, "dash": "dash"})
    points = sorted(report.curve, key=lambda one: (one.wrong, one.answered))
    figure.add_scatter(
        x=[one.wrong for one in points], y=[one.answered for one in points], mode="lines",
        line={"color": charts.FIGURE, "width": 2.5},
        hovertemplate=f"{t('answer_page.axis_wrong')} %{{x:.2f}}<br>{t('answer_page.axis_answered')} %{{y:.2f}}"
        "<extra></extra>",
    )  # fmt: skip
    if report.refusal is not None:
        one = report.refusal
        figure.add_scatter(
            x=[one.wrong], y=[one.answered], mode="markers+text", text=[t("answer_page.threshold")],
            textposition="bottom right", marker=charts.marker(charts.FIGURE, "circle"), cliponaxis=False,
            hoverinfo="skip",
        )  # fmt: skip
    figure.update_xaxes(title={"text": t("answer_page.axis_wrong"), "font": {"size": 14}}, **charts.SHARES)
    figure.update_yaxes(title={"text": t("answer_page.axis_answered"), "font": {"size": 14}}, **charts.SHARES)
    figure.update_layout(height=330, margin={"l": 8, "r": 12, "t": 10, "b": 8})
    charts.show(figure, f"refusal-{key}", t("answer_page.refusal_alt", said=sentences.not_knowing(report)))
    rows: list[Row] = [
        {
            t("answer_page.threshold"): tabled.rounded(one.threshold),
            t("answer_page.axis_answered"): tabled.rounded(one.answered),
            t("answer_page.axis_wrong"): tabled.rounded(one.wrong),
        }
        for one in report.curve
    ]
    title = t("answer_page.refusal_title")
    tabled.on_demand(rows, title=title, key=f"refusal-{key}", most=tabled.MOST_POINTS)
