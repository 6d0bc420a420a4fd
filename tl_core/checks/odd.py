"""Odd ones out: samples far from all others, as a picture of something else among pictures of cells would be.

The distance to the nearest others (k nearest neighbours; Ramaswamy, Rastogi & Shim 2000) is compared with that of the
sample's own class, since classes differ in how much their samples vary. The fence lies like Tukey's on the
logarithm of the distance, which few odd samples cannot move.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks import check
from tl_core.checks.examined import Examined
from tl_core.domain.finding import DropRemedy, Finding

NEAREST = 5  # others whose distance counts
FENCE = 2.0  # interquartile ranges above the third quartile: at 3 half of planted strangers were missed, at 2 none
FEWEST = 20  # samples of a class that tell what is usual; fewer share the usual of all
MANY = 0.02  # share of samples: so many odd ones are a mixture worth a warning


@check("odd")
def odd(examined: Examined) -> Iterator[Finding]:
    """Of the exam's samples none is offered to be left out: hard ones would go, and the figure be too good."""
    chosen = examined.learning
    excess = strangeness(1 - examined.neighbours[1][:, :NEAREST], examined.labels)[chosen]
    listed = np.flatnonzero(excess > 0)
    if not len(listed):
        return
    listed = listed[np.argsort(-excess[listed], kind="stable")]
    ids = [examined.samples[chosen[n]].id for n in listed]
    yield Finding(
        code="odd_ones",
        level="warning" if len(ids) >= MANY * len(chosen) else "note",
        values={"count": len(ids), "of": len(chosen)},
        samples=ids,
        remedies=[DropRemedy(samples=ids)],
    )


def strangeness(distances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) how far beyond its class's fence a sample lies, above 0 if odd; ``distances`` (n, k) to the nearest."""
    if distances.shape[1] == 0:
        return np.full(len(labels), -1.0)
    values = np.log(np.maximum(distances.mean(axis=1), 1e-6))
    of_all = _fence(values)
    fences = np.full(int(labels.max()) + 1, of_all)
    for number in np.unique(labels):
        own = values[labels == number]
        if len(own) >= FEWEST:
            fences[number] = _fence(own)
    return values - fences[labels]


def _fence(values: np.ndarray) -> float:
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high + FENCE * max(high - low, 0.05))
