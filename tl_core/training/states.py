"""Where the loop gets its batches from: cached activations, or samples computed anew each epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from tl_core.backbones.protocol import State
from tl_core.freezing.activations import Activations
from tl_core.freezing.encode import ReadItems
from tl_core.freezing.prefix import on


class States(Protocol):
    """States at the boundary for the samples 0 .. count-1."""

    lengths: np.ndarray  # (sample,): what a sample costs, for batches of like length

    def read(self, indices: Sequence[int], epoch: int) -> dict[str, Tensor]:
        """From disk; in any thread."""

    def enter(self, batch: dict[str, Tensor]) -> State:
        """What ``read`` gave, or some of its rows, taken to the boundary."""


class CachedStates:
    """Read from the activation cache. With several cached views, epoch e shows each sample's view e modulo views."""

    def __init__(self, views: list[Activations]) -> None:
        self.views = views
        self.lengths = views[0].lengths

    def read(self, indices: Sequence[int], epoch: int) -> dict[str, Tensor]:
        return self.views[epoch % len(self.views)].state(indices)

    def enter(self, batch: dict[str, Tensor]) -> State:
        return batch


class OnlineStates:
    """Computed when asked for: nothing is frozen, or too much to keep. Each epoch sees new augmentations.

    ``enter`` takes an input batch to the boundary: the backbone's own entrance, or the compiled prefix.
    """

    def __init__(
        self, enter: Callable[[dict[str, Tensor]], State], read: ReadItems, lengths: np.ndarray, device: torch.device
    ) -> None:
        self._enter, self._read, self.lengths, self._device = enter, read, lengths, device

    def read(self, indices: Sequence[int], epoch: int) -> dict[str, Tensor]:
        return self._read(indices, epoch)

    def enter(self, batch: dict[str, Tensor]) -> State:
        return self._enter(moved(batch, self._device))


def moved(batch: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """The same tensors where they are computed with."""
    return {name: on(device, tensor) for name, tensor in batch.items()}


def batches(lengths: np.ndarray, size: int, epoch: int, seed: int) -> list[np.ndarray]:
    """All samples once, shuffled by seed and epoch, in batches of like length so that little is padding."""
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(lengths))
    pool = size * 16
    buckets = [order[k : k + pool] for k in range(0, len(order), pool)]
    like = [bucket[np.argsort(lengths[bucket], kind="stable")] for bucket in buckets]
    cut = [bucket[k : k + size] for bucket in like for k in range(0, len(bucket), size)]
    return [cut[k] for k in rng.permutation(len(cut))]
