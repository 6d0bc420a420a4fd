"""How well passages are found: ranks of what is right, and what they come to, with intervals.

A question is answered by passages, or, where nobody named one, by whole documents; a document stands where its best
passage stands. Recall at k is the share of questions with anything right among the first k, as a person who looks at
k results would count it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tl_core.domain.answer import RetrievalMetric
from tl_core.domain.report import Metric
from tl_core.evaluation import forgetting
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, draws, percentiles, units_of

METRICS: tuple[RetrievalMetric, ...] = ("recall@1", "recall@5", "mrr", "ndcg@10")
DEEP = 10  # of nDCG


@dataclass(frozen=True)
class Truth:
    """What is right for each question, over numbered passages.

    ``documents`` (passage,): the number of each one's document. ``right``: a question's passages, or, where ``whole``
    is true, its documents' numbers.
    """

    documents: np.ndarray
    right: list[np.ndarray]
    whole: list[bool]

    def some(self, rows: Sequence[int] | np.ndarray) -> Truth:
        """Of these questions alone."""
        return Truth(self.documents, [self.right[k] for k in rows], [self.whole[k] for k in rows])


def ranks(scores: np.ndarray, truth: Truth) -> list[np.ndarray]:
    """For each question the ranks of all that is right, from 1, rising. ``scores`` (question, passage).

    What scores the same as something wrong stands behind it.
    """
    return [
        _ranks(best_of(row, truth.documents) if whole else row, right)
        for row, right, whole in zip(scores, truth.right, truth.whole, strict=True)
    ]


def best_of(scores: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """(number,) the highest of ``scores`` (passage,) of each of ``numbers`` (passage,), counted from 0."""
    best = np.full(int(numbers.max(initial=-1)) + 1, -np.inf, dtype=np.float32)
    np.maximum.at(best, numbers, scores)
    return best


def _ranks(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    wrong = np.sort(np.delete(scores, right))
    own = np.sort(scores[right])[::-1]
    return len(wrong) - np.searchsorted(wrong, own, side="left") + np.arange(1, len(right) + 1)


def each(found: Sequence[np.ndarray], metric: RetrievalMetric) -> np.ndarray:
    """(question,) what a metric is the mean of, from ``ranks``; all between 0 and 1."""
    if metric == "ndcg@10":
        return np.array([_ndcg(one) for one in found], dtype=np.float64)
    first = np.array([one[0] for one in found], dtype=np.float64)
    if metric == "mrr":
        return 1.0 / first
    return (first <= int(metric.removeprefix("recall@"))).astype(np.float64)


def _ndcg(found: np.ndarray) -> float:
    """Järvelin & Kekäläinen 2002, with relevance 0 or 1."""
    gained = (1 / np.log2(1 + found[found <= DEEP])).sum()
    return float(gained / (1 / np.log2(np.arange(2, 2 + min(DEEP, len(found))))).sum())


def judge(found: Sequence[np.ndarray], groups: Groups = None, seed: int = 0) -> dict[RetrievalMetric, Metric]:
    """All metrics of one ranking, with 95 % intervals over groups of questions."""
    return {metric: mean_of(each(found, metric), groups, seed) for metric in METRICS}


def mean_of(values: np.ndarray, groups: Groups = None, seed: int = 0) -> Metric:
    """Mean over questions of what lies between 0 and 1. Exact for shares of questions without groups, and at 0 or 1."""
    if not len(values):
        return Metric(value=0.0)
    if np.isin(values, (0.0, 1.0)).all():
        return forgetting.share(values, groups, seed)
    return _resampled(values, groups, seed)


def gain(ours: np.ndarray, theirs: np.ndarray, groups: Groups = None, seed: int = 0) -> Metric:
    """Mean of ``ours`` less ``theirs`` (question,), paired: what is hard for both cancels out."""
    return _resampled(np.asarray(ours, dtype=np.float64) - theirs, groups, seed)


def standard_error(values: np.ndarray, groups: Groups = None) -> float:
    """Of their mean, clustered by group; infinite for one group alone."""
    units = units_of(groups, len(values))
    count = int(units.max(initial=-1)) + 1
    if count < 2:
        return float("inf")
    off = np.bincount(units, weights=values - values.mean()) / len(values)
    return float(np.sqrt(count / (count - 1) * (off**2).sum()))


def _resampled(values: np.ndarray, groups: Groups, seed: int) -> Metric:
    units = units_of(groups, len(values))
    count, value = int(units.max(initial=-1)) + 1, float(values.mean()) if len(values) else 0.0
    if count < LEAST_UNITS:
        return Metric(value=value, samples=len(values), groups=count)
    over, under = np.bincount(units, weights=values), np.bincount(units).astype(float)
    low, high = percentiles(np.concatenate([(w @ over) / (w @ under) for w in draws(count, seed)]), count)
    return Metric(
        value=value, low=min(low, value), high=max(high, value), method="bootstrap", samples=len(values), groups=count
    )
