"""Sound encoders of the transformers library as stages: the convolutions, then groups of layers. Whisper's so far.

Those that take the wave itself (wav2vec 2.0, HuBERT, WavLM) or squares of a picture of fixed length (AST) are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tl_core.backbones.families.layout import gathered, known, titled
from tl_core.backbones.families.sounds import SoundLayers
from tl_core.backbones.protocol import Backbone, Stage, State
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault

ENCODER = "encoder."  # what weights of the part that hears begin with, in those of a whole model


class WhisperLayers(SoundLayers):
    """Whisper's encoder, for sounds of any length up to the 30 seconds that it was made for.

    The original pads every sound to those; here positions are taken only as far as there is sound, and the silence
    after it is neither convolved nor attended to. The convolutions halve the number of frames.
    """

    def run(self, stage: Stage, state: State) -> State:
        hidden, mask = state["hidden"], state["mask"]
        if stage is self.stages[0]:
            return {"hidden": self._stem(hidden, mask), "mask": self.mask_at(1, mask)}
        for module in stage.modules:
            if isinstance(module, nn.LayerNorm):
                hidden = module(hidden)
            else:
                out: Any = module(hidden, _additive(mask, hidden.dtype))
                hidden = out[0] if isinstance(out, tuple) else out
        return {"hidden": hidden, "mask": mask}

    def mask_at(self, boundary: int, mask: Tensor) -> Tensor:
        return mask[:, ::2] if boundary else mask

    def _stem(self, frames: Tensor, mask: Tensor) -> Tensor:
        network: Any = self.network
        sound = mask.unsqueeze(1).to(frames.dtype)  # zeros after its end, as a convolution sees them at the edge
        hidden = nn.functional.gelu(network.conv1(frames.transpose(1, 2) * sound)) * sound
        hidden = nn.functional.gelu(network.conv2(hidden)).transpose(1, 2)
        positions = torch.arange(hidden.shape[1], device=hidden.device)
        return hidden + network.embed_positions(positions)


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """The encoder of a transformers ``config``, without its decoder."""
    from transformers.models.whisper.modeling_whisper import WhisperEncoder

    config, _, _ = configured(architecture["config"])
    network = WhisperEncoder(config)
    network.embed_positions.requires_grad_(True)  # of a closed stage nothing learns anyway
    groups = gathered(
        ("stem", [network.conv1, network.conv2, network.embed_positions]), list(network.layers), "layers"
    )  # fmt: skip
    groups[-1][1].append(network.layer_norm)
    return WhisperLayers(card, network, titled("audio", groups), architecture, files)


def configured(settings: dict) -> tuple[Any, Any, dict[str, bool]]:
    """Configuration, class and arguments of a whole model; only settings that the library's own class knows."""
    if settings["model_type"] != "whisper":
        raise InputFault("backbones.unknown_family", family=str(settings["model_type"]))
    from transformers.models.whisper import WhisperConfig, WhisperModel

    return known(WhisperConfig, settings), WhisperModel, {}


def heard(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The encoder's of a whole model's ``weights``."""
    return {name.removeprefix(ENCODER): tensor for name, tensor in weights.items() if name.startswith(ENCODER)}


def _additive(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where a frame may be looked at, the lowest number where there is padding; (batch, 1, 1, frame)."""
    return (1 - mask[:, None, None, :].to(dtype)) * torch.finfo(dtype).min
