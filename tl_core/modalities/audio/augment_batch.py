"""The ways to vary sounds for a whole batch of frames where it lies. Those that need the sound itself are not here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from tl_core.modalities.augmentation import BatchVariation

Batch = dict[str, Tensor]
GAPS = 2  # of each kind in a sound
LONGEST = 0.2  # of its frames that a gap in time takes at most
WIDEST = 0.3  # of its bands that a gap in pitch takes at most
VARIED = "spec_augment"


def variation(names: Sequence[str]) -> BatchVariation | None:
    """What varies collated frames by ``names``; None where one of them needs the sound itself."""
    return spec_augment if list(names) == [VARIED] else None


def spec_augment(batch: Batch, rngs: Sequence[np.random.Generator]) -> Batch:
    """Gaps in time and in pitch, filled with the sound's own mean (SpecAugment, Park et al. 2019)."""
    frames, mask = batch["frames"], batch["mask"]
    lengths = mask.sum(1)
    mean = (frames * mask[..., None]).sum((1, 2)) / (lengths * frames.shape[2])
    gone = torch.zeros(frames.shape, dtype=torch.bool)
    for row, (length, rng) in enumerate(zip(lengths.tolist(), rngs, strict=True)):
        for _ in range(GAPS):
            gone[row, slice(*gap(length, LONGEST, rng))] = True
            gone[row, :, slice(*gap(frames.shape[2], WIDEST, rng))] = True
    gone = gone.to(frames.device) & (mask[..., None] > 0)
    return {**batch, "frames": torch.where(gone, mean[:, None, None], frames)}


def gap(count: int, most: float, rng: np.random.Generator) -> tuple[int, int]:
    """Start and end of a random gap of at most ``most`` of ``count`` places."""
    length = int(rng.integers(0, int(most * count) + 1))
    start = int(rng.integers(0, count - length + 1))
    return start, start + length
