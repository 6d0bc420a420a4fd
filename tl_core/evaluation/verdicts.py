"""What a decision makes of a network's figures: a label, corrected probabilities, or "not sure"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tl_core.domain.decision import Decision, Unsure
from tl_core.evaluation.conformal import possible
from tl_core.evaluation.recalibration import corrected


class Verdicts(NamedTuple):
    """Of n samples, in their order."""

    labels: np.ndarray  # (n,) class numbers; also where it is not sure: what it would say
    probabilities: np.ndarray  # (n, c) corrected
    possible: np.ndarray  # (n, c) whether each class may be the true one
    far: np.ndarray  # (n,) like nothing it learned from

    @property
    def torn(self) -> np.ndarray:
        """(n,) another class than the label is possible, or it alone is not."""
        count = len(self.labels)
        return (self.possible.sum(1) != 1) | ~self.possible[np.arange(count), self.labels]

    @property
    def sure(self) -> np.ndarray:
        """(n,) whether there is an answer."""
        return ~(self.far | self.torn)

    def unsure(self, row: int) -> Unsure:
        """Why sample ``row`` has no answer; empty where it has one."""
        return "far" if self.far[row] else "torn" if self.torn[row] else ""


def judge(
    decision: Decision | None, classes: Sequence[str], probabilities: np.ndarray, distances: np.ndarray | None = None
) -> Verdicts:
    """``probabilities`` (n, c) as the network gives them, ``distances`` (n,) to what it learned from.

    Without a decision the likeliest class is the answer, and nothing is unsure.
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    count = len(probabilities)
    labels = probabilities.argmax(1)
    alone = np.zeros(probabilities.shape, dtype=bool)
    near = np.zeros(count, dtype=bool)
    if decision is None:
        alone[np.arange(count), labels] = True
        return Verdicts(labels, probabilities, alone, near)
    chances = corrected(decision.recalibration, probabilities)
    labels = called(decision, classes, probabilities, chances)
    if decision.sets is not None:
        alone = possible(decision.sets, probabilities)
    else:
        alone[np.arange(count), labels] = True
    if decision.far is not None and distances is not None:
        near = ~(distances <= decision.far.limit)  # a distance that is no number is not near
    return Verdicts(labels, chances, alone, near)


def called(decision: Decision, classes: Sequence[str], probabilities: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """(n,) the class that the threshold calls: the one to find, or the likeliest of the others."""
    threshold = decision.cut.threshold
    if threshold is None:
        return probabilities.argmax(1)
    place = classes.index(decision.cut.positive)
    rest = probabilities.copy()
    rest[:, place] = -1.0
    return np.where(chances[:, place] >= threshold, place, rest.argmax(1))
