"""Is it as good for everyone? Hit rates by the values of a column, and which gaps are more than chance."""

from __future__ import annotations

import streamlit as st

from pages._ui import behind, charts, dotted, shell, tabled
from pages._ui.trainings import Training
from pages._ui.words import in_rows, listed, pair, t, tenths
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.domain.report import Report
from tl_core.domain.slices import Slice, Sliced
from tl_core.use_cases import slices
from tl_core.use_cases.tables import Row

POINTS = 100  # a gap of 0.031 is 3.1 points


def warn(shown: Training, report: Report) -> None:
    """A proven gap stands above the figures."""
    for column in slices.slices(shown.id, report.subset):
        for worse in column.proven[:1]:
            shell.show_warning(_proven(column, worse))


def show(project: Project, dataset: Dataset, shown: Training, report: Report) -> None:
    """The section; where no column is known, how to bring one."""
    shell.section(t("fairness.title"), help=t("terms.slice"))
    found = slices.slices(shown.id, report.subset)
    if not found:
        st.text(t("fairness.none"))
        return
    names = [column.column for column in found]
    name = names[0]
    if len(names) > 1:
        name = st.segmented_control(
            t("fairness.column"), names, default=names[0], required=True, format_func=shell.escape,
            key=f"slices-{shown.id}",
        )  # fmt: skip
    column = next((one for one in found if one.column == name), found[0])
    st.text(said(column))
    rows = [dotted.Dot(_label(one), one.rate, charts.FIGURE) for one in column.slices]
    reading = in_rows(pair(row.label, charts.says(row.metric)) for row in rows)
    key = f"slices-{shown.id}-{report.subset}-{names.index(column.column)}"
    opened = dotted.rows(rows, key=key, alt=reading, opens=True)
    shell.quiet(t("evaluate_page.dot_hint"))
    if opened is not None:
        value = column.slices[opened].value
        behind_it = slices.samples_of(shown.id, report.subset, column.column, value)
        title = t("fairness.samples_title", column=column.column, value=value, count=len(behind_it))
        behind.show(project, dataset, behind_it, title=title, key=f"{key}-{opened}")
    few = [one.value for one in column.slices if one.gap is None]
    if few:
        shell.quiet(t("fairness.few", names=listed(few), count=len(few)))
    if column.equalized_odds is not None and column.demographic_parity is not None:
        shell.quiet(
            t("fairness.differences", odds=_points(column.equalized_odds), parity=_points(column.demographic_parity)),
            help=t("fairness.differences_help"),
        )
    title = f"{t('fairness.title')} {column.column}"
    tabled.on_demand([_row(one) for one in column.slices], title=title, key="slices")


def said(column: Sliced) -> str:
    """The worst proven gap, or that none is. Pure."""
    if column.proven:
        return _proven(column, column.proven[0])
    compared = sum(one.gap is not None for one in column.slices)
    smallest = min(column.slices, key=lambda one: one.samples)
    key = "fairness.nothing" if compared else "fairness.too_few"
    return t(key, column=column.column, value=smallest.value, count=smallest.samples)


def _proven(column: Sliced, worse: Slice) -> str:
    concern = column.concern(worse)
    return t(concern.key, **concern.values)


def _points(share: float) -> str:
    return tenths(POINTS * share)


def _label(one: Slice) -> str:
    return t("fairness.label", value=one.value, count=one.samples)


def _row(one: Slice) -> Row:
    return {
        t("fairness.heading_value"): one.value,
        t("fairness.heading_samples"): one.samples,
        t("fairness.heading_rate"): one.rate,
        t("fairness.heading_gap"): "" if one.gap is None else tabled.change(one.gap),
        t("fairness.heading_proven"): t("fairness.yes" if one.proven else "fairness.no") if one.gap else "",
    }
