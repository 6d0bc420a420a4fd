"""What networks for sounds share: frames in, with time as the second axis; mean and spread over time out."""

from __future__ import annotations

import torch
from torch import Tensor

from tl_core.backbones.families.layout import Layout
from tl_core.backbones.protocol import Features, State

LEAST = 1e-5  # added to a variance: its root has no slope at 0, where a sound is one frame long


class SoundLayers(Layout):
    """Frames through layers: ``hidden`` (batch, frame, feature) and ``mask`` (batch, frame), 1 where there is sound.

    What they pool says how a sound is on average and how much it changes, so it tells much after any stage.
    """

    def enter(self, batch: dict[str, Tensor]) -> State:
        return {"hidden": batch["frames"], "mask": batch["mask"]}

    def pool(self, state: State) -> Features:
        """Mean, then standard deviation, of each feature over the frames with sound: (batch, 2 * feature)."""
        hidden = state["hidden"]
        weight = state["mask"].unsqueeze(-1).to(hidden.dtype)
        count = weight.sum(1).clamp(min=1)
        mean = (hidden * weight).sum(1) / count
        variance = ((hidden - mean.unsqueeze(1)).square() * weight).sum(1) / count
        return torch.cat([mean, (variance + LEAST).sqrt()], dim=1)
