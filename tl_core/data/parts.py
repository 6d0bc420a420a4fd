"""Parts of the samples to learn from: every class in like shares, groups whole, small parts within larger ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEAST = 2  # groups (samples, where there are none) of each class in a part: fewer cannot be cross-validated


def holds_every_class(labels: np.ndarray, groups: np.ndarray, share: float) -> bool:
    """Whether ``share`` of the samples is enough for ``LEAST`` groups of every class. ``labels``, ``groups`` (n,)."""
    fewest = min(len(np.unique(groups[labels == label])) for label in np.unique(labels))
    return share >= 1 or share * fewest >= LEAST


def nested(labels: np.ndarray, groups: np.ndarray, shares: Sequence[float], seed: int) -> list[np.ndarray]:
    """Numbers of the samples of each part, in the order of the rising ``shares``; one part lies within the next.

    ``labels``, ``groups`` (n,). Groups come in an order drawn by ``seed``; one is taken where it brings the shares of
    the classes nearer to ``share``, and where a class would have fewer than ``LEAST`` groups without it.
    """
    _, unit = np.unique(groups, return_inverse=True)
    names, label = np.unique(labels, return_inverse=True)
    counts = np.zeros((int(unit.max()) + 1, len(names)))
    np.add.at(counts, (unit, label), 1)
    weights = counts / counts.sum(0)  # what a group is of each class
    order = np.random.default_rng(seed).permutation(len(counts))
    taken = np.zeros(len(counts), dtype=bool)
    have, held = np.zeros(len(names)), np.zeros(len(names))  # of each class: its share, its groups
    parts = []
    for share in shares:
        if share >= 1:
            taken[:] = True
        else:
            for number in order:
                weight = weights[number]
                nearer = ((share - have - weight) ** 2).sum() < ((share - have) ** 2).sum()
                if not taken[number] and (nearer or (held[weight > 0] < LEAST).any()):
                    taken[number] = True
                    have, held = have + weight, held + (weight > 0)
        parts.append(np.flatnonzero(taken[unit]))
    return parts
