"""Whether frozen features suit a task, without training: the evidence of a linear model."""

from __future__ import annotations

import numpy as np

ROUNDS = 11  # of the fixed point, as in the paper; it has long settled by then
TOLERANCE = 1e-3


def logme(features: np.ndarray, labels: np.ndarray) -> float:
    """Logarithm of maximum evidence per sample, averaged over the classes; higher fits better.

    ``features`` (n, d), ``labels`` (n,) class numbers. You et al. 2021, "LogME: Practical Assessment of Pre-trained
    Models for Transfer Learning", algorithm 1, on standardised features, so that their scale says nothing.
    Raises ValueError for fewer than two classes.
    """
    present = np.unique(labels)
    if len(present) < 2:
        raise ValueError("one class alone is nothing to tell apart")
    spread = np.maximum(features.std(axis=0), 1e-6)
    left, singular, _ = np.linalg.svd((features - features.mean(axis=0)) / spread, full_matrices=False)
    kept = singular > singular.max(initial=0.0) * 1e-6
    return float(np.mean([_evidence(left[:, kept], singular[kept] ** 2, labels == label) for label in present]))


def _evidence(left: np.ndarray, sigma: np.ndarray, hits: np.ndarray) -> float:
    """Of one class against the rest: ``left`` (n, k) singular vectors, ``sigma`` (k,) squared singular values."""
    target = hits - hits.mean()
    count, dimensions = left.shape
    along = (left.T @ target) ** 2
    beside = float(target @ target - along.sum())
    alpha = beta = 1.0  # precision of the weights, of the noise
    for _ in range(ROUNDS):
        ratio = alpha / beta
        effective = float((sigma / (sigma + ratio)).sum())
        weights = float((sigma * along / (ratio + sigma) ** 2).sum())
        residual = float((along / (1 + sigma / ratio) ** 2).sum()) + beside
        alpha, beta = effective / (weights + 1e-5), (count - effective) / (residual + 1e-5)
        if abs(alpha / beta - ratio) <= TOLERANCE * ratio:
            break
    evidence = (
        dimensions / 2 * np.log(alpha) + count / 2 * np.log(beta) - np.log(alpha + beta * sigma).sum() / 2
        - beta / 2 * residual - alpha / 2 * weights - count / 2 * np.log(2 * np.pi)
    )  # fmt: skip
    return float(evidence / count)
