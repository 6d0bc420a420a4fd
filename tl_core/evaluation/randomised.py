"""Does an explanation come from what the model has learned? The sanity check of Adebayo et al. 2018: with its weights
shuffled it must become another one. What stays the same shows the sample, not the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from tl_core.backbones.protocol import Backbone
from tl_core.evaluation.attribution import attribute

DRAWS = 2  # shuffles; each costs as much as the explanation
LARGEST = 150_000_000  # numbers in a network beyond which nobody would wait for it
FEWEST = 5  # words or places: the ranks of fewer are alike by chance


def likeness(
    backbone: Backbone, head: nn.Linear, batch: dict[str, Tensor], target: int, values: np.ndarray
) -> float | None:
    """How alike ``values``, what ``attribute`` found, is to what it finds with shuffled weights: 0 not at all, 1 the
    same. The mean size of the rank correlation. None: too few values, or too large a network.
    """
    size = sum(parameter.numel() for parameter in backbone.network.parameters())
    if values.size < FEWEST or size > LARGEST:
        return None
    found = []
    for seed in range(DRAWS):
        with shuffled((backbone.network, head), seed):
            found.append(abs(correlation(values, attribute(backbone, head, batch, target))))
    return float(np.mean(found))


@contextmanager
def shuffled(modules: Sequence[nn.Module], seed: int) -> Iterator[None]:
    """The same modules with the rows, columns and places of every weight in another order; afterwards as before.

    Sizes of weights stay as they are, so that norms still fit; what belongs to what is lost. Scales and shifts stay.
    """
    generator = torch.Generator().manual_seed(seed)
    weights = [one for module in modules for one in module.parameters() if one.ndim > 1]
    orders = [[torch.randperm(side, generator=generator) for side in one.shape] for one in weights]
    done = 0
    try:
        for weight, order in zip(weights, orders, strict=True):
            done += 1
            _reorder(weight, order)
        yield
    finally:
        for weight, order in list(zip(weights, orders, strict=True))[:done]:
            _reorder(weight, [torch.argsort(one) for one in order])


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of the ranks of two arrays of one shape; 0 where one is the same all over, and for values that are none."""
    from scipy.stats import rankdata

    flat = [np.nan_to_num(np.asarray(side, dtype=np.float64)).ravel() for side in (one, other)]
    if any(side.min() == side.max() for side in flat):
        return 0.0
    return float(np.corrcoef(*(rankdata(side) for side in flat))[0, 1])


def _reorder(weight: Tensor, order: Sequence[Tensor]) -> None:
    with torch.no_grad():
        moved = weight
        for axis, places in enumerate(order):
            moved = moved.index_select(axis, places.to(weight.device))
        weight.copy_(moved)
