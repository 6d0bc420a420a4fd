"""A report drawn: the sentence first, then the chart, then the table on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui import behind, charts, dotted, matrix, sentences, shell, tabled
from pages._ui.trainings import Training
from pages._ui.words import in_rows, joined, listed, moment, pair, share, t, term
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.domain.report import OURS, Candidate, Curve, Report
from tl_core.use_cases import results
from tl_core.use_cases.tables import Row

_Kind = Literal["roc", "pr"]  # of curve
_BESIDE = 8  # classes; the matrix of more takes the page's whole width
_MEASURES = ("balanced_accuracy", "accuracy", "f1", "auc", "log_loss")


def overview(project: Project, dataset: Dataset, shown: Training, among: list[Training], report: Report) -> None:
    """The result in a sentence, beside what it must beat, and its right and wrong answers."""
    shell.show_hint(sentences.headline(report))
    left, right = [st.container()] * 2 if len(report.classes) > _BESIDE else _pair("overview")
    with left:
        _comparison(shown, among, report)
    with right:
        cell = _matrix(shown, report)
    if cell is not None:
        _behind(project, dataset, shown, report, cell)


def details(project: Project, dataset: Dataset, shown: Training, report: Report) -> None:
    """Class by class, all figures, and the trade-offs."""
    left, right = _pair("details")
    with left:
        opened = _classes(shown, report)
    with right:
        _measures(report)
    if opened is not None:
        _of_class(project, dataset, shown, report, *opened)
    if report.roc:
        st.space("small")
        _trade_offs(project, dataset, shown, report)


def _pair(name: str) -> Sequence[DeltaGenerator]:
    """Two columns that stand one below the other where they would be cramped."""
    with st.container(key=f"pair-{name}"):
        return st.columns([11, 9] if name != "trade-offs" else 2, gap="large")


# --- beside what it must beat -----------------------------------------------------------------------------------------


def from_scratch(shown: Training, among: list[Training], report: Report) -> list[tuple[Training, Candidate]]:
    """The other trainings from nothing on the same data, split alike: comparable with ``shown``."""
    found = []
    for one in among:
        same = one.plan.dataset == shown.plan.dataset and one.plan.split == shown.plan.split
        if one.id == shown.id or one.plan.recipe != "scratch" or not same:
            continue
        other = results.report(one.id, report.subset)
        if other is not None:
            found.append((one, other.candidates[0]))
    return found


def _comparison(shown: Training, among: list[Training], report: Report) -> None:
    shell.section(t("evaluate_page.comparison_title"), help=term("hit_rate", t("evaluate_page.term_balanced_accuracy")))
    scratch = from_scratch(shown, among, report)
    named = [(_name(one.name, one.share), one) for one in report.candidates[:1]]
    rest = [(_name(one.name), one) for one in report.candidates[1:]]
    ours = [pair for pair in rest if pair[1].name in OURS]
    others = [
        (t("evaluate_page.candidate_other", when=moment(one.created)) if len(scratch) > 1 else _name("scratch"), which)
        for one, which in scratch
    ]
    rows = [*named, *ours, *others, *(pair for pair in rest if pair not in ours)]
    dots = []
    for label, one in rows:
        colour, symbol = charts.CANDIDATE_LOOKS.get(one.name, (charts.MUTED, "circle"))
        dots.append(dotted.Dot(label, one.metrics["balanced_accuracy"], colour, symbol))
    reading = in_rows(f"{dot.label} {charts.says(dot.metric)}" for dot in dots)
    dotted.rows(dots, key=f"compare-{shown.id}", alt=t("evaluate_page.comparison_alt", rows=reading))
    known = [one for _, one in scratch] or [one for one in report.candidates[1:] if one.name == "scratch"]
    said = sentences.comparison(report, known)
    if not known and shown.plan.recipe != "scratch":
        said = joined((said, t("evaluate_page.scratch_none")))
    shell.quiet(said)
    tabled.on_demand(
        [
            {
                t("evaluate_page.column_way"): label,
                t("evaluate_page.column_value"): one.metrics["balanced_accuracy"],
                t("evaluate_page.column_epochs"): one.epochs or "–",
                t("evaluate_page.column_seconds"): tabled.timed(one.seconds),
            }
            for label, one in rows
        ],
        title=t("evaluate_page.comparison_title"),
        key="compare",
    )


def _name(candidate: str, tuned: float | None = None) -> str:
    if tuned is not None:
        return t("evaluate_page.candidate_mix", share=share(tuned))
    return t(f"evaluate_page.candidate_{candidate}")


# --- right and wrong --------------------------------------------------------------------------------------------------


def _matrix(shown: Training, report: Report) -> tuple[int, int] | None:
    shell.section(t("evaluate_page.matrix_title"), help=term("confusion", t("evaluate_page.term_confusion_matrix")))
    labels = [one.label for one in report.classes]
    cell = matrix.draw(labels, report.confusion, key=f"matrix-{shown.id}-{report.subset}")
    shell.quiet(joined((sentences.confusion(report), t("evaluate_page.matrix_hint"))))
    tabled.on_demand(
        [
            {t("evaluate_page.cell_is", label=""): label}
            | {t("evaluate_page.cell_says", label=said): row[place] for place, said in enumerate(labels)}
            for label, row in zip(labels, report.confusion, strict=True)
        ],
        title=t("evaluate_page.matrix_title"),
        key="matrix",
    )
    return cell


def _behind(project: Project, dataset: Dataset, shown: Training, report: Report, cell: tuple[int, int]) -> None:
    true, said = (report.classes[place].label for place in cell)
    found = results.samples_in_cell(shown.id, report.subset, true, said)
    title = t("evaluate_page.cell_title", count=len(found), true=true, said=said)
    behind.show(project, dataset, found, title=title, key=f"cell-{shown.id}-{cell[0]}-{cell[1]}")


# --- figures ----------------------------------------------------------------------------------------------------------


def _classes(shown: Training, report: Report) -> tuple[int, int] | None:
    """The class that a person opened, and which of its two dots."""
    shell.section(t("evaluate_page.classes_title"), help=t("evaluate_page.term_recall_precision"))
    names = (t("evaluate_page.recall"), t("evaluate_page.precision"))
    rows = [dotted.Pair(one.label, one.recall, one.precision) for one in report.classes]
    reading = in_rows(
        pair(row.label, listed((f"{names[0]} {charts.says(row.upper)}", f"{names[1]} {charts.says(row.lower)}")))
        for row in rows
    )
    opened = dotted.pairs(
        rows,
        names,
        key=f"classes-{shown.id}-{report.subset}",
        alt=t("evaluate_page.classes_alt", rows=reading),
    )
    shell.quiet(joined((sentences.per_class(report), t("evaluate_page.dot_hint"))))
    tabled.on_demand(
        [
            {
                t("evaluate_page.column_class"): one.label,
                t("evaluate_page.column_samples"): one.samples,
                t("evaluate_page.column_recall"): one.recall,
                t("evaluate_page.column_precision"): one.precision,
                "F1": one.f1,
            }
            for one in report.classes
        ],
        title=t("evaluate_page.classes_title"),
        key="classes",
    )
    return opened


def _of_class(project: Project, dataset: Dataset, shown: Training, report: Report, place: int, which: int) -> None:
    """Behind a hit rate all samples of the class, behind its right alarms all that are called so."""
    label = report.classes[place].label
    of = {"true": label} if which == 0 else {"predicted": label}
    found = results.samples_in_cell(shown.id, report.subset, **of)
    title = t(f"evaluate_page.class_title_{'is' if which == 0 else 'said'}", count=len(found), label=label)
    behind.show(project, dataset, found, title=title, key=f"class-{shown.id}-{report.subset}-{place}-{which}")


def _measures(report: Report) -> None:
    shell.section(t("evaluate_page.metrics_title"), help=term("interval", t("evaluate_page.term_interval")))
    metrics = report.candidates[0].metrics
    rows: list[Row] = [
        {
            t("evaluate_page.column_measure"): t(f"evaluate_page.metric_{name}"),
            t("evaluate_page.column_value"): metrics[name],
        }
        for name in _MEASURES
        if name in metrics
    ]
    tabled.table(rows, title=t("evaluate_page.metrics_title"))
    tabled.download(rows, title=t("evaluate_page.metrics_title"), key="measures")


def _trade_offs(project: Project, dataset: Dataset, shown: Training, report: Report) -> None:
    shell.section(t("evaluate_page.curves_title"), help=t("evaluate_page.term_roc"))
    labels = [curve.label for curve in report.roc]
    first = sentences.alarm_class(report).label if len(report.classes) == 2 else labels[0]
    label = labels[0]
    if len(labels) > 1:
        label = st.selectbox(
            t("evaluate_page.curve_class"),
            labels,
            index=labels.index(first) if first in labels else 0,
            width=280,
            key=f"curve-{shown.id}-{report.subset}",
        )
    opened: tuple[_Kind, Curve, int] | None = None
    kinds: tuple[tuple[_Kind, list[Curve]], ...] = (("roc", report.roc), ("pr", report.precision_recall))
    for column, (kind, curves) in zip(_pair("trade-offs"), kinds, strict=True):
        curve = next((one for one in curves if one.label == label), None)
        if curve is None:
            continue
        with column:
            place = _trade_off(kind, curve, key=f"{shown.id}-{report.subset}-{labels.index(label)}")
        if place is not None:
            opened = (kind, curve, place)
    shell.quiet(t("evaluate_page.curve_hint"))
    if opened is not None:
        _at_point(project, dataset, shown, report, *opened)


def _trade_off(kind: _Kind, curve: Curve, key: str) -> int | None:
    """One curve; the number of the point that a person opened."""
    st.markdown(f"**{t(f'evaluate_page.{kind}')}**")
    place = charts.trade_off(
        curve,
        x=t(f"evaluate_page.{kind}_x"),
        y=t(f"evaluate_page.{kind}_y"),
        chance=kind == "roc",
        key=f"{kind}-{key}",
        alt=t(f"evaluate_page.{kind}_alt", label=curve.label, area=sentences.figure(curve.area)),
    )
    shell.quiet(sentences.roc(curve) if kind == "roc" else sentences.precision_recall(curve))
    tabled.on_demand(
        [
            {t(f"evaluate_page.{kind}_x"): tabled.rounded(x), t(f"evaluate_page.{kind}_y"): tabled.rounded(y)}
            for x, y in zip(curve.x, curve.y, strict=True)
        ],
        title=f"{t(f'evaluate_page.{kind}')}, {curve.label}",
        key=kind,
        most=tabled.MOST_POINTS,
    )
    return place


def _at_point(
    project: Project, dataset: Dataset, shown: Training, report: Report, kind: _Kind, curve: Curve, place: int
) -> None:
    """The errors of the threshold at a point of a curve."""
    found = results.errors_at(shown.id, report.subset, curve.label, kind, (curve.x[place], curve.y[place]))
    behind.errors(project, dataset, found, label=curve.label, key=f"{kind}-{shown.id}-{report.subset}-{place}")
