"""A way of training judged fold by fold on samples it has not seen: for data that are too few for an exam."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric, MetricName


class Crossed(Noun):
    """``evaluation/cross-validation.json`` of a training. It judges the recipe, not the one model that is in use."""

    folds: int
    repeats: int
    metrics: dict[MetricName, Metric]  # over all samples, each answered by models that saw neither it nor its group
    spread: list[float]  # balanced accuracy of each fold of each repeat, where it holds more than one class
