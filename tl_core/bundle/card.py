"""The model card inside every bundle: what the model is for, what it learned from, how good it is and where it ends.

Markdown from the translation table. It names classes and counts, never a sample, a file or a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tl_core.domain.bundle import BundleManifest
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset
from tl_core.domain.decision import CostRule, Decision, MissRule
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Metric, MetricName, Report
from tl_core.domain.split import SUBSETS, Split
from tl_core.words import listed, number, say

COLUMNS: tuple[MetricName, ...] = ("balanced_accuracy", "accuracy", "f1", "auc", "log_loss")
_SHOWN = 12  # class names in the title; all stand in the table


def model_card(
    manifest: BundleManifest, plan: TrainPlan, dataset: Dataset, split: Split, reports: Sequence[Report],
    decision: Decision | None = None,
) -> str:  # fmt: skip
    """The card's text. ``reports``: those of the subsets judged so far, validation first."""
    sections = [
        (None, _head(manifest)),
        ("card_use", _use(manifest)),
        ("card_data", _data(dataset, split)),
        ("card_model", starting_model(manifest.card, manifest.architecture)),
        ("card_training", _training(manifest, plan, reports)),
        ("card_figures", _figures(reports)),
        *([("card_warnings", _warnings(reports))] if any(report.warnings for report in reports) else []),
        *([("card_decision", _decision(decision))] if decision else []),
        ("card_limits", _limits(decision)),
        ("card_again", _again()),
    ]
    return sections_text(sections)


def sections_text(sections: Iterable[tuple[str | None, Iterable[str]]]) -> str:
    """A card of parts: the key of each heading, in the area ``bundle`` (None: the card's own), and its lines."""
    lines: list[str] = []
    for name, content in sections:
        if name:
            lines += [f"## {say(f'bundle.{name}')}", ""]
        lines += [*content, ""]
    return "\n".join(lines).rstrip() + "\n"


def interval_text(metric: Metric | None) -> str:
    """0.84 (0.79 to 0.88)"""
    if metric is None:
        return "-"
    if metric.low is None or metric.high is None:
        return f"{number(metric.value, '.2f')} ({say('bundle.card_no_interval')})"
    return f"{number(metric.value, '.2f')} ({number(metric.low, '.2f')} - {number(metric.high, '.2f')})"


def _head(manifest: BundleManifest) -> Iterator[str]:
    classes = _listed(manifest.classes[:_SHOWN]) + (", ..." if len(manifest.classes) > _SHOWN else "")
    yield "# " + say("bundle.card_title", title=plain(manifest.card.title), classes=classes)
    yield ""
    yield say("bundle.card_note", version=manifest.thaw)


def _use(manifest: BundleManifest) -> Iterator[str]:
    count = len(manifest.classes)
    yield "- " + say(f"bundle.card_use_{manifest.modality}", count=count, classes=_listed(manifest.classes))
    for name in ("use_alike", "not_medical", "person"):
        yield "- " + say(f"bundle.card_{name}")


def _data(dataset: Dataset, split: Split) -> Iterator[str]:
    counts = {name: dict.fromkeys(SUBSETS, 0) for name in dataset.classes}
    for sample in dataset.samples:
        subset = split.subset.get(sample.id)
        if sample.label in counts and subset:
            counts[sample.label][subset] += 1
    yield from table_lines("bundle.card_data_head", [[name, *counts[name].values()] for name in dataset.classes])
    yield ""
    if split.grouped:
        groups = {sample.group for sample in dataset.samples if sample.group}
        yield "- " + say("bundle.card_data_grouped", count=len(groups))
    else:
        yield "- " + say("bundle.card_data_single")
    if split.given_test:
        yield "- " + say("bundle.card_data_given")
    if dataset.licence:
        yield "- " + say("bundle.card_data_licence", licence=plain(dataset.licence))
    if dataset.languages:
        common = sorted(dataset.languages, key=lambda code: -dataset.languages[code])[:5]
        yield "- " + say("bundle.card_data_languages", languages=listed(map(plain, common)))


def starting_model(card: BackboneCard, architecture: dict) -> Iterator[str]:
    """Lines on what it learned from, and what it never saw."""
    about = {"title": plain(card.title), "name": plain(card.name), "licence": plain(card.licence)}
    yield "- " + say("bundle.card_model_line", **about)
    if "depth" in architecture:
        yield "- " + say("bundle.card_model_depth", count=len(card.stages))
    for name, text in (("learned", card.learned_from), ("unseen", card.never_seen), ("bias", card.known_bias)):
        if text:
            yield "- " + say(f"bundle.card_model_{name}", text=plain(text))


def _training(manifest: BundleManifest, plan: TrainPlan, reports: Sequence[Report]) -> Iterator[str]:
    stages = len(manifest.card.stages)
    share = number(100 * (manifest.share or 0), ".0f")
    yield "- " + say(
        f"bundle.card_candidate_{manifest.candidate}", frozen=manifest.frozen_stages, stages=stages, share=share
    )
    epochs = next((c.epochs for r in reports for c in r.candidates if c.name == manifest.candidate), None)
    if epochs:
        yield "- " + say("bundle.card_epochs", count=epochs)
    yield "- " + say("bundle.card_seed", seed=plan.seed)
    if plan.augmentations:
        yield "- " + say("bundle.card_augmentations", names=listed(map(plain, plan.augmentations)))


def _figures(reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        yield say(f"bundle.card_figures_{report.subset}")
        yield ""
        rows = [
            [say(f"bundle.name_{c.name}"), *(interval_text(c.metrics.get(name)) for name in COLUMNS)]
            for c in report.candidates
        ]
        yield from table_lines("bundle.card_figures_head", rows)
        yield ""
        per_class = [[c.label, c.samples, interval_text(c.recall), interval_text(c.precision)] for c in report.classes]
        yield from table_lines("bundle.card_figures_recall", per_class)
        yield ""
    yield say("bundle.card_figures_intervals" if reports else "bundle.card_figures_none")
    if not any(report.subset == "test" for report in reports):
        yield ""
        yield say("bundle.card_no_exam")


def _decision(decision: Decision) -> Iterator[str]:
    """When it says what, in words."""
    cut, rule = decision.cut, decision.wishes.rule
    label, share = plain(cut.positive), number(cut.threshold or 0, ".2f")
    if isinstance(rule, MissRule):
        most, bound = number(100 * rule.most, "g"), number(100 * (cut.bound or 1), ".1f")
        yield "- " + say("bundle.card_rule_miss", label=label, threshold=share, most=most)
        name = "unknown" if cut.bound is None else "proven" if cut.proven else "unproven"
        yield "- " + say(f"bundle.card_miss_{name}", label=label, most=most, bound=bound)
    elif isinstance(rule, CostRule):
        costs = {
            "missed": number(rule.missed, "g"),
            "alarm": number(rule.alarm, "g"),
            "prevalence": number(100 * cut.prevalence, ".1f"),
        }
        yield "- " + say("bundle.card_rule_cost", label=label, threshold=share, **costs)
    else:
        yield "- " + say(f"bundle.card_rule_{rule.kind}", label=label, threshold=share)
    yield "- " + say(f"bundle.card_corrected_{'none' if decision.recalibration.kind == 'none' else 'some'}")
    if decision.sets:
        how = "each" if decision.sets.by_class else "all"
        yield "- " + say(f"bundle.card_sets_{how}", error=number(100 * decision.sets.error, "g"))
    if decision.far:
        known = number(100 * decision.far.rate, "g")
        yield "- " + (say("bundle.card_far", rate=known) if decision.far.proven else say("bundle.card_far_unproven"))


def _warnings(reports: Sequence[Report]) -> Iterator[str]:
    """Each once, as the latest report says it."""
    yield say("bundle.card_warnings_line")
    yield ""
    for line in dict.fromkeys(say(one.key, **one.values) for report in reversed(reports) for one in report.warnings):
        yield "- " + plain(line)


def _limits(decision: Decision | None) -> Iterator[str]:
    yield "- " + say("bundle.card_limit_unsure" if decision and decision.far else "bundle.card_limit_always")
    for name in ("shift", "sure", "bias"):
        yield "- " + say(f"bundle.card_limit_{name}")
    yield "- " + say("bundle.card_not_medical")


def _again() -> Iterator[str]:
    yield say("bundle.card_again_line")
    yield ""
    yield "    python -m tl_core predict --bundle FOLDER --data FOLDER_OR_TABLE --out ANSWERS.csv"


def table_lines(head: str, rows: list[list]) -> Iterator[str]:
    """``head``: a key of the translation table."""
    names = say(head)
    yield names
    yield "|" + " --- |" * (names.count("|") - 1)
    for row in rows:
        yield "| " + " | ".join(plain(str(cell)) for cell in row) + " |"


def _listed(names: Sequence[str]) -> str:
    return listed(map(plain, names))


def plain(text: object) -> str:
    """One line that stays what it says in Markdown, whatever a class is called."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(str(text).split()))
