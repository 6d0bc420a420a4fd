"""Which classes are possible: split conformal sets with a promised share that hold the true class.

Score: 1 minus the probability of the class (LAC; Sadinle, Lei & Wasserman 2019). It gives the smallest sets, and so the
most answers; adaptive scores (APS) even out coverage over easy and hard samples at the price of larger ones. Limits are
taken by class (Mondrian; Vovk 2012) where every class has samples enough. Samples of one group are alike, so groups
count and not samples (hierarchical conformal prediction; Lee, Barber & Willett 2023): the promise is for a sample of a
new group. Written here because it is a dozen lines; libraries for it wrap estimators and know no groups.
"""

from __future__ import annotations

import numpy as np

from tl_core.domain.decision import Sets
from tl_core.evaluation.intervals import Groups, units_of

MARGIN = 1e-4  # of a probability: so far a bundle may answer from what was measured, and limits lie on samples


def sets_at(error: float, true: np.ndarray, probabilities: np.ndarray, groups: Groups = None) -> Sets | None:
    """Limits from held-out samples: ``true`` (n,), ``probabilities`` (n, c). None: they are too few for ``error``."""
    true = np.asarray(true, dtype=np.int64)
    classes = probabilities.shape[1]
    scores = 1.0 - np.asarray(probabilities)[np.arange(len(true)), true]
    units = units_of(groups, len(true))
    limits = [quantile(scores[true == k], units[true == k], 1 - error) for k in range(classes)]
    by_class = all(limit is not None for limit in limits)
    if not by_class:
        limits = [quantile(scores, units, 1 - error)] * classes
    found = [limit + MARGIN for limit in limits if limit is not None]
    return Sets(error=error, by_class=by_class, limits=found) if found else None


def possible(sets: Sets, probabilities: np.ndarray) -> np.ndarray:
    """(n, c) whether each class is; never none: an empty set says no more than that the model is good."""
    found = 1.0 - probabilities <= np.array(sets.limits)
    found[np.arange(len(found)), probabilities.argmax(1)] = True
    return found


def quantile(scores: np.ndarray, units: np.ndarray, level: float) -> float | None:
    """The least value that a new unit's score stays at or below with probability ``level``; None: too few units.

    Every unit has the same weight, spread over its samples, and so has the one to come, of which nothing is known.
    """
    if not len(scores):
        return None
    _, unit, held = np.unique(units, return_inverse=True, return_counts=True)
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(1.0 / held[unit[order]]) / (len(held) + 1)
    place = int(np.searchsorted(reached, level - 1e-9))
    return float(scores[order[place]]) if place < len(scores) else None
