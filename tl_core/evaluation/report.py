"""A run's model beside what it must beat, judged on one subset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tl_core.domain.report import Candidate, ClassReport, Metric, Predictions, Report
from tl_core.domain.split import Subset
from tl_core.evaluation.baselines import CLASSIC
from tl_core.evaluation.curves import precision_recall_curve, roc_curve
from tl_core.evaluation.intervals import (
    LEAST_UNITS,
    Groups,
    clopper_pearson,
    draws,
    percentiles,
    reach,
    units_of,
)
from tl_core.evaluation.metrics import confusions, measure
from tl_core.evaluation.paired import paired_gain


class Verdict(NamedTuple):
    """By the samples that a choice may be made by; names of candidates."""

    recommended: str
    strongest: str  # of the competitors


class Answers(NamedTuple):
    """What one candidate answered, and what it cost."""

    probabilities: np.ndarray  # (n, c)
    seconds: float  # to make the candidate, data at hand
    epochs: int | None = None
    share: float | None = None  # of a mix: how much of it is tuned
    left_out: np.ndarray | None = None  # (training sample, c) of each without its own group, where that is known


def build_report(
    subset: Subset,
    classes: Sequence[str],
    chosen: str,
    answers: Mapping[str, Answers],
    true: np.ndarray,
    sample_ids: Sequence[str],
    groups: Groups = None,
    seed: int = 0,
    verdict: Verdict | None = None,
) -> tuple[Report, Predictions]:
    """Judge every candidate in ``answers`` on the same samples; details are those of ``chosen``.

    ``true`` (n,) class numbers, ``sample_ids`` (n,), ``groups`` (n,) or None. ``verdict``: which candidate is
    recommended and which competitor is the strongest, as the validation samples said.
    """
    true = np.asarray(true, dtype=np.int64)
    model = np.asarray(answers[chosen].probabilities, dtype=np.float64)
    if model.shape != (len(true), len(classes)) or len(sample_ids) != len(true):
        raise ValueError(f"{len(true)} targets, {len(sample_ids)} ids, answers of shape {model.shape}")
    order = [chosen, *(name for name in answers if name != chosen)]
    units = units_of(groups, len(true))
    cells = confusions(true, model.argmax(1), units, len(classes))
    judged = [k for k in range(len(classes)) if 0 < (true == k).sum() < len(true)]
    against = verdict.strongest if verdict else CLASSIC
    report = Report(
        subset=subset,
        chosen=chosen,
        candidates=[
            Candidate(
                name=name,
                metrics=measure(true, answers[name].probabilities, groups, seed),
                seconds=answers[name].seconds,
                epochs=answers[name].epochs,
                share=answers[name].share,
            )
            for name in order
        ],
        classes=_class_reports(classes, cells, grouped=len(cells) < len(true), seed=seed),
        confusion=cells.sum(0).astype(int).tolist(),
        roc=[roc_curve(classes[k], true == k, model[:, k]) for k in judged],
        precision_recall=[precision_recall_curve(classes[k], true == k, model[:, k]) for k in judged],
        gain_over_classic=paired_gain(true, model, answers[against].probabilities, groups, seed)
        if against in answers and chosen != against
        else None,
        against=against,
        recommended=verdict.recommended if verdict else chosen,
    )
    return report, Predictions(samples=list(sample_ids), true=true.tolist(), probabilities=model.tolist())


def _class_reports(classes: Sequence[str], cells: np.ndarray, *, grouped: bool, seed: int) -> list[ClassReport]:
    """Recall, precision and F1 of each class from per-unit confusion counts (units, c, c)."""
    right = np.diagonal(cells, axis1=1, axis2=2)
    truths, answered = cells.sum(2), cells.sum(1)
    parts = {"recall": (right, truths), "precision": (right, answered), "f1": (2 * right, truths + answered)}
    resampled: dict[str, list[np.ndarray]] = {name: [] for name in parts}
    if len(cells) >= LEAST_UNITS:
        for weights in draws(len(cells), seed, width=4 * len(classes)):
            for name, (over, under) in parts.items():
                with np.errstate(invalid="ignore", divide="ignore"):
                    resampled[name].append((weights @ over) / (weights @ under))
    return [
        ClassReport(
            label=label,
            samples=int(truths[:, k].sum()),
            **{
                name: _share(over[:, k], under[:, k], [found[:, k] for found in resampled[name]], name, grouped)
                for name, (over, under) in parts.items()
            },
        )
        for k, label in enumerate(classes)
    ]


def _share(over: np.ndarray, under: np.ndarray, resampled: list[np.ndarray], name: str, grouped: bool) -> Metric:
    """One class's share with its interval: exact for independent samples and for 0 and 1, else bootstrapped."""
    trials = int((under > 0).sum())
    total = float(under.sum())
    value = float(over.sum() / total) if total else 0.0
    facts = {"samples": int(total) if name != "f1" else int(np.ceil(total / 2)), "groups": trials}
    if trials < LEAST_UNITS:
        return Metric(value=value, **facts)
    if value in (0.0, 1.0):
        further = float(reach(np.array(trials)))
        return Metric(value=value, low=value and 1 - further, high=value or further, method="exact", **facts)
    if not grouped and name != "f1":
        low, high = clopper_pearson(round(float(over.sum())), round(total))
        return Metric(value=value, low=low, high=high, method="exact", **facts)
    low, high = percentiles(np.concatenate(resampled), trials)
    return Metric(value=value, low=min(low, value), high=max(high, value), method="bootstrap", **facts)
