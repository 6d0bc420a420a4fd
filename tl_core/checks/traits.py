"""How well traits of samples (``Look``) tell the class, all together and one by one, for samples not learned from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import StratifiedGroupKFold

from tl_core.checks.enough import distinct
from tl_core.modalities.look import Look

FOLDS = 5
TREES = 60
LEAF = 5  # samples, at least
BINS = 24  # of one trait, by rank
WORDS = 10  # values of a kind that get a column; the rest share one
LEAST_WORD = 3  # samples of a value


@dataclass(frozen=True)
class Table:
    """``values`` (n, column); ``columns``: numbers of a trait's columns, one or, for a kind, one a value."""

    values: np.ndarray
    columns: dict[str, list[int]]

    @property
    def names(self) -> list[str]:
        return list(self.columns)


def table_of(looks: Sequence[Look]) -> Table:
    """All traits that differ between samples."""
    columns: dict[str, list[int]] = {}
    found: list[np.ndarray] = []

    def add(name: str, values: np.ndarray) -> None:
        if len(np.unique(values)) > 1:
            columns.setdefault(name, []).append(len(found))
            found.append(values)

    for name in dict.fromkeys(name for look in looks for name in look.traits):
        add(
            name, np.nan_to_num(np.array([look.traits.get(name, np.nan) for look in looks], dtype=np.float64), nan=-1.0)
        )
    for name in dict.fromkeys(name for look in looks for name in look.kinds):
        said = [look.kinds.get(name, "") for look in looks]
        for word, count in Counter(said).most_common(WORDS):
            if count >= LEAST_WORD:
                add(name, np.array([one == word for one in said], dtype=np.float64))
    return Table(np.stack(found, axis=1) if found else np.zeros((len(looks), 0)), columns)


def answers(values: np.ndarray, labels: np.ndarray, classes: int, groups: np.ndarray, seed: int = 0) -> np.ndarray:
    """(n, class) probabilities by trees over ``values`` (n, column), each from trees that saw neither sample nor group.

    Trees, since a trait may tell a class by a value in the middle; random thresholds, since they are quick and do not
    overfit a few hundred samples.
    """
    chances = np.zeros((len(labels), classes))
    for learn, judge in _folds(values, labels, groups, seed):
        trees = ExtraTreesClassifier(
            TREES, min_samples_leaf=LEAF, max_features=None, class_weight="balanced", random_state=seed
        ).fit(values[learn], labels[learn])
        chances[judge[:, None], trees.classes_] = trees.predict_proba(values[judge])
    return chances


def by_one(table: Table, labels: np.ndarray, groups: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Balanced accuracy of each trait alone: the class that is commonest, by shares, among samples of like value."""
    folds = list(_folds(table.values, labels, groups, seed))
    return {name: _alone(table.values[:, columns], labels, folds) for name, columns in table.columns.items()}


def _folds(
    values: np.ndarray, labels: np.ndarray, groups: np.ndarray, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    count = min(FOLDS, int(distinct(groups, labels)[np.unique(labels)].min()))
    yield from StratifiedGroupKFold(count, shuffle=True, random_state=seed).split(values, labels, groups)


def _alone(values: np.ndarray, labels: np.ndarray, folds: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    classes, labels = np.unique(labels, return_inverse=True)
    right = np.zeros(len(labels))
    for learn, judge in folds:
        if values.shape[1] == 1:
            edges = np.unique(np.quantile(values[learn, 0], np.linspace(0, 1, BINS + 1)[1:-1]))
            place = np.searchsorted(edges, values[:, 0], side="right")
        else:
            place = values.argmax(1) + (values.max(1) > 0)
        counts = np.ones((int(place.max()) + 1, len(classes)))
        np.add.at(counts, (place[learn], labels[learn]), 1)
        said = (counts / counts.sum(0)).argmax(1)[place[judge]]
        right[judge] = said == labels[judge]
    return float((np.bincount(labels, weights=right) / np.bincount(labels)).mean())
