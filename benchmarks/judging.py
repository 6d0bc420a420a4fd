"""Everybody's answers judged by one code: Thaw's own metrics, on labels that all of them were given or kept from."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks import material
from benchmarks.against import Outcome
from benchmarks.material import Material
from tl_core.domain.report import Metric
from tl_core.evaluation.metrics import balanced_accuracy
from tl_core.evaluation.paired import paired_gain


@lru_cache(maxsize=16)
def _read(path: Path) -> Material:
    return material.read(path)


def accuracy(outcome: Outcome) -> float | None:
    """Balanced accuracy on the held-out samples; None for one that answers nothing."""
    if "test" not in outcome.answers:
        return None
    return balanced_accuracy(_read(outcome.material).test.labels, outcome.answers["test"])


def difference(mine: list[Outcome], other: list[Outcome]) -> Metric | None:
    """Balanced accuracy of ``mine`` minus that of ``other``, paired over the held-out samples of all common seeds.

    A sample or group that several seeds hold out is one unit of the bootstrap: its answers are no new evidence.
    """
    pairs = [(m, o) for m, o in paired(mine, other) if "test" in m.answers and "test" in o.answers]
    if not pairs:
        return None
    parts = [_read(m.material).test for m, _ in pairs]
    return paired_gain(
        np.concatenate([part.labels for part in parts]),
        np.concatenate([m.answers["test"] for m, _ in pairs]),
        np.concatenate([o.answers["test"] for _, o in pairs]),
        np.concatenate([part.groups for part in parts]),
    )


def paired(mine: list[Outcome], other: list[Outcome]) -> list[tuple[Outcome, Outcome]]:
    """By seed, those that both have."""
    theirs = {outcome.seed: outcome for outcome in other}
    return [(outcome, theirs[outcome.seed]) for outcome in mine if outcome.seed in theirs]


def losses(outcome: Outcome) -> list[tuple[float, float]]:
    """Seconds so far and validation log-loss after every epoch, as Thaw's loop judges: classes weighted, and at the
    best temperature, so that nobody loses by being too sure."""
    if outcome.losses:
        return outcome.losses
    import torch

    from tl_core.tasks import classify

    given = _read(outcome.material)
    labels = given.validation.labels
    weights = classify.class_weights(given.train.labels, len(given.classes), True)
    found = []
    for seconds, chances in zip(outcome.epochs, outcome.answers.get("epochs", []), strict=True):
        logits = torch.from_numpy(np.log(np.maximum(chances, 1e-30)))
        logits = logits / classify.temperature(logits, labels, weights)
        each = classify.loss(logits, torch.from_numpy(labels), torch.from_numpy(weights))
        found.append((seconds, float(each.sum()) / float(weights[labels].sum())))
    return found


def seconds_to_equal_loss(mine: Outcome, other: Outcome) -> tuple[float, float]:
    """Seconds of each until the end of its first epoch with a log-loss that both reach: the worse of their bests."""
    both = losses(mine), losses(other)
    level = max(min(loss for _, loss in told) for told in both)
    first, second = (next(seconds for seconds, loss in told if loss <= level) for told in both)
    return first, second
