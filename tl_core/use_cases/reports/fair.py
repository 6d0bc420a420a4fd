"""Whether a model is as good for everyone: figures by the columns that came with the data."""

from __future__ import annotations

from tl_core.domain.reporting import Block, Dot, Dots, Paragraph, Table
from tl_core.domain.slices import Slice, Sliced
from tl_core.domain.split import Subset
from tl_core.reporting.figures import count, metric, number
from tl_core.use_cases import slices
from tl_core.use_cases.data import language_name
from tl_core.use_cases.reports import common
from tl_core.use_cases.reports.material import Material
from tl_core.words import pair, say


def told(material: Material, subset: Subset) -> list[Block]:
    """That nothing is known, where no column came with the data."""
    found = slices.slices(material.run, subset)
    if not found:
        return [Paragraph(text=say("report.slices_none"))]
    return [block for column in found for block in _column(column)]


def _column(column: Sliced) -> list[Block]:
    axis = say("evaluate_page.metric_balanced_accuracy")
    dots = [_dot(column, one) for one in column.slices]
    names = ("value", "samples", "rate", "gap", "proven")
    head = [say(f"fairness.heading_{name}") for name in names]
    table = Table(
        title=say("report.slices_table", column=column.column),
        head=head,
        rows=[_row(column, one) for one in column.slices],
    )
    chart = Dots(
        title=say("report.slices_title", column=column.column), about=pair(axis, common.dotted(dots)), axis=axis,
        dots=dots, span=(0, 1), table=table,
    )  # fmt: skip
    said: list[Block] = [Paragraph(text=text, tone="warning" if column.proven else "plain") for text in _said(column)]
    if column.equalized_odds is not None and column.demographic_parity is not None:
        values = {"odds": number(100 * column.equalized_odds), "parity": number(100 * column.demographic_parity)}
        said.append(Paragraph(text=say("fairness.differences", **values)))
    return [*said, chart]


def _dot(column: Sliced, one: Slice) -> Dot:
    return Dot(label=_named(column, one), value=one.rate.value, low=one.rate.low, high=one.rate.high)


def _named(column: Sliced, one: Slice) -> str:
    return language_name(one.value) if column.column == "language" else one.value


def _said(column: Sliced) -> list[str]:
    if column.proven:
        return [say(one.key, **one.values) for one in map(column.concern, column.proven)]
    smallest = min(column.slices, key=lambda one: one.samples)
    key = "fairness.nothing" if any(one.gap is not None for one in column.slices) else "fairness.too_few"
    return [say(key, column=column.column, value=_named(column, smallest), count=smallest.samples)]


def _row(column: Sliced, one: Slice) -> list[str]:
    proven = say("fairness.yes" if one.proven else "fairness.no") if one.gap else "–"
    return [_named(column, one), count(one.samples), metric(one.rate), metric(one.gap), proven]
