"""What is known of a model's quality."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.split import Concern, Subset

OURS = frozenset({"probe", "finetuned", "scratch", "mix"})  # candidates of a run; others are what it must beat
MetricName = Literal["accuracy", "balanced_accuracy", "f1", "auc", "log_loss"]  # f1 and auc: macro averages


class Metric(Noun):
    """A figure with its 95 % interval."""

    value: float
    low: float | None = None  # none: no honest interval (fewer than 10 groups); ``method`` says so
    high: float | None = None
    method: Literal["bootstrap", "exact", "delta", "none"] = "none"
    samples: int = 0
    groups: int = 0  # units resampled; equals samples where there are no groups


class Energy(Noun):
    """What a piece of work took."""

    joules: float
    measured: bool  # by the machine's own counters; else reckoned from seconds at work


class ClassReport(Noun):
    label: str
    samples: int
    recall: Metric
    precision: Metric
    f1: Metric


class Curve(Noun):
    """Points of a ROC or precision-recall curve of one class against the rest, thinned to at most 200."""

    label: str
    x: list[float]
    y: list[float]
    area: float


class Candidate(Noun):
    """One way to answer, judged on one subset: probe, finetuned, scratch, mix, majority, or a competitor's name."""

    name: str
    metrics: dict[MetricName, Metric]
    seconds: float  # to make it, data at hand
    epochs: int | None = None
    share: float | None = None  # of a mix: how much of it is tuned, 0 to 1


class Report(Noun):
    """A run's model judged on one subset; ``evaluation/<subset>.json``. Predictions lie beside it."""

    subset: Subset
    chosen: str
    candidates: list[Candidate]  # the chosen one first
    classes: list[ClassReport]
    confusion: list[list[int]]  # [true][predicted], in the order of the dataset's classes
    roc: list[Curve]
    precision_recall: list[Curve]
    gain_over_classic: Metric | None = None  # balanced accuracy, paired
    against: str = "classic"  # the competitor that this gain is over: the strongest on validation
    recommended: str = ""  # the candidate that did best on validation; empty: not asked when the report was made
    warnings: list[Concern] = []  # what was known against these figures when they were made


class Predictions(Noun):
    """Probabilities of the chosen model; ``evaluation/<subset>-predictions.json``. Sample ids only, no names."""

    samples: list[str]
    true: list[int]
    probabilities: list[list[float]]
