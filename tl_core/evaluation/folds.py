"""Parts for cross-validation of what is fitted on few samples: groups stay whole, classes are dealt evenly."""

from __future__ import annotations

import numpy as np

from tl_core.evaluation.intervals import Groups, units_of

FOLDS = 5


def folds(true: np.ndarray, groups: Groups = None, seed: int = 0, count: int = FOLDS) -> np.ndarray:
    """(n,) the part of each sample, 0 to at most ``count`` - 1; fewer parts where there are fewer groups.

    Groups are dealt round by their commonest class, in an order drawn by ``seed``.
    """
    true = np.asarray(true, dtype=np.int64)
    units = units_of(groups, len(true))
    total = int(units.max()) + 1
    classes = int(true.max()) + 1
    held = np.bincount(units * classes + true, minlength=total * classes).reshape(total, classes)
    drawn = np.random.default_rng(seed).permutation(total)
    order = drawn[np.argsort(held[drawn].argmax(1), kind="stable")]
    part = np.empty(total, dtype=np.int64)
    part[order] = np.arange(total) % min(count, total)
    return part[units]
