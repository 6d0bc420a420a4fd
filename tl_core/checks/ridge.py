"""A classifier quick enough to be asked a hundred times what it says of samples it has not seen.

Ridge regression on one-hot targets, classes weighted alike, in the directions that features vary in most. Its normal
equations are sums over samples, so leaving a fold out is a subtraction and one small linear system.
"""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

DIRECTIONS = 128
FOLDS = 10
DRAWS = 20
PENALTIES = 10.0 ** np.arange(-1, 6)
INTERCEPT = 10.0  # the constant input, in standard deviations of the others: hardly penalised


class Ridge:
    """``features`` (n, feature), ``labels`` (n,); the penalty is chosen once, by folds drawn at random."""

    @threadpool_limits.wrap(limits=1, user_api="blas")
    def __init__(self, features: np.ndarray, labels: np.ndarray, seed: int = 0) -> None:
        present, self._labels = np.unique(labels, return_inverse=True)
        inputs = _directions(features)
        self._inputs = np.column_stack([inputs, np.full(len(inputs), INTERCEPT)])
        self._targets = 2.0 * np.eye(len(present))[self._labels] - 1
        self._weights = (len(labels) / (len(present) * np.bincount(self._labels)))[self._labels][:, None]
        self._penalty = 1.0
        folds = np.random.default_rng(seed).permutation(len(labels)) % FOLDS
        errors = []
        for penalty in PENALTIES:
            self._penalty = float(penalty)
            errors.append(float((self._weights * (self._answers(folds) - self._targets) ** 2).mean()))
        self._penalty = float(PENALTIES[int(np.argmin(errors))])

    @threadpool_limits.wrap(limits=1, user_api="blas")
    def fall(self, groups: np.ndarray, units: np.ndarray, seed: int = 0) -> tuple[float, float]:
        """How much worse it is where ``groups`` (n,) are left out whole: fall of the hit rate, and in how many
        standard deviations of what chance does.

        Chance is folds of the same sizes with ``units`` (n,), the samples or groups that never part anyway, dealt
        anew among those of their class.
        """
        folds = _dealt(groups, seed)
        seen = self._hit_rate(folds)
        _, first, unit = np.unique(units, return_index=True, return_inverse=True)
        counts = np.zeros((len(first), int(self._labels.max()) + 1))
        np.add.at(counts, (unit, self._labels), 1)
        kind, of_unit = counts.argmax(1), folds[first]
        rng = np.random.default_rng(seed)
        by_chance = []
        for _ in range(DRAWS):
            dealt = of_unit.copy()
            for number in np.unique(kind):
                members = np.flatnonzero(kind == number)
                dealt[members] = of_unit[rng.permutation(members)]
            by_chance.append(self._hit_rate(dealt[unit]))
        gap = float(np.mean(by_chance)) - seen
        return gap, gap / max(float(np.std(by_chance, ddof=1)), 1e-9)

    def _hit_rate(self, folds: np.ndarray) -> float:
        """Balanced accuracy where each sample is answered by what learned from the other ``folds`` (n,)."""
        right = self._answers(folds).argmax(1) == self._labels
        return float((np.bincount(self._labels, weights=right) / np.bincount(self._labels)).mean())

    def _answers(self, folds: np.ndarray) -> np.ndarray:
        """(n, class) scores, each from all other folds."""
        weighted = self._inputs * self._weights
        square = weighted.T @ self._inputs + self._penalty * np.eye(self._inputs.shape[1])
        product = weighted.T @ self._targets
        scores = np.zeros_like(self._targets)
        for number in np.unique(folds):
            out = folds == number
            left = square - weighted[out].T @ self._inputs[out]
            scores[out] = self._inputs[out] @ np.linalg.solve(left, product - weighted[out].T @ self._targets[out])
        return scores


def _directions(features: np.ndarray) -> np.ndarray:
    """(n, at most DIRECTIONS) principal components of standardised features, scaled together to unit spread."""
    values = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    spread = values.std(axis=0)
    values /= np.maximum(spread, 1e-6 + 1e-3 * values.std())
    wide = values.shape[1] > values.shape[0]
    strengths, vectors = np.linalg.eigh(values @ values.T if wide else values.T @ values)
    kept = np.argsort(-strengths)[:DIRECTIONS]
    kept = kept[strengths[kept] > 1e-9 * max(float(strengths.max()), 1e-12)]
    found = vectors[:, kept] * np.sqrt(strengths[kept]) if wide else values @ vectors[:, kept]
    return found / max(float(found.std()), 1e-12) if found.size else np.zeros((len(features), 1))


def _dealt(groups: np.ndarray, seed: int) -> np.ndarray:
    """(n,) folds with groups whole, the largest first to the smallest fold; as many as there are groups, at most 10."""
    sizes = np.bincount(groups)
    there = np.flatnonzero(sizes)
    drawn = np.random.default_rng(seed).permutation(there)
    held = np.zeros(min(FOLDS, len(there)))
    fold = np.zeros(len(sizes), dtype=np.int64)
    for group in drawn[np.argsort(-sizes[drawn], kind="stable")]:
        fold[group] = held.argmin()
        held[fold[group]] += sizes[group]
    return fold[groups]
