"""Whether a model's percentages come true, where it draws the line, and when it is "not sure"."""

from __future__ import annotations

from tl_core.domain.decision import CostRule, Coverage, Decision, MissRule
from tl_core.domain.reliability import Reliability
from tl_core.domain.reporting import Block, Line, Lines, Paragraph, Table
from tl_core.domain.screening import Screening
from tl_core.domain.split import Subset
from tl_core.reporting.figures import count, metric, number, people, share
from tl_core.use_cases import decisions
from tl_core.use_cases.decisions import Calibrated, Worth
from tl_core.use_cases.reports.material import Material
from tl_core.words import in_rows, joined, pair, say

SHARES = ("sensitivity", "specificity", "ppv", "npv")
PEOPLE = ("found", "missed", "alarms", "cleared")


def told(material: Material, subset: Subset) -> list[Block]:
    """Empty for a training from before decisions."""
    decided = decisions.decision(material.run)
    found = decisions.calibrated(material.run, subset)
    if decided is None or found is None:
        return []
    blocks: list[Block] = [Paragraph(text=say("decide.term")), *_calibration(found, decided)]
    worth = decisions.worth(material.run, subset, decided)
    blocks.append(Paragraph(text=threshold(decided)))
    if worth is not None:
        measured = say(f"decide.measured_{subset}")
        blocks += [_screened(worth.screening), Paragraph(text=measured, tone="quiet"), *_unsure(decided, worth)]
    return blocks


def limit(material: Material) -> str:
    """Whether it knows samples that belong to none of its classes; the name of a text."""
    decided = decisions.decision(material.run)
    return "unsure" if decided and decided.far else "always"


def threshold(decided: Decision) -> str:
    """The rule, and what it promises."""
    cut, rule = decided.cut, decided.wishes.rule
    if cut.threshold is None:
        return say("decide.says_likeliest")
    said = [say("decide.says_from", label=cut.positive, threshold=share(cut.threshold))]
    if isinstance(rule, MissRule):
        kind = "unknown" if cut.bound is None else "proven" if cut.proven else "unproven"
        values = {"most": count(100 * rule.most), "bound": number(100 * (cut.bound or 1))}
        said.append(say(f"bundle.card_miss_{kind}", label=cut.positive, **values))
    elif isinstance(rule, CostRule):
        costs = {"missed": number(rule.missed), "alarm": number(rule.alarm), "prevalence": share(cut.prevalence)}
        said.append(say("report.rule_cost", **costs))
    else:
        said.append(say("decide.rule_f1_about"))
    return joined(said)


def _calibration(found: Calibrated, decided: Decision) -> list[Block]:
    """As told and as the network gives them: before and after."""
    corrected = decided.recalibration.kind != "none"
    lines = [_line(found.network, say("decide.bins_network"), ours=not corrected)]
    if corrected:
        lines = [_line(found.told, say("decide.bins_told"), ours=True), *lines]
    perfect = Line(label=say("report.perfect"), x=[0, 1], y=[0, 1], look="plain", dashed=True)
    shown = (found.told if corrected else found.network).bins
    rows = [[share(one.said), metric(one.right)] for one in shown]
    head = [say("decide.axis_said"), say("decide.axis_right")]
    table = Table(title=say("report.calibration_table"), head=head, rows=rows)
    chart = Lines(
        title=say("decide.calibration_title"), about=in_rows(pair(*row) for row in rows), x_axis=head[0],
        y_axis=head[1], lines=[*lines, perfect], x_span=(0, 1), y_span=(0, 1), table=table,
    )  # fmt: skip
    return [chart, _errors(found, decided)]


def _errors(found: Calibrated, decided: Decision) -> Table:
    """Before and after, in two figures."""
    kind = decided.recalibration.kind
    rows = [[say("decide.bins_network"), metric(found.network.ece), metric(found.network.brier)]]
    if kind != "none":
        rows.append([say("decide.bins_told"), metric(found.told.ece), metric(found.told.brier)])
    head = [say("report.percentages"), say("report.calibration_error"), say("report.brier")]
    return Table(title=say(f"report.corrected_{kind}"), head=head, rows=rows)


def _line(found: Reliability, label: str, ours: bool) -> Line:
    bins = found.bins
    return Line(
        label=label, x=[one.said for one in bins], y=[one.right.value for one in bins],
        low=[one.right.low for one in bins] if ours else [], high=[one.right.high for one in bins] if ours else [],
        look="ours" if ours else "other",
    )  # fmt: skip


def _screened(found: Screening) -> Table:
    rows = [
        [say(f"decide.share_{name}", label=found.positive), metric(told)]
        for name in SHARES
        if (told := getattr(found, name)) is not None
    ]
    rows += [[say(f"decide.people_{name}", label=found.positive), people(getattr(found, name))] for name in PEOPLE]
    title = say("report.screened", label=found.positive, share=share(found.prevalence))
    return Table(title=title, head=[say("evaluate_page.column_measure"), say("evaluate_page.column_value")], rows=rows)


def _unsure(decided: Decision, worth: Worth) -> list[Block]:
    items = []
    if decided.sets:
        how = "each" if decided.sets.by_class else "all"
        items.append(say(f"bundle.card_sets_{how}", error=count(100 * decided.sets.error)))
    if decided.far:
        rate = count(100 * decided.far.rate)
        items.append(say("bundle.card_far", rate=rate) if decided.far.proven else say("bundle.card_far_unproven"))
    if not items:
        return [Paragraph(text=say("report.always_answers"))]
    rows = [_traded(say("report.error_rate", share=share(one.error)), one) for one in worth.trade]
    rows.append(_traded(say("report.never_unsure"), worth.plain))
    head = [say("report.unsure"), say("report.answered"), say("report.wrong")]
    table = Table(title=say("decide.unsure_title"), head=head, rows=rows)
    return [*(Paragraph(text=item) for item in items), table]


def _traded(name: str, one: Coverage) -> list[str]:
    return [name, metric(one.answered), metric(one.wrong)]
