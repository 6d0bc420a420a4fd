"""timm's image networks as stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import timm
from timm.models.convnext import ConvNeXt
from timm.models.efficientnet import EfficientNet
from timm.models.mobilenetv3 import MobileNetV3
from timm.models.resnet import ResNet
from timm.models.vision_transformer import VisionTransformer
from torch import nn

from tl_core.backbones.families.layout import Chain, Group, Layout, gathered, titled
from tl_core.backbones.protocol import Backbone, Features, Loose, Stage, State
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault

ARGUMENTS = {"img_size", "global_pool", "patch_size", "embed_dim", "depth", "num_heads", "class_token", "in_chans"}


class Patches(Layout):
    """A vision transformer: patches of the image as tokens, (batch, token, feature)."""

    def run(self, stage: Stage, state: State) -> State:
        network: Any = self.network
        hidden = state["hidden"]
        if stage is self.stages[0]:
            hidden = network.norm_pre(network.patch_drop(network._pos_embed(network.patch_embed(hidden))))
            return {"hidden": hidden}
        for module in stage.modules:
            if module is not network.fc_norm:  # in the last stage, but works on what is pooled
                hidden = module(hidden)
        return {"hidden": hidden}

    def pool(self, state: State) -> Features:
        network: Any = self.network
        return network.fc_norm(network.pool(state["hidden"]))


def build(card: BackboneCard, architecture: dict, files: dict[str, Path]) -> Backbone:
    """timm's ``model`` with ``arguments``, without its classifier."""
    name, arguments = architecture["model"], architecture.get("arguments", {})
    if not timm.is_model(name):  # also keeps out names that timm would look up on a hub or a disk
        raise InputFault("backbones.unknown_network", name=str(name), library="timm")
    if not set(arguments) <= ARGUMENTS:
        raise ValueError(f"arguments not on the list: {sorted(set(arguments) - ARGUMENTS)}")
    network = timm.create_model(name, pretrained=False, num_classes=0, **arguments)
    kind, groups = lay_out(network, name)
    return kind(card, network, titled("image", groups), architecture, files)


def lay_out(network: Any, name: str) -> tuple[type[Chain | Patches], list[Group]]:
    """The network's groups of modules, ordered from the input, and how to run them."""
    match network:
        case MobileNetV3():
            last = [getattr(network, name) for name in ("global_pool", "conv_head", "norm_head", "act2")]
            return Chain, _blocks(network, [network.conv_stem, network.bn1], last)
        case EfficientNet():
            return Chain, _blocks(network, [network.conv_stem, network.bn1], [network.conv_head, network.bn2])
        case ResNet():
            stem = [network.conv1, network.bn1, network.act1, network.maxpool]
            return Chain, [("stem", stem), *((f"layer{k}", [getattr(network, f"layer{k}")]) for k in (1, 2, 3, 4))]
        case ConvNeXt():
            groups: list[Group] = [("stem", [network.stem])]
            groups += [(f"stages.{k}", [stage]) for k, stage in enumerate(network.stages)]
            head: Any = network.head
            groups[-1][1].extend([network.norm_pre, head.global_pool, head.norm])
            return Chain, groups
        case VisionTransformer() if network.attn_pool is None:
            loose = Loose(network, ["cls_token", "reg_token", "pos_embed"])
            groups = gathered(("patch_embed", [network.patch_embed, network.norm_pre, loose]), network.blocks, "blocks")
            groups[-1][1].extend([network.norm, network.fc_norm])
            return Patches, groups
    raise InputFault("backbones.unknown_family", family=name)


def _blocks(network: Any, first: list[nn.Module], last: list[nn.Module]) -> list[Group]:
    groups: list[Group] = [(f"blocks.{k}", [block]) for k, block in enumerate(network.blocks)]
    groups[0][1][:0] = first
    groups[-1][1].extend(last)
    return groups
