"""Language models of the transformers library (decoders) as stages: the table of words, then groups of layers.

Every kind in ``KINDS`` has the same parts: ``embed_tokens``, ``rotary_emb``, ``layers``, ``norm``. What turns the last
state into the next token is no stage: it is the table of words again, or a layer of its own kept beside (``HEAD``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tl_core.backbones.families.layout import Layout, gathered, known, titled
from tl_core.backbones.protocol import Backbone, Features, Stage, State
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault

KINDS = ("llama", "mistral", "qwen2", "qwen3", "olmo2", "phi3")


class WriterLayers(Layout):
    """Tokens through layers that look back only: (batch, token, feature) and the mask; padding is at the end."""

    def run(self, stage: Stage, state: State) -> State:
        hidden, mask = state["hidden"], state["mask"]
        network: Any = self.network
        if stage is self.stages[0]:
            return {"hidden": network.embed_tokens(hidden), "mask": mask}
        positions = torch.arange(hidden.shape[1], device=hidden.device).unsqueeze(0)
        turned = network.rotary_emb(hidden, positions)
        seen = _looking_back(mask, hidden.dtype)
        for layer in stage.modules:
            if layer is network.norm:
                hidden = layer(hidden)
                continue
            hidden = layer(hidden, attention_mask=seen, position_ids=positions, position_embeddings=turned)
        return {"hidden": hidden, "mask": mask}

    def pool(self, state: State) -> Features:
        weight = state["mask"].unsqueeze(-1).to(state["hidden"].dtype)
        return (state["hidden"] * weight).sum(1) / weight.sum(1).clamp(min=1)


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """The decoder of ``config`` without what tells its next token."""
    config, model_class = configured(architecture["config"])
    return laid_out(card, model_class(config), architecture, files)


def laid_out(card: BackboneCard, network: Any, architecture: dict, files: dict[str, Path]) -> Backbone:
    """A decoder of one of ``KINDS`` as stages."""
    first = [network.embed_tokens, network.rotary_emb]
    groups = gathered(("embeddings", first), list(network.layers), "layers")
    groups[-1][1].append(network.norm)
    return WriterLayers(card, network, titled("text", groups), architecture, files)


def configured(settings: dict) -> tuple[Any, Any]:
    """Configuration and class of a decoder; only settings that the library's own class knows are taken."""
    config_class, model_class = _classes(str(settings["model_type"]))
    if "rope_parameters" not in settings and "rope_theta" in settings:  # as it was written before 2025
        scaling = settings.get("rope_scaling") or {"rope_type": "default"}
        settings = {**settings, "rope_parameters": {"rope_theta": settings["rope_theta"], **scaling}}
    config = known(config_class, {name: value for name, value in settings.items() if value is not None})
    config._attn_implementation = "sdpa"
    return config, model_class


def _classes(kind: str) -> tuple[Any, Any]:
    match kind:
        case "llama":
            from transformers.models.llama import LlamaConfig, LlamaModel

            return LlamaConfig, LlamaModel
        case "mistral":
            from transformers.models.mistral import MistralConfig, MistralModel

            return MistralConfig, MistralModel
        case "qwen2":
            from transformers.models.qwen2 import Qwen2Config, Qwen2Model

            return Qwen2Config, Qwen2Model
        case "qwen3":
            from transformers.models.qwen3 import Qwen3Config, Qwen3Model

            return Qwen3Config, Qwen3Model
        case "olmo2":
            from transformers.models.olmo2 import Olmo2Config, Olmo2Model

            return Olmo2Config, Olmo2Model
        case "phi3":
            from transformers.models.phi3 import Phi3Config, Phi3Model

            return Phi3Config, Phi3Model
    raise InputFault("backbones.unknown_family", family=kind)


def _looking_back(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where a token may look, at itself and what came before it, else the lowest number: (batch, 1, token, token)."""
    length = mask.shape[1]
    back = torch.ones(length, length, dtype=dtype, device=mask.device).tril()
    return (1 - back[None, None] * mask[:, None, None, :].to(dtype)) * torch.finfo(dtype).min
