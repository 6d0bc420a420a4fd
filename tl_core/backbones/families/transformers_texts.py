"""Text encoders of the transformers library as stages: the table of words, then groups of layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tl_core.backbones.families.layout import Layout, gathered, known, titled
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
        network: Any = self.network
        config = network.config
        first = config.pad_token_id + 1 if config.model_type in PADDING_FIRST else 0
        positions = torch.arange(ids.shape[1], device=ids.device).unsqueeze(0).expand(ids.shape) + first
        return network.embeddings(input_ids=ids, position_ids=positions)

    def _extra(self, hidden: Tensor) -> tuple[Tensor, ...]:
        """MPNet's layers share a table of distances between words; it belongs to the first stage."""
        network: Any = self.network
        if network.config.model_type != "mpnet":
            return ()
        return (network.encoder.compute_position_bias(hidden),)


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """A transformers encoder of ``config``, without pooling or language-model head."""
    config, model_class, arguments = configured(architecture["config"])
    network = model_class(config, **arguments)
    first = [network.embeddings]
    if config.model_type == "mpnet":
        first.append(network.encoder.relative_attention_bias)
    layers = (network.transformer if config.model_type == "distilbert" else network.encoder).layer
    groups = gathered(("embeddings", first), list(layers), "layer")
    return TextLayers(card, network, titled("text", groups), architecture, files)


def configured(settings: dict) -> tuple[Any, Any, dict[str, bool]]:
    """Configuration, class and arguments of a network; only settings that the library's own class knows are taken."""
    plain = {"add_pooling_layer": False}
    match settings["model_type"]:
        case "bert":
            from transformers.models.bert import BertConfig, BertModel

            return known(BertConfig, settings), BertModel, plain
        case "roberta":
            from transformers.models.roberta import RobertaConfig, RobertaModel

            return known(RobertaConfig, settings), RobertaModel, plain
        case "xlm-roberta":
            from transformers.models.xlm_roberta import XLMRobertaConfig, XLMRobertaModel

            return known(XLMRobertaConfig, settings), XLMRobertaModel, plain
        case "mpnet":
            from transformers.models.mpnet import MPNetConfig, MPNetModel

            return known(MPNetConfig, settings), MPNetModel, plain
        case "distilbert":
            from transformers.models.distilbert import DistilBertConfig, DistilBertModel

            return known(DistilBertConfig, settings), DistilBertModel, {}
    raise InputFault("backbones.unknown_family", family=str(settings["model_type"]))


def _additive(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where a token may be looked at, the lowest number where there is padding; (batch, 1, 1, token)."""
    return (1 - mask[:, None, None, :].to(dtype)) * torch.finfo(dtype).min
