"""Classification: name the one class a sample belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

GRID = 10.0 ** np.arange(-5.0, 1.5, 0.5)  # inverse regularisation strengths tried, weakest last
FOLDS = 5  # at most
EXACT = 1e-5  # gradient at which the solver ends
COARSE = 10.0 ** np.arange(-3.0, 1.0)  # strengths, folds and gradient that are enough to tell depths apart
COARSE_FOLDS = 3
REPEATED, MOST_DRAWS = 300, 5  # samples up to which depths are compared by several draws of folds, and how many
COARSE_EXACT = 1e-2


@dataclass(frozen=True)
class Probe:
    """An exact regularised multinomial logistic regression on pooled features.

    ``weight`` (class, feature) and ``bias`` (class,) act on raw features: their standardisation is folded in.
    """

    weight: np.ndarray
    bias: np.ndarray
    inverse_regularisation: float

    def head(self) -> nn.Linear:
        """The same map as a trainable module."""
        module = make_head(self.weight.shape[1], self.weight.shape[0])
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(self.weight))
            module.bias.copy_(torch.from_numpy(self.bias))
        return module


def make_head(features: int, classes: int) -> nn.Linear:
    """A linear head, (batch, feature) -> (batch, class) logits."""
    return nn.Linear(features, classes)


def class_weights(labels: np.ndarray, classes: int, balanced: bool) -> np.ndarray:
    """Weight of each class in the loss, shape (class,): n / (classes present * count) when balanced, else ones."""
    if not balanced:
        return np.ones(classes)
    counts = np.bincount(labels, minlength=classes)
    present = counts > 0
    weights = np.ones(classes)
    weights[present] = len(labels) / (present.sum() * counts[present])
    return weights


def loss(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Weighted cross-entropy of each sample, shape (batch,)."""
    return nn.functional.cross_entropy(logits, labels, reduction="none") * weights[labels]


def probabilities(logits: Tensor) -> np.ndarray:
    """Logits (batch, class) -> probabilities (batch, class) in float64."""
    return torch.softmax(logits.detach().cpu().double(), dim=1).numpy()


def temperature(logits: Tensor, labels: np.ndarray, weights: np.ndarray) -> float:
    """The number to divide logits (sample, class) by for the lowest weighted log-loss on held-out samples.

    A tuned network is surer than it is right; one number cures that and changes no answer (Guo et al. 2017).
    """
    target, weight = torch.from_numpy(labels), torch.from_numpy(weights)
    values = logits.detach().cpu().double()

    def total(logarithm: float) -> float:
        return float(loss(values / np.exp(logarithm), target, weight).sum())

    return float(np.exp(minimize_scalar(total, bounds=(-2.0, 4.0), method="bounded").x))


@threadpool_limits.wrap(limits=1, user_api="blas")  # steps this small wait longer for a second thread than it helps
def solve_probe(
    features: np.ndarray, labels: np.ndarray, classes: int, groups: np.ndarray, *, balanced: bool = True,
    seed: int = 0, among: np.ndarray | None = None, strengths: np.ndarray = GRID,
) -> Probe:  # fmt: skip
    """The quick look: logistic regression solved to its optimum, its regularisation chosen by grouped cross-validation.

    ``features`` (sample, feature), ``labels`` (sample,) in 0..classes-1, ``groups`` (sample,) any hashable codes.
    ``among`` (any sample, feature): whose spread features are measured by; None: the labelled ones'. ``strengths``
    are tried, weakest last. A class without a sample keeps a bias that makes it practically impossible.
    """
    inputs, rotation, centre, spread = _span(features, among)
    strength = _choose_strength(inputs, labels, groups, balanced, seed, strengths)
    coefficients, intercept = _solve(inputs, labels, classes, strength, balanced)
    weight = coefficients @ rotation / spread
    bias = intercept - weight @ centre
    return Probe(weight.astype(np.float32), bias.astype(np.float32), strength)


@threadpool_limits.wrap(limits=1, user_api="blas")
def out_of_fold(
    features: np.ndarray, labels: np.ndarray, classes: int, groups: np.ndarray, *, balanced: bool = True, seed: int = 0
) -> np.ndarray:
    """Probabilities (sample, class), each from a quick look that learned from neither the sample nor its group.

    Shapes as of ``solve_probe``; its regularisation is chosen once, on all samples. As many folds as the class with
    the fewest groups allows, at most five. Raises ValueError where a class has one group alone.
    """
    folds = _folds(labels, groups)
    if folds < 2:
        raise ValueError("a class of one group cannot be learned and judged")
    inputs, *_ = _span(features)
    strength = _choose_strength(inputs, labels, groups, balanced, seed)
    chances = np.zeros((len(labels), classes))
    for learn, judge in StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(inputs, labels, groups):
        coefficients, intercept = _solve(inputs[learn], labels[learn], classes, strength, balanced)
        chances[judge] = probabilities(torch.from_numpy(inputs[judge] @ coefficients.T + intercept))
    return chances


@threadpool_limits.wrap(limits=1, user_api="blas")
def depth_losses(
    stages: Sequence[np.ndarray], labels: np.ndarray, groups: np.ndarray, *, balanced: bool = True, seed: int = 0
) -> list[float]:
    """Cross-validated log-loss a sample of a quick look at each of ``stages``, (sample, feature) each; groups whole.

    Of the best strength of a few, solved roughly: each loss is a little high, all by about as much. Of few samples the
    folds are drawn several times, since one draw may prefer any depth. Empty where a class
    has one group alone, so that there is nothing to compare by.
    """
    if _folds(labels, groups) < 2:
        return []
    folds = min(COARSE_FOLDS, _folds(labels, groups))
    found = []
    for features in stages:
        inputs, *_ = _span(features)
        told = [
            _losses(inputs, labels, groups, balanced, seed + 1000 * number, COARSE, folds, COARSE_EXACT)
            for number in range(max(1, min(MOST_DRAWS, REPEATED // len(labels))))
        ]
        judged = sum(count for _, count in told)
        if not judged:
            return []
        found.append(float(np.sum([losses for losses, _ in told], axis=0).min()) / judged)
    return found


def _span(
    features: np.ndarray, among: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Standardised samples in the space they span: at most min(samples, features) dimensions; rotation, mean, spread.

    The penalty is the same after a rotation, so the solver may work there; found by one singular value decomposition
    of the features that are not the same for all. ``among``: whose mean and spread are taken; None: the samples' own.
    """
    whole = features if among is None else among
    centre, varied = whole.mean(axis=0), whole.std(axis=0) > 0
    spread = np.maximum(whole.std(axis=0), 1e-6 + 1e-3 * whole[:, varied].std() if varied.any() else 1e-6)
    _, singular, found = np.linalg.svd((features[:, varied] - centre[varied]) / spread[varied], full_matrices=False)
    kept = singular > singular.max(initial=0.0) * 1e-6
    rotation = np.zeros((int(kept.sum()), features.shape[1]), dtype=found.dtype)
    rotation[:, varied] = found[kept]
    return (features - centre) / spread @ rotation.T, rotation, centre, spread


def _folds(labels: np.ndarray, groups: np.ndarray) -> int:
    return min(FOLDS, *(len(np.unique(groups[labels == label])) for label in np.unique(labels)))


def _choose_strength(
    inputs: np.ndarray, labels: np.ndarray, groups: np.ndarray, balanced: bool, seed: int, strengths: np.ndarray = GRID
) -> float:
    """The strength with the lowest cross-validated log-loss; groups never part."""
    folds = _folds(labels, groups)
    if folds < 2:
        return 1e-2  # nothing to cross-validate with: lean on the prior
    losses, judged = _losses(inputs, labels, groups, balanced, seed, strengths, folds, EXACT)
    return float(strengths[int(np.argmin(losses))]) if judged else 1e-2


def _losses(
    inputs: np.ndarray, labels: np.ndarray, groups: np.ndarray, balanced: bool, seed: int, grid: np.ndarray,
    folds: int, exact: float,
) -> tuple[list[float], int]:  # fmt: skip
    """Weighted log-loss of the strengths in ``grid``, all judged samples together, and how many were judged."""
    classes = len(np.unique(labels))
    splits = list(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(inputs, labels, groups))
    splits = [(a, b) for a, b in splits if len(np.unique(labels[a])) == classes]
    weights = class_weights(labels, int(labels.max()) + 1, balanced)[labels]
    losses = []
    for strength in grid:
        total = 0.0
        for learn, judge in splits:
            model = _fit(inputs[learn], labels[learn], strength, balanced, exact)
            chance = model.predict_proba(inputs[judge])
            picked = chance[np.arange(len(judge)), np.searchsorted(model.classes_, labels[judge])]
            total -= float(weights[judge] @ np.log(np.maximum(picked, 1e-12)))
        losses.append(total)
        if len(losses) > 3 and losses[-1] > 1.2 * min(losses):
            break  # weaker penalties only overfit further
    return losses, sum(len(judge) for _, judge in splits)


def _fit(
    inputs: np.ndarray, labels: np.ndarray, strength: float, balanced: bool, exact: float = EXACT
) -> LogisticRegression:
    weights = "balanced" if balanced else None
    return LogisticRegression(C=strength, tol=exact, class_weight=weights, max_iter=1000).fit(inputs, labels)


def _solve(
    inputs: np.ndarray, labels: np.ndarray, classes: int, strength: float, balanced: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (class, dimension) and intercepts (class,) for every class, also absent ones."""
    coefficients = np.zeros((classes, inputs.shape[1]))
    intercept = np.full(classes, -30.0)
    present = np.unique(labels)
    if len(present) == 1:
        intercept[present] = 0.0
        return coefficients, intercept
    model = _fit(inputs, labels, strength, balanced)
    if len(present) == 2:  # scikit-learn gives the difference of the two
        coefficients[present] = np.concatenate([-model.coef_, model.coef_]) / 2
        intercept[present] = np.concatenate([-model.intercept_, model.intercept_]) / 2
    else:
        coefficients[present] = model.coef_
        intercept[present] = model.intercept_
    return coefficients, intercept
