"""Image networks of the transformers library as stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

from tl_core.backbones.families.layout import Average, Chain, Group, Layout, gathered, known, titled
from tl_core.backbones.protocol import Backbone, Features, Stage, State
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault


class Patches(Layout):
    """A vision transformer: (batch, token, feature); the class token after the last norm is what is pooled."""

    def run(self, stage: Stage, state: State) -> State:
        hidden: Tensor = state["hidden"]
        for module in stage.modules:
            out: Any = module(hidden)
            hidden = out[0] if isinstance(out, tuple) else out
        return {"hidden": hidden}

    def pool(self, state: State) -> Features:
        return state["hidden"][:, 0]


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """A transformers image encoder of ``config``, without its classifier."""
    config, model_class, arguments = configured(architecture["config"])
    network = model_class(config, **arguments)
    kind, groups = lay_out(network, config.model_type)
    return kind(card, network, titled("image", groups), architecture, files)


def configured(settings: dict) -> tuple[Any, Any, dict[str, bool]]:
    """Configuration, class and arguments of a network; only settings that the library's own class knows are taken."""
    match settings["model_type"]:
        case "vit":
            from transformers.models.vit import ViTConfig, ViTModel

            return known(ViTConfig, settings), ViTModel, {"add_pooling_layer": False}
        case "dinov2":
            from transformers.models.dinov2 import Dinov2Config, Dinov2Model

            return known(Dinov2Config, settings), Dinov2Model, {}
        case "convnext":
            from transformers.models.convnext import ConvNextConfig, ConvNextModel

            return known(ConvNextConfig, settings), ConvNextModel, {}
        case "resnet":
            from transformers.models.resnet import ResNetConfig, ResNetModel

            return known(ResNetConfig, settings), ResNetModel, {}
    raise InputFault("backbones.unknown_family", family=str(settings["model_type"]))


def lay_out(network: Any, kind: str) -> tuple[type[Chain | Patches], list[Group]]:
    """The network's groups of modules, ordered from the input, and how to run them."""
    if kind in ("vit", "dinov2"):
        layers = network.layers if kind == "vit" else network.encoder.layer
        groups = gathered(("embeddings", [network.embeddings]), list(layers), "layer")
        groups[-1][1].append(network.layernorm)
        return Patches, groups
    first = network.embeddings if kind == "convnext" else network.embedder
    groups = [("stem", [first]), *((f"stages.{k}", [stage]) for k, stage in enumerate(network.encoder.stages))]
    if kind == "convnext":
        groups[-1][1].extend([Average(), network.layernorm])
    return Chain, groups
