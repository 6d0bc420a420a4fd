"""Text encoders of the transformers library as stages: the table of words, then groups of layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tl_core.backbones.families.layout import Layout, gathered, titled
from tl_core.backbones.protocol import Backbone, Features, Stage, State
from tl_core.domain.card import BackboneCard, TextInput
from tl_core.domain.fault import InputFault

PADDING_FIRST = {"roberta", "xlm-roberta", "mpnet"}  # position tables of these begin after the padding token's row


class TextLayers(Layout):
    """Tokens through attention layers: (batch, token, feature) and the mask, which stays as it is."""

    def run(self, stage: Stage, state: State) -> State:
        hidden, mask = state["hidden"], state["mask"]
        if stage is self.stages[0]:
            return {"hidden": self._words(hidden), "mask": mask}
        extra = self._extra(hidden)
        for layer in stage.modules:
            hidden = layer(hidden, _additive(mask, hidden.dtype), *extra)
            if isinstance(hidden, tuple):
                hidden = hidden[0]
        return {"hidden": hidden, "mask": mask}

    def pool(self, state: State) -> Features:
        hidden = state["hidden"]
        if isinstance(self.card.input, TextInput) and self.card.input.pooling == "cls":
            return hidden[:, 0]
        weight = state["mask"].unsqueeze(-1).to(hidden.dtype)
        return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)

    def _words(self, ids: Tensor) -> Tensor:
        config: Any = self.network.config
        first = config.pad_token_id + 1 if config.model_type in PADDING_FIRST else 0
        positions = torch.arange(ids.shape[1], device=ids.device).unsqueeze(0).expand(ids.shape) + first
        return self.network.embeddings(input_ids=ids, position_ids=positions)

    def _extra(self, hidden: Tensor) -> tuple[Tensor, ...]:
        """MPNet's layers share a table of distances between words; it belongs to the first stage."""
        if self.network.config.model_type != "mpnet":
            return ()
        return (self.network.encoder.compute_position_bias(hidden),)


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """A transformers encoder of ``config``, without pooling or language-model head."""
    settings = dict(architecture["config"])
    kind = settings.pop("model_type")
    config_class, model_class, arguments = _classes(kind)
    known = config_class().to_dict().keys()
    network = model_class(config_class(**{k: v for k, v in settings.items() if k in known}), **arguments)
    first = [network.embeddings]
    if kind == "mpnet":
        first.append(network.encoder.relative_attention_bias)
    layers = (network.transformer if kind == "distilbert" else network.encoder).layer
    groups = gathered(("embeddings", first), layers, "layer")
    return TextLayers(card, network, titled("text", groups), architecture, files)


def _classes(kind: str) -> tuple[type, type, dict[str, bool]]:
    plain = {"add_pooling_layer": False}
    match kind:
        case "bert":
            from transformers.models.bert import BertConfig, BertModel

            return BertConfig, BertModel, plain
        case "roberta":
            from transformers.models.roberta import RobertaConfig, RobertaModel

            return RobertaConfig, RobertaModel, plain
        case "xlm-roberta":
            from transformers.models.xlm_roberta import XLMRobertaConfig, XLMRobertaModel

            return XLMRobertaConfig, XLMRobertaModel, plain
        case "mpnet":
            from transformers.models.mpnet import MPNetConfig, MPNetModel

            return MPNetConfig, MPNetModel, plain
        case "distilbert":
            from transformers.models.distilbert import DistilBertConfig, DistilBertModel

            return DistilBertConfig, DistilBertModel, {}
    raise InputFault("backbones.unknown_family", family=kind)


def _additive(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where a token may be looked at, the lowest number where there is padding; (batch, 1, 1, token)."""
    return (1 - mask[:, None, None, :].to(dtype)) * torch.finfo(dtype).min


def input_of(config: dict) -> TextInput:
    """What a text encoder of this configuration can be fed; sentence encoders average their tokens."""
    longest = int(config.get("max_position_embeddings", 512))
    if config.get("model_type") in PADDING_FIRST:
        longest -= 2
    return TextInput(tokens=longest)
