"""What a report says of a model of classes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from tl_core.bundle import folder as bundles
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Candidate, Metric, MetricName, Report
from tl_core.domain.reporting import Block, Dot, Dots, Fact, Items, Paragraph, Shown, Table
from tl_core.domain.split import SUBSETS, Split, Subset
from tl_core.reporting.figures import count, metric, share
from tl_core.use_cases import agreements, predict, results
from tl_core.use_cases.reports import common, deciding, fair, pictured, transferred
from tl_core.use_cases.reports.material import Material, Told
from tl_core.words import listed, pair, say

METRICS: tuple[MetricName, ...] = ("balanced_accuracy", "accuracy", "f1", "auc", "log_loss")
MOST_CLASSES = 8  # whose confusion stands in a table
MISTAKES = 12  # kinds of errors told
SAMPLES = 6  # wrong answers shown
TEXT = 600  # characters of one
PAIRS = 3  # of people who labelled


def told(material: Material) -> Told:
    """Raises InputFault where nothing was judged yet."""
    plan, split = material.plan, material.folder.split()
    assert isinstance(plan, TrainPlan)
    report = results.report(material.run, "validation")
    if report is None or split is None:
        raise InputFault("report.nothing_judged")
    exam = results.report(material.run, "test")
    judged = [report, *([exam] if exam else [])]
    latest = judged[-1]
    classes = listed(material.dataset.classes)
    agreed = _agreed(material)
    return Told(
        headline=_headline(latest),
        use=[
            say(f"bundle.card_use_{plan.modality}", count=len(material.dataset.classes), classes=classes),
            say("bundle.card_use_alike"),
        ],
        data=[_counts(material, split), *_unlabelled(material), *agreed],
        raters=bool(agreed),
        split=_split(material, split),
        training=_training(material, plan, report),
        figures=[*(block for one in reversed(judged) for block in _figures(one)), *_warnings(material, judged)],
        limits=[say(f"bundle.card_limit_{name}") for name in (deciding.limit(material), "shift", "sure", "bias")],
        deciding=deciding.told(material, latest.subset),
        fairness=fair.told(material, latest.subset),
        exam=_exam(material, split, exam),
        external=split.given_test and exam is not None,
        transfer=transferred.told(material, plan, report),
        explaining=[Items(items=[say(f"report.explaining_{name}") for name in _EXPLAINING])],
        failures=_failures(material, latest),
        weights=_weights(material),
        parity=_parity(material),
    )


_EXPLAINING = ("how", "covered", "shuffled", "nearest", "limits")


def _headline(report: Report) -> list[str]:
    best = report.candidates[0]
    said = [
        say(
            f"report.headline_{report.subset}", figure=metric(best.metrics["balanced_accuracy"]),
            count=sum(map(sum, report.confusion)),
        )
    ]  # fmt: skip
    if report.gain_over_classic is not None:
        name = say(f"evaluate_page.against_{report.against}")
        said.append(say("report.headline_gain", name=name, gain=metric(report.gain_over_classic)))
    if report.recommended not in ("", report.chosen):
        said.append(say("report.headline_other", name=say(f"evaluate_page.candidate_{report.recommended}")))
    return said


def _counts(material: Material, split: Split) -> Table:
    """Samples of each class in each part."""
    found = {name: dict.fromkeys(SUBSETS, 0) for name in material.dataset.classes}
    for sample in material.dataset.samples:
        subset = split.subset.get(sample.id)
        if sample.label in found and subset:
            found[sample.label][subset] += 1
    rows = [[name, *map(count, each.values())] for name, each in found.items()]
    rows.append([say("report.all"), *(count(sum(each[part] for each in found.values())) for part in SUBSETS)])
    head = [say("report.class"), *(say(f"report.part_{part}") for part in SUBSETS)]
    return Table(title=say("report.counts_title"), head=head, rows=rows)


def _unlabelled(material: Material) -> list[Block]:
    waiting = sum(sample.label is None for sample in material.dataset.samples)
    return [Paragraph(text=say("report.unlabelled", count=waiting))] if waiting else []


def _agreed(material: Material) -> list[Block]:
    """How far those who labelled in the app agree, two at a time; they are not named."""
    people = [
        pair for pair in agreements.pairs(material.project.id) if agreements.DATA not in (pair.first, pair.second)
    ]
    said: list[Block] = []
    for both in people[:PAIRS]:
        with suppress(InputFault):  # what both looked at is not among the data any more
            kappa = agreements.agreement(material.project.id, both).kappa
            if kappa is not None:
                said.append(Paragraph(text=say("report.agreement", kappa=metric(kappa), count=both.samples)))
    return said


def _split(material: Material, split: Split) -> list[Block]:
    items = [say("report.split_parts"), say("report.split_grouped" if split.grouped else "report.split_single")]
    items.append(say("report.split_given" if split.given_test else "report.split_own"))
    items.append(say("report.split_seed", seed=split.rule.seed))
    warnings = [Paragraph(text=material.said(one.key, one.values), tone="warning") for one in split.concerns]
    return [Items(items=items), *warnings]


def _training(material: Material, plan: TrainPlan, report: Report) -> list[Fact]:
    stages = len(common.card_of(material).stages)
    chosen = report.candidates[0]
    frozen = {"probe": stages, "scratch": 0}.get(chosen.name, plan.frozen_stages or 0)
    how = say(f"report.made_{chosen.name}", share=share(chosen.share or 0), frozen=frozen, stages=stages)
    facts = [Fact(name=say("report.made"), value=how)]
    facts.append(Fact(name=say("report.recipe"), value=say(f"model_page.recipe_{plan.recipe}")))
    if chosen.epochs:
        facts.append(Fact(name=say("report.epochs"), value=count(chosen.epochs)))
    for name, value in (
        ("rate", plan.learning_rate), ("batch", plan.batch_size), ("lora", plan.lora_rank), ("seed", plan.seed),
        ("precision", plan.precision),
    ):  # fmt: skip
        if value is not None:
            facts.append(Fact(name=say(f"report.plan_{name}"), value=str(value)))
    weights = say("report.weights_even" if plan.class_weights else "report.weights_as_they_are")
    facts.append(Fact(name=say("report.imbalance"), value=weights))
    if plan.augmentations:
        names = listed(say(f"augmentations.{name}") for name in plan.augmentations)
        facts.append(Fact(name=say("report.augmentations"), value=names))
    return facts


def _figures(report: Report) -> list[Block]:
    """Every way to answer beside the others, then class by class."""
    about = say(f"bundle.card_figures_{report.subset}")
    dots = [_dot(one, report) for one in report.candidates]
    rows = [[_name(one), *(metric(one.metrics.get(name)) for name in METRICS)] for one in report.candidates]
    head = [say("evaluate_page.column_way"), *(say(f"evaluate_page.metric_{name}") for name in METRICS)]
    table = Table(title=say("report.all_figures"), head=head, rows=rows)
    axis = say("evaluate_page.metric_balanced_accuracy")
    title = say(f"report.compared_{report.subset}")
    chart = Dots(title=title, about=pair(axis, common.dotted(dots)), axis=axis, dots=dots, span=(0, 1), table=table)
    return [Paragraph(text=about), chart, *_classes(report)]


def _warnings(material: Material, judged: Sequence[Report]) -> list[Block]:
    """What was known against these figures, each once."""
    said = dict.fromkeys(material.said(one.key, one.values) for report in judged for one in report.warnings)
    return [Paragraph(text=text, tone="warning") for text in said]


def _dot(one: Candidate, report: Report) -> Dot:
    told = one.metrics["balanced_accuracy"]
    look = "ours" if one.name == report.chosen else "other"
    return Dot(label=_name(one), value=told.value, low=told.low, high=told.high, look=look)


def _name(one: Candidate) -> str:
    return say(f"evaluate_page.candidate_{one.name}", share=share(one.share or 0))


def _classes(report: Report) -> list[Block]:
    seen = [one for one in report.classes if one.samples]
    dots = [_recall(one.label, one.recall) for one in seen]
    rows = [[one.label, count(one.samples), *map(metric, (one.recall, one.precision, one.f1))] for one in seen]
    names = ("column_class", "column_samples", "column_recall", "column_precision", "metric_f1")
    head = [say(f"evaluate_page.{name}") for name in names]
    axis = say("evaluate_page.column_recall")
    table = Table(title=say("report.per_class"), head=head, rows=rows)
    chart = Dots(
        title=say("report.per_class_title"), about=pair(axis, common.dotted(dots)), axis=axis, dots=dots,
        span=(0, 1), table=table,
    )  # fmt: skip
    return [chart]


def _recall(label: str, told: Metric) -> Dot:
    return Dot(label=label, value=told.value, low=told.low, high=told.high, look="ours")


def _exam(material: Material, split: Split, exam: Report | None) -> list[Block]:
    waiting = len(split.ids("test"))
    if exam is not None:
        figure = metric(exam.candidates[0].metrics["balanced_accuracy"])
        first = say("report.exam_open", figure=figure, count=waiting)
    else:
        first = say("report.exam_sealed", count=waiting) if waiting else say("report.exam_none")
    external = say("report.external_given" if split.given_test and waiting else "report.external_none")
    blocks: list[Block] = [Paragraph(text=external), Paragraph(text=first), common.openings(material)]
    crossed = results.crossed(material.run)
    if crossed is not None:
        figure, spread = metric(crossed.metrics["balanced_accuracy"]), crossed.spread
        values = {"low": min(spread, default=0.0), "high": max(spread, default=0.0)}
        blocks.append(Paragraph(text=say("report.crossed", figure=figure, folds=crossed.folds, **values)))
        blocks.append(Paragraph(text=say("crossed.about"), tone="quiet"))
    return blocks


def _failures(material: Material, report: Report) -> list[Block]:
    """Which classes are taken for which, the commonest first; samples only where a person wants them."""
    names = [one.label for one in report.classes]
    wrong = [
        (number, names[true], names[said], sum(row))
        for true, row in enumerate(report.confusion)
        for said, number in enumerate(row)
        if true != said and number
    ]
    if not wrong:
        return [Paragraph(text=say("report.no_mistakes", count=sum(map(sum, report.confusion))))]
    blocks: list[Block] = []
    if len(names) <= MOST_CLASSES:
        rows = [[name, *map(count, row)] for name, row in zip(names, report.confusion, strict=True)]
        blocks.append(Table(title=say("report.confusion"), head=[say("report.is_says"), *names], rows=rows))
    wrong.sort(key=lambda each: (-each[0], each[1], each[2]))
    rows = [[true, said, say("report.of", count=number, of=of)] for number, true, said, of in wrong[:MISTAKES]]
    head = [say("report.is"), say("report.says"), say("report.times")]
    blocks.append(Table(title=say("report.mistakes"), head=head, rows=rows))
    blocks.append(Paragraph(text=say("report.failures_where", subset=say(f"report.subset_{report.subset}"))))
    return [*blocks, *_wrong(material, report.subset)]


def _wrong(material: Material, subset: Subset) -> list[Block]:
    if not material.samples:
        return []
    shown = [
        Shown(
            note=say("report.sample", true=one.true, said=one.said, share=share(one.probability)),
            text=(one.sample.text or "")[:TEXT],
            picture=pictured.picture(material.folder.home, material.project.id, one.sample),
        )
        for one in results.answers(material.run, subset, right=False)[:SAMPLES]
    ]
    return pictured.block(shown)


def _weights(material: Material) -> str:
    try:
        return bundles.read_manifest(material.folder.bundle).files.get(bundles.WEIGHTS, "")
    except InputFault:
        return ""


def _parity(material: Material) -> str:
    found = predict.parity(material.run)
    if found is None:
        return say("report.parity_none")
    return say("report.parity_passed" if found.passed else "report.parity_failed", count=found.samples)
