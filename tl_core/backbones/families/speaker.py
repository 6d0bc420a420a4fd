"""A speaker encoder (Wan et al. 2018): recurrent layers over frames, as in the package resemblyzer.

A layer a stage; the last one has the linear layer behind it. The original reads that at the last frame alone and cuts
negative numbers off, for one vector of length 1 a voice; here every frame is read, and mean and spread say what it was.
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from tl_core.backbones.families.layout import titled
from tl_core.backbones.families.sounds import SoundLayers
from tl_core.backbones.protocol import Backbone, Stage, State
from tl_core.domain.card import AudioInput, BackboneCard


class Recurrent(SoundLayers):
    """Each layer reads from the beginning on, so silence after a sound's end changes nothing before it."""

    def run(self, stage: Stage, state: State) -> State:
        [layer] = stage.modules
        return {**state, "hidden": layer(state["hidden"])}


class SpeakerLayer(nn.Module):
    """(batch, frame, feature) -> (batch, frame, ``width``); the last one is followed by a linear map."""

    def __init__(self, features: int, width: int, *, last: bool) -> None:
        super().__init__()
        self.lstm = nn.LSTM(features, width, batch_first=True)
        self.linear = nn.Linear(width, width) if last else None

    def forward(self, hidden: Tensor) -> Tensor:
        hidden, _ = self.lstm(hidden)
        return hidden if self.linear is None else self.linear(hidden)


class SpeakerEncoder(nn.Module):
    def __init__(self, mels: int, width: int, count: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            SpeakerLayer(width if number else mels, width, last=number == count - 1) for number in range(count)
        )


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """Layers of ``width``, as many as ``layers`` says."""
    if not isinstance(card.input, AudioInput):
        raise ValueError("a speaker encoder takes sounds")
    network = SpeakerEncoder(card.input.mels, int(architecture["width"]), int(architecture["layers"]))
    stages = titled("audio", [(f"layers.{number}", [layer]) for number, layer in enumerate(network.layers)])
    return Recurrent(card, network, stages, architecture, files)
