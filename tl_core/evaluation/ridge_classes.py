"""Ridge regression on class marks, as ROCKET's authors read their features: quick with more features than samples.

Its strength is chosen by leaving out one group at a time, which costs no refit (Golub, Heath and Wahba 1979). What it
says of the samples left out also sets the scale by which its numbers become probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from threadpoolctl import threadpool_limits

from tl_core.evaluation.metrics import log_losses

STRENGTHS = 10.0 ** np.arange(-3, 4)  # of the penalty, as multiples of a sample's mean energy
LARGEST = 3000  # samples: the work grows with their cube


@dataclass(frozen=True)
class Ridge:
    """``weight`` (feature, class), ``bias`` (class,) on raw features; ``scale`` makes probabilities of their sum."""

    weight: np.ndarray
    bias: np.ndarray
    scale: float

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """(sample, class)"""
        return _softmax(self.scale * (features @ self.weight + self.bias))


@threadpool_limits.wrap(limits=1, user_api="blas")
def solve(features: np.ndarray, y: np.ndarray, units: np.ndarray, classes: int) -> tuple[Ridge, np.ndarray | None]:
    """``features`` (sample, feature), ``y`` (sample,) class numbers, ``units`` (sample,) groups. Classes count alike.

    Also the probabilities (sample, class) of each by what was fitted without its group. Of more than ``LARGEST``
    samples some are drawn, and those are not told.
    """
    count = len(y)
    rows = np.sort(np.random.default_rng(0).permutation(len(y))[:LARGEST])
    features, y, units = features[rows].astype(np.float64), y[rows], units[rows]
    weights = len(y) / (len(np.unique(y)) * np.bincount(y, minlength=classes)[y])
    roots = np.sqrt(weights)[:, None]
    spread = features.std(axis=0)
    spread = np.maximum(spread, 1e-9 + 1e-3 * float(spread.mean()))
    centre = np.average(features, axis=0, weights=weights)
    inputs = (features - centre) / spread * roots
    marks = np.where(np.arange(classes) == y[:, None], 1.0, -1.0)
    middle = np.average(marks, axis=0, weights=weights)
    values, vectors = np.linalg.eigh(inputs @ inputs.T)
    values = np.maximum(values, 0.0)
    strengths = STRENGTHS * max(float(values.mean()), 1e-12)
    judged = [_left_out(values, vectors, strength, roots, marks, units) for strength in strengths]
    wrong = [float(np.average(said.argmax(axis=1) != y, weights=weights)) for said in judged]
    off = [float(np.average(((said - marks) ** 2).sum(axis=1), weights=weights)) for said in judged]
    best = min(range(len(strengths)), key=lambda k: (wrong[k], off[k]))
    turned = vectors.T @ ((marks - middle) * roots)
    weight = inputs.T @ (vectors @ (turned / (values + strengths[best])[:, None])) / spread[:, None]
    scale = _scale(judged[best], y, weights)
    told = _softmax(scale * judged[best]) if len(y) == count else None
    return Ridge(weight, middle - centre @ weight, scale), told


def _left_out(
    values: np.ndarray, vectors: np.ndarray, strength: float, roots: np.ndarray, marks: np.ndarray, units: np.ndarray
) -> np.ndarray:
    """(sample, class) what is said of each sample by what was fitted without its group.

    The weighted residuals are ``left`` times the marks; ``left`` is what the penalty and the free intercept let
    through. Of a group, its own block undone gives the residuals without the group.
    """
    shares = strength / (values + strength)
    level = (roots / np.linalg.norm(roots))[:, 0]
    weighted = marks * roots
    residuals = vectors @ (shares[:, None] * (vectors.T @ weighted)) - np.outer(level, level @ weighted)
    diagonal = (vectors**2) @ shares - level**2
    found = residuals / np.maximum(diagonal, 1e-9)[:, None]
    order = np.argsort(units, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(units[order])) + 1):
        if len(members) > 1:
            block = (vectors[members] * shares) @ vectors[members].T - np.outer(level[members], level[members])
            found[members] = np.linalg.solve(block + 1e-9 * np.eye(len(members)), residuals[members])
    return marks - found / roots


def _scale(said: np.ndarray, y: np.ndarray, weights: np.ndarray) -> float:
    """The factor of the lowest weighted log-loss; no surer of a clear case than Laplace's rule allows after so few."""

    def loss(logarithm: float) -> float:
        return float((weights * log_losses(y, _softmax(np.exp(logarithm) * said))).sum())

    surest = float(np.log(np.log((len(y) + 1) * max(1, said.shape[1] - 1)) / 2))
    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, max(0.0, surest)), method="bounded").x))


def _softmax(values: np.ndarray) -> np.ndarray:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
