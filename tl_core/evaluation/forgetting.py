"""What a tuned model has kept of the original's ability (catastrophic forgetting), measured against the original.

Shares of reference samples with their 95 % interval; samples that hang together (details of one part of a photograph,
paragraphs of one page) count as one unit.
"""

from __future__ import annotations

import numpy as np

from tl_core.domain.report import Metric
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, clopper_pearson, draws, percentiles, reach, units_of

_TINY = 1e-12


def agreement(
    original_probabilities: np.ndarray, tuned_probabilities: np.ndarray, units: Groups = None, seed: int = 0
) -> Metric:
    """Share of samples whose top answer is the original's. Both (n, c): probabilities, or logits."""
    hits = np.asarray(original_probabilities).argmax(1) == np.asarray(tuned_probabilities).argmax(1)
    return share(hits, units, seed)


def neighbours(original: np.ndarray, tuned: np.ndarray, units: Groups = None, seed: int = 0) -> Metric:
    """Share of samples whose nearest other sample, by cosine, is the one it was for the original.

    Both (n, feature): for models that keep no classifier of their own to ask.
    """
    return share(_nearest_other(original) == _nearest_other(tuned), units, seed)


def retrieval(queries: np.ndarray, passages: np.ndarray, units: Groups = None, seed: int = 0) -> Metric:
    """Recall at 1: share of queries whose most alike passage, by cosine, is their own.

    Both (n, feature); row k of ``queries`` belongs to row k of ``passages``.
    """
    found = (_directions(queries) @ _directions(passages).T).argmax(1)
    return share(found == np.arange(len(found)), units, seed)


def linear_cka(a: np.ndarray, b: np.ndarray) -> float:
    """How alike two layers see the same n samples: 1 the same up to rotation and scale, 0 nothing in common.

    ``a`` (n, p) and ``b`` (n, q). Linear centred kernel alignment, Kornblith et al. 2019. Something that is the same
    for all samples is like nothing else: 0.
    """
    a, b = (np.asarray(x, dtype=np.float64) - np.mean(x, axis=0, dtype=np.float64) for x in (a, b))
    if len(a) < min(a.shape[1], b.shape[1]):  # the same numbers from the smaller matrices
        kernels = a @ a.T, b @ b.T
        common, own_a, own_b = (kernels[0] * kernels[1]).sum(), *((kernel**2).sum() for kernel in kernels)
    else:
        common, own_a, own_b = (((x.T @ y) ** 2).sum() for x, y in ((a, b), (a, a), (b, b)))
    scale = float(np.sqrt(own_a) * np.sqrt(own_b))
    return float(np.clip(common / scale, 0.0, 1.0)) if scale > _TINY else 0.0


def share(hits: np.ndarray, units: Groups = None, seed: int = 0) -> Metric:
    """Share of ``hits`` (n,), exact where units are samples or all outcomes are alike, else bootstrapped over units."""
    hits = np.asarray(hits, dtype=np.float64)
    numbers = units_of(units, len(hits))
    count = int(numbers.max()) + 1
    value = float(hits.mean())
    facts = {"samples": len(hits), "groups": count}
    if count < LEAST_UNITS:
        return Metric(value=value, **facts)
    if value in (0.0, 1.0):
        further = float(reach(np.array(count)))
        return Metric(value=value, low=value and 1 - further, high=value or further, method="exact", **facts)
    if count == len(hits):
        low, high = clopper_pearson(round(float(hits.sum())), len(hits))
        return Metric(value=value, low=low, high=high, method="exact", **facts)
    over, under = np.bincount(numbers, weights=hits), np.bincount(numbers).astype(float)
    low, high = percentiles(np.concatenate([(w @ over) / (w @ under) for w in draws(count, seed)]), count)
    return Metric(value=value, low=min(low, value), high=max(high, value), method="bootstrap", **facts)


def _directions(features: np.ndarray) -> np.ndarray:
    features = np.asarray(features, dtype=np.float64)
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), _TINY)


def _nearest_other(features: np.ndarray) -> np.ndarray:
    directions = _directions(features)
    alike = directions @ directions.T
    np.fill_diagonal(alike, -np.inf)
    return alike.argmax(1)
