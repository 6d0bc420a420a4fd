"""Whether there is enough to judge by: a class from one group alone cannot be learned and judged."""

from __future__ import annotations

import numpy as np

from tl_core.checks import Omit
from tl_core.checks.examined import Examined

LEAST_GROUPS = 2  # of each class, among the samples that may be judged


def distinct(values: np.ndarray, within: np.ndarray) -> np.ndarray:
    """How many distinct ``values`` (n,) come with each number of ``within`` (n,); 0 for numbers it lacks."""
    pairs = np.unique(np.stack([within, values]), axis=1)
    return np.bincount(pairs[0])


def need_judgement(examined: Examined) -> None:
    """Raises Omit where no model could answer for samples it has not seen: too few groups of a class, or none."""
    chosen = examined.learning
    found = distinct(examined.groups[chosen], examined.labels[chosen])
    classes = examined.dataset.classes
    few = [label for number, label in enumerate(classes) if number >= len(found) or found[number] < LEAST_GROUPS]
    if few:
        raise Omit("findings.not_judged", count=len(few), label=few[0])
