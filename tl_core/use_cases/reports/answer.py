"""What a report says of a support assistant."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from tl_core.bundle.assistant_folder import is_assistant, read_manifest
from tl_core.bundle.folder import WEIGHTS
from tl_core.domain.answer import AnswerReport, Error, FinderReport, Phrased, RetrievalMetric
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan
from tl_core.domain.reporting import Block, Dot, Dots, Fact, Items, Line, Lines, Paragraph, Shown, Table
from tl_core.reporting.figures import count, metric, number, share
from tl_core.use_cases import assistants, phrasing
from tl_core.use_cases.reports import common, pictured
from tl_core.use_cases.reports.material import Material, Told
from tl_core.words import in_rows, listed, pair, say

METRICS: tuple[RetrievalMetric, ...] = ("recall@1", "recall@5", "mrr", "ndcg@10")
SAMPLES = 6  # questions shown
TEXT = 300  # characters of one


def told(material: Material) -> Told:
    """Raises InputFault where nothing was judged yet."""
    plan = material.plan
    assert isinstance(plan, AnswerPlan)
    report = assistants.report(material.run, "validation")
    if report is None:
        raise InputFault("report.nothing_judged")
    exam = assistants.report(material.run, "test")
    judged = [one for one in (report, exam) if one is not None]
    latest = judged[-1]
    return Told(
        headline=_headline(latest),
        use=[say(f"bundle.assistant_use_{name}") for name in ("documents", "quotes", "person")],
        data=_data(material, report),
        split=_split(material, report),
        training=_training(plan, report),
        figures=[block for one in reversed(judged) for block in _figures(one)],
        limits=[say(f"bundle.assistant_limit_{name}") for name in ("documents", "quote", "wrong")],
        deciding=_refusing(latest),
        exam=_exam(material, report, exam),
        transfer=_transfer(material, report),
        explaining=[Paragraph(text=say("report.answer_explaining"))],
        failures=_failures(material, latest),
        weights=_weights(material),
        parity=_parity(material),
    )


def _found(report: AnswerReport, name: str) -> FinderReport | None:
    return next((one for one in report.finders if one.name == name), None)


def _headline(report: AnswerReport) -> list[str]:
    best = _found(report, report.recommended)
    if report.few_questions or best is None:
        return [say("answer_page.few_questions", count=report.questions)]
    figure = metric(best.metrics.get("recall@5"))
    said = [say(f"report.answer_headline_{report.subset}", figure=figure, count=report.questions)]
    if report.gain is not None and report.recommended != "words":
        said.append(say("report.answer_gain", gain=metric(report.gain)))
    return said


def _data(material: Material, report: AnswerReport) -> list[Block]:
    """Documents are numbered; their names, only where a person wants samples to be seen."""
    held = Counter(one.source for one in material.dataset.samples).most_common()
    rows = [
        [name if material.samples else say("report.document_number", number=place), count(passages)]
        for place, (name, passages) in enumerate(held, 1)
    ]
    head = [say("report.document"), say("report.passages")]
    said = say("report.answer_data", passages=count(report.passages), documents=count(report.documents))
    return [Paragraph(text=said), Table(title=say("report.documents_table"), head=head, rows=rows[:60])]


def _split(material: Material, report: AnswerReport) -> list[Block]:
    split = material.folder.split()
    items = [say("report.answer_split", count=report.questions)]
    if split is not None:
        parts = [say(f"report.answer_part_{part}", count=len(split.ids(part))) for part in ("train", "test")]
        items += [*parts, say("report.split_grouped" if split.grouped else "report.split_single")]
    return [Items(items=items)]


def _training(plan: AnswerPlan, report: AnswerReport) -> list[Fact]:
    facts = [
        Fact(name=say("report.made"), value=say(f"answer_page.finder_{report.recommended}")),
        Fact(name=say("report.recipe"), value=say(f"forecast_page.recipe_{plan.recipe}")),
        Fact(name=say("report.epochs"), value=count(report.tuned_epochs)),
    ]
    values = {"frozen": plan.frozen_stages, "plan_lora": plan.lora_rank, "plan_seed": plan.seed}
    facts += [Fact(name=say(f"report.{name}"), value=str(one)) for name, one in values.items() if one is not None]
    best = _found(report, report.recommended)
    if best is not None and best.fusion is not None:
        shares = {"words": share(best.fusion.words), "meaning": share(best.fusion.meaning)}
        facts.append(Fact(name=say("report.fusion"), value=say("report.fusion_said", **shares)))
    return facts


def _figures(report: AnswerReport) -> list[Block]:
    """Every way to find beside the others."""
    if report.few_questions:
        return [Paragraph(text=say("bundle.assistant_no_figures"))]
    dots = [dot for one in report.finders if (dot := _dot(one, report)) is not None]
    names = (say("report.finder"), *say("bundle.assistant_figures_head").strip("| ").split(" | ")[1:])
    rows = [
        [say(f"answer_page.finder_{one.name}"), *(metric(one.metrics.get(name)) for name in METRICS)]
        for one in report.finders
    ]
    axis = say("report.first_five")
    chart = Dots(
        title=say(f"report.answer_compared_{report.subset}"), about=pair(axis, common.dotted(dots)), axis=axis,
        dots=dots, span=(0, 1), table=Table(title=say("report.all_figures"), head=[*names], rows=rows),
    )  # fmt: skip
    about = Paragraph(text=say(f"bundle.assistant_figures_{report.subset}", count=report.questions))
    return [about, chart]


def _dot(one: FinderReport, report: AnswerReport) -> Dot | None:
    found = one.metrics.get("recall@5")
    if found is None:
        return None
    look = "ours" if one.name == report.recommended else "other"
    label = say(f"answer_page.finder_{one.name}")
    return Dot(label=label, value=found.value, low=found.low, high=found.high, look=look)


def _refusing(report: AnswerReport) -> list[Block]:
    """When it says that it does not know."""
    if report.refusal is None or report.answered is None or report.wrong is None:
        return [Paragraph(text=say("bundle.assistant_never_refuses"))]
    values = {"answered": metric(report.answered), "wrong": metric(report.wrong)}
    said = [
        say("bundle.assistant_refuses", threshold=number(report.refusal.threshold)),
        say(f"bundle.assistant_refused_{report.subset}", **values),
    ]
    blocks: list[Block] = [Paragraph(text=text) for text in said]
    if len(report.curve) > 1:
        x = [point.threshold for point in report.curve]
        lines = [
            Line(label=say("report.can_be_answered"), x=x, y=[one.answered for one in report.curve], look="ours"),
            Line(label=say("report.cannot_be_answered"), x=x, y=[one.wrong for one in report.curve], dashed=True),
        ]
        step = max(1, len(x) // 12)
        rows = [[number(one.threshold), share(one.answered), share(one.wrong)] for one in report.curve[::step]]
        head = [say("report.sure_from"), *(line.label for line in lines)]
        blocks.append(
            Lines(
                title=say("report.refusal_title"), about=in_rows(listed(row) for row in rows),
                x_axis=head[0], y_axis=say("report.answered"), lines=lines, y_span=(0, 1),
                table=Table(title=say("report.refusal_title"), head=head, rows=rows),
            )
        )  # fmt: skip
    return blocks


def _exam(material: Material, report: AnswerReport, exam: AnswerReport | None) -> list[Block]:
    best = _found(exam, exam.recommended) if exam else None
    if exam is not None and best is not None:
        first = say("report.answer_exam_open", figure=metric(best.metrics.get("recall@5")), count=exam.questions)
    else:
        first = say("report.exam_none" if report.few_questions else "bundle.assistant_no_exam")
    return [Paragraph(text=say("report.external_none")), Paragraph(text=first), common.openings(material)]


def _transfer(material: Material, report: AnswerReport) -> list[Block]:
    if report.kept is not None and report.original is not None:
        values = {"before": metric(report.original), "after": metric(report.kept)}
        said = say("bundle.assistant_kept", **values)
    else:
        said = say("report.nothing_tuned")
    blocks: list[Block] = [Paragraph(text=said)]
    jobs = phrasing.runs(material.project.id, material.run)
    written = next((found for job in jobs if (found := phrasing.phrased(job.id)) is not None), report.phrased)
    return [*blocks, *([_written(written)] if written else [])]


def _written(one: Phrased) -> Paragraph:
    values = {"quoted": metric(one.quoted), "written": metric(one.written), "count": one.questions}
    return Paragraph(text=say("report.written_offered" if one.offered else "report.written_not_offered", **values))


def _failures(material: Material, report: AnswerReport) -> list[Block]:
    """Kinds of errors; questions only where a person wants them."""
    kinds = Counter(one.error for one in report.judged)
    if not kinds:
        return [Paragraph(text=say("report.no_errors_known"))]
    rows = [
        [say(f"answer_page.error_{kind}"), count(kinds[kind]), say(f"answer_page.error_{kind}_about")]
        for kind in get_args(Error)
        if kinds[kind]
    ]
    head = [say("report.kind"), say("report.questions"), say("report.meaning")]
    blocks: list[Block] = [Table(title=say("report.kinds"), head=head, rows=rows, words=True)]
    if not material.samples:
        return blocks
    texts = {one.id: one.text for one in assistants.questions_of(material.run)}
    wrong = [one for one in report.judged if one.error != "right" and one.question in texts]
    shown = [
        Shown(note=say(f"answer_page.error_{one.error}"), text=texts[one.question][:TEXT]) for one in wrong[:SAMPLES]
    ]
    return [*blocks, *pictured.block(shown)]


def _weights(material: Material) -> str:
    if not is_assistant(material.folder.bundle):
        return ""
    told = read_manifest(material.folder.bundle)
    return told.files.get(WEIGHTS, told.weights)


def _parity(material: Material) -> str:
    found = assistants.parity(material.run)
    if found is None:
        return say("report.parity_none")
    return say("report.parity_passed" if found.passed else "report.parity_failed", count=found.questions)
