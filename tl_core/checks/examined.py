"""What checks look at: samples in a fixed order with all that is known of them, computed once and shared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.fault import Stopped
from tl_core.modalities import Look
from tl_core.tasks.classify import out_of_fold

NEIGHBOURS = 10
AT_ONCE = 1024  # rows of a table of distances held at once


class Looked(Protocol):
    """Samples of any kind, as they are without a model."""

    @property
    def samples(self) -> Sequence[Sample]: ...

    @property
    def looks(self) -> Sequence[Look]: ...

    @property
    def card(self) -> BackboneCard: ...


@dataclass(frozen=True)
class Examined:
    """``n`` samples: those to learn from, then to choose by, then of the exam; in each the order of their ids."""

    dataset: Dataset
    card: BackboneCard  # of the starting model whose features these are
    samples: Sequence[Sample]
    labels: np.ndarray  # (n,) numbers of the dataset's classes
    groups: np.ndarray  # (n,) codes; a sample without a group is one of its own
    subset: np.ndarray  # (n,) "train", "validation", "test"
    features: np.ndarray  # (n, feature) pooled, of the starting model as it is
    looks: Sequence[Look]  # (n,) what is to be seen without a model
    alike: Callable[[Sample, Sample], float]  # how alike two samples are as pictures or texts: 1 for copies, 0
    seed: int = 0
    stop: Callable[[], bool] = lambda: False

    @property
    def ids(self) -> list[str]:
        return [sample.id for sample in self.samples]

    @property
    def grouped(self) -> bool:
        """Whether the dataset knows of any groups."""
        return len(np.unique(self.groups)) < len(self.samples)

    @cached_property
    def learning(self) -> np.ndarray:
        """Numbers of the samples that may be judged by a model: all but the exam's."""
        return np.flatnonzero(self.subset != "test")

    @cached_property
    def chances(self) -> np.ndarray:
        """(learning, class) probabilities for ``learning``, each from a probe that saw neither it nor its group."""
        chosen = self.learning
        return out_of_fold(
            self.features[chosen], self.labels[chosen], len(self.dataset.classes), self.groups[chosen], seed=self.seed
        )

    @cached_property
    def apart(self) -> np.ndarray:
        """As ``chances``, but the probe saw others of the sample's group: too good to judge by, and surer of labels."""
        if not self.grouped:
            return self.chances
        chosen, alone = self.learning, np.arange(len(self.learning))
        classes = len(self.dataset.classes)
        return out_of_fold(self.features[chosen], self.labels[chosen], classes, alone, seed=self.seed)

    @cached_property
    def neighbours(self) -> tuple[np.ndarray, np.ndarray]:
        """Nearest others by cosine: (n, k) numbers and (n, k) similarities, the nearest first."""
        return nearest(self.features, NEIGHBOURS, self.pause)

    def pause(self) -> None:
        """Between two pieces of work: raises Stopped when a person wants to stop."""
        if self.stop():
            raise Stopped


def nearest(
    features: np.ndarray, count: int, pause: Callable[[], None] = lambda: None
) -> tuple[np.ndarray, np.ndarray]:
    """The ``count`` nearest other rows of ``features`` (n, feature) by cosine; fewer where there are fewer rows.

    Features are centred first: those of one network share a large common part.
    """
    count = min(count, len(features) - 1)
    if count < 1:
        return np.zeros((len(features), 0), dtype=np.int64), np.zeros((len(features), 0), dtype=np.float32)
    unit = features.astype(np.float32) - features.mean(axis=0, dtype=np.float64).astype(np.float32)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
    numbers, similar = [], []
    for start in range(0, len(unit), AT_ONCE):
        pause()
        table = unit[start : start + AT_ONCE] @ unit.T
        rows = np.arange(len(table))
        table[rows, start + rows] = -np.inf
        found = np.argpartition(-table, count - 1, axis=1)[:, :count]
        found = np.take_along_axis(found, np.argsort(-np.take_along_axis(table, found, 1), axis=1, kind="stable"), 1)
        numbers.append(found)
        similar.append(np.take_along_axis(table, found, 1))
    return np.concatenate(numbers), np.concatenate(similar)
