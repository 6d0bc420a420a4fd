"""What transfer did: what was forgotten, and which labels, seconds and energy it saved."""

from __future__ import annotations

from tl_core.domain.learning_curve import LearningCurve
from tl_core.domain.mixes import Mixes
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Report
from tl_core.domain.reporting import Block, Line, Lines, Paragraph, Table
from tl_core.reporting.figures import count, duration, metric, number, share
from tl_core.use_cases import learning_curves, results, savings
from tl_core.use_cases.reports.material import Material
from tl_core.use_cases.savings import Cost
from tl_core.words import in_rows, say


def told(material: Material, plan: TrainPlan, report: Report) -> list[Block]:
    """Each part says what was measured, or that nobody asked for it."""
    mixes = results.mixes(material.run)
    job = learning_curves.of_training(plan)
    curve = learning_curves.found(job.id) if job else None
    return [*_forgotten(mixes, report), *_saved(material), *(_curve(curve) if curve else [_no_curve()])]


def _forgotten(mixes: Mixes | None, report: Report) -> list[Block]:
    if mixes is None:
        kind = report.chosen if report.chosen in ("probe", "scratch") else "stopped"
        return [Paragraph(text=say(f"kept.none_{kind}"))]
    values = {"tuned": number(round(100 * mixes.tuned.value)), "original": number(round(100 * mixes.original.value))}
    rows = [
        [share(one.share), metric(one.metrics.get("balanced_accuracy")), metric(one.kept)] for one in mixes.mixes
    ]  # fmt: skip
    head = [say("kept.column_share"), say("kept.row_task"), say("kept.row_old")]
    table = Table(title=say("kept.slider"), head=head, rows=rows)
    return [Paragraph(text=say(f"kept.says_{mixes.ability}", **values)), table]


def _saved(material: Material) -> list[Block]:
    found = savings.saving(material.run)
    if found is None:
        return [Paragraph(text=say("report.no_scratch"))]
    rows = [
        [say("evaluate_page.candidate_scratch"), metric(found.scratch.hit_rate), *_cost(found.scratch.cost)],
    ]
    if found.ours is not None:
        told = results.report(material.run, "validation")
        hit_rate = told.candidates[0].metrics["balanced_accuracy"] if told else None
        rows.insert(0, [say("report.this_model"), metric(hit_rate), *_cost(found.ours)])
    head = [say("evaluate_page.column_way"), say("evaluate_page.metric_balanced_accuracy")]
    head += [say("report.time"), say("report.energy")]
    return [Table(title=say("report.scratch_table"), head=head, rows=rows)]


def _cost(cost: Cost) -> list[str]:
    if cost.energy is None:
        return [duration(cost.seconds), say("report.not_counted")]
    kind = "measured" if cost.energy.measured else "reckoned"
    return [duration(cost.seconds), say(f"report.energy_{kind}", value=number(cost.energy.joules / 3600))]


def _no_curve() -> Paragraph:
    return Paragraph(text=say("report.no_curve"))


def _curve(curve: LearningCurve) -> list[Block]:
    points = curve.points
    labels = [float(one.labels) for one in points]
    lines = [
        Line(
            label=say(f"evaluate_page.candidate_{name}"), x=labels, y=[one.value for one in found],
            low=[one.low for one in found], high=[one.high for one in found],
            look="ours" if name == "probe" else "other",
        )
        for name, found in (("probe", [one.probe for one in points]), ("classic", [one.classic for one in points]))
    ]  # fmt: skip
    rows = [[say("report.labels_share", labels=count(one.labels), share=share(one.share)), metric(one.probe),
             metric(one.classic)] for one in points]  # fmt: skip
    head = [say("bought.column_labels"), *(line.label for line in lines)]
    table = Table(title=say("report.curve_table"), head=head, rows=rows)
    about = in_rows(" ".join(row) for row in rows)
    chart = Lines(
        title=say("report.curve_title"), about=about, x_axis=say("bought.axis_labels"),
        y_axis=say("bought.axis_hit_rate"), lines=lines, y_span=(0, 1), table=table,
    )  # fmt: skip
    return [chart, *(Paragraph(text=text) for text in learning_curves.words(curve))]
