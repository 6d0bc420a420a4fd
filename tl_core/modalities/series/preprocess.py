"""From a series to the steps a network takes: one way, for training and for serving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tl_core.data.series.stored import Series
from tl_core.domain.card import SeriesInput

if TYPE_CHECKING:
    from torch import Tensor

LEAST = 1e-5  # swing of a channel that counts as one


def steps(one: Series, spec: SeriesInput, longest: int) -> Tensor:
    """Float32 (step, channel, 2): the value, from 0 to 1 in each channel, and 1 where there is one.

    Of a series longer than ``longest`` or the network's context the last steps. Short ones stay as they are: drawn out
    to 128, 256 or 512 steps they were told apart no better.
    """
    import torch

    values = one.values[:, -min(longest, spec.context) :].astype(np.float64)
    there = np.isfinite(values)
    made = np.zeros((values.shape[1], len(values), 2), dtype=np.float32)
    for k, channel in enumerate(values):
        seen = channel[there[k]]
        if not len(seen):
            continue
        low = float(seen.min())
        made[there[k], k, 0] = (seen - low) / max(float(seen.max()) - low, LEAST)
        made[there[k], k, 1] = 1.0
    return torch.from_numpy(made)


def collate(items: Sequence[Tensor]) -> dict[str, Tensor]:
    """``values`` float32 (batch, step, channel, 2) and ``mask`` int64 (batch, step). Padding stands at the end, masked.

    Channels that a series lacks are without any value.
    """
    import torch

    longest, widest = max(len(item) for item in items), max(item.shape[1] for item in items)
    values = torch.zeros(len(items), longest, widest, 2)
    mask = torch.zeros(len(items), longest, dtype=torch.long)
    for row, item in enumerate(items):
        values[row, : len(item), : item.shape[1]] = item
        mask[row, : len(item)] = 1
    return {"values": values, "mask": mask}
