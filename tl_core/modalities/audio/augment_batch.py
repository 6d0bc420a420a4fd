"""The ways to vary sounds for a whole batch of frames where it lies. Those that need the sound itself are not here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from tl_core.modalities.audio.gaps import drawn
from tl_core.modalities.augmentation import BatchVariation

Batch = dict[str, Tensor]
VARIED = "gaps"


def variation(names: Sequence[str]) -> BatchVariation | None:
    """What varies collated frames by ``names``; None where one of them needs the sound itself."""
    return gaps if list(names) == [VARIED] else None


def gaps(batch: Batch, rngs: Sequence[np.random.Generator]) -> Batch:
    """Gaps in time and in pitch, filled with the sound's own mean."""
    frames, mask = batch["frames"], batch["mask"]
    lengths = mask.sum(1)
    mean = (frames * mask[..., None]).sum((1, 2)) / (lengths * frames.shape[2])
    gone = torch.zeros(frames.shape, dtype=torch.bool)
    for row, (length, rng) in enumerate(zip(lengths.tolist(), rngs, strict=True)):
        for time, pitch in drawn(length, frames.shape[2], rng):
            gone[row, slice(*time)] = True
            gone[row, :, slice(*pitch)] = True
    gone = gone.to(frames.device) & (mask[..., None] > 0)
    return {**batch, "frames": torch.where(gone, mean[:, None, None], frames)}
