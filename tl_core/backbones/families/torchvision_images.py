"""torchvision's image networks as stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torchvision import models
from torchvision.models import ConvNeXt, EfficientNet, MobileNetV3, ResNet, SwinTransformer, VisionTransformer

from tl_core.backbones.families.layout import Chain, Group, Layout, gathered, titled
from tl_core.backbones.protocol import Backbone, Features, Loose, Stage, State
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault


class Patches(Layout):
    """torchvision's vision transformer: (batch, token, feature); the class token is what is pooled."""

    def run(self, stage: Stage, state: State) -> State:
        network: Any = self.network
        hidden = state["hidden"]
        if stage is self.stages[0]:
            patches = network.conv_proj(hidden).flatten(2).transpose(1, 2)
            hidden = torch.cat([network.class_token.expand(patches.shape[0], -1, -1), patches], dim=1)
            return {"hidden": network.encoder.dropout(hidden + network.encoder.pos_embedding)}
        for module in stage.modules:
            hidden = module(hidden)
        return {"hidden": hidden}

    def pool(self, state: State) -> Features:
        return state["hidden"][:, 0]


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """torchvision's ``model`` without its classifier."""
    name = architecture["model"]
    if name not in models.list_models(module=models):
        raise InputFault("backbones.unknown_network", name=str(name), library="torchvision")
    network = models.get_model(name, weights=None)
    kind, groups = lay_out(network, name)
    return kind(card, network, titled("image", groups), architecture, files)


def lay_out(network: Any, name: str) -> tuple[type[Chain | Patches], list[Group]]:
    """The network's groups of modules, ordered from the input, and how to run them; takes the classifier off."""
    match network:
        case ResNet():
            network.fc = nn.Identity()
            stem = [network.conv1, network.bn1, network.relu, network.maxpool]
            return Chain, [("stem", stem), *((f"layer{k}", [getattr(network, f"layer{k}")]) for k in (1, 2, 3, 4))]
        case EfficientNet():
            network.classifier = nn.Identity()
            parts = list(network.features)
            groups: list[Group] = [(f"features.{k}", [part]) for k, part in enumerate(parts[1:-1], start=1)]
            groups[0][1].insert(0, parts[0])
            groups[-1][1].append(parts[-1])
            return Chain, groups
        case MobileNetV3():
            network.classifier = nn.Identity()
            parts = list(network.features)
            return Chain, gathered(("features.0", parts[:1]), parts[1:], "features", start=1)
        case ConvNeXt():
            network.classifier = network.classifier[:1]  # the norm between pooling and classifier stays
            groups = _pairs(network.features)
            groups[-1][1].extend([network.avgpool, network.classifier])
            return Chain, groups
        case SwinTransformer():
            network.head = nn.Identity()
            groups = _pairs(network.features)
            groups[-1][1].extend([network.norm, network.permute])
            return Chain, groups
        case VisionTransformer():
            network.heads = nn.Identity()
            loose = [Loose(network, ["class_token"]), Loose(network.encoder, ["pos_embedding"])]
            groups = gathered(
                ("conv_proj", [network.conv_proj, *loose]), list(network.encoder.layers), "encoder.layers"
            )
            groups[-1][1].append(network.encoder.ln)
            return Patches, groups
    raise InputFault("backbones.unknown_family", family=name)


def _pairs(features: nn.Sequential) -> list[Group]:
    """Each resolution: the layer that reduces it, and the blocks at it."""
    return [(f"features.{k}-{k + 1}", [features[k], features[k + 1]]) for k in range(0, len(features), 2)]
