"""From a name to a network laid out as stages."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import torch
from torch import nn

from tl_core.backbones import catalogue
from tl_core.backbones.depth import ended
from tl_core.backbones.families import build
from tl_core.backbones.protocol import Backbone, State, parameters_of
from tl_core.domain.card import BackboneCard, StageCard
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home

CLASSIFIER = "classifier.safetensors"  # what the model answered by, before it became ours
FORECASTER = "forecaster.safetensors"  # what a model for series forecasts by
HEAD = "lm_head.safetensors"  # by what a language model tells its next token, where it is not its table of words
OWN = {
    "card.json",
    "architecture.json",
    "model.safetensors",
    CLASSIFIER,
    FORECASTER,
    HEAD,
}  # of a fetched model's folder; the rest are its files


def load(home: Home, name: str, *, pretrained: bool = True, seed: int = 0, depth: int | None = None) -> Backbone:
    """The backbone ``name`` with the weights it was fetched with, or with random ones drawn from ``seed``.

    In evaluation mode, on the CPU, f32; ended after ``depth`` stages, if given. Raises ``InputFault`` when it is not
    fetched or its files are damaged.
    """
    folder, architecture, files = parts_of(home, name)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        backbone = build(catalogue.card(home, name), architecture, files)
    if pretrained:
        fill(backbone, folder / "model.safetensors")
    backbone.network.eval()
    return backbone if depth is None else cut(backbone, depth)


def parts_of(home: Home, name: str) -> tuple[Path, dict, dict[str, Path]]:
    """Folder, architecture and files (without weights) of a fetched model. Raises ``InputFault`` when it is not."""
    folder = catalogue.fetched(home, name)
    if folder is None:
        raise InputFault("backbones.not_fetched", name=name)
    architecture = json.loads((folder / "architecture.json").read_text("utf-8"))
    return folder, architecture, {file.name: file for file in sorted(folder.iterdir()) if file.name not in OWN}


def load_classifier(home: Home, name: str) -> nn.Linear | None:
    """The fetched model's own last layer, pooled features (batch, feature) -> logits (batch, class of its own).

    None where it had none, or was fetched before these were kept.
    """
    from safetensors.torch import load_file

    folder = catalogue.fetched(home, name)
    if folder is None or not (folder / CLASSIFIER).is_file():
        return None
    tensors = load_file(folder / CLASSIFIER)
    classifier = nn.Linear(tensors["weight"].shape[1], tensors["weight"].shape[0])
    classifier.load_state_dict(tensors)
    return classifier.requires_grad_(False)


def load_forecaster(home: Home, name: str) -> nn.Module:
    """What the fetched model ``name`` for series forecasts by, for ``families.fracast.forecast``; in evaluation mode.

    Raises ``InputFault`` when it is not fetched, cannot forecast, or its files are damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from tl_core.backbones.families.fracast import forecaster

    folder = catalogue.fetched(home, name)
    if folder is None:
        raise InputFault("backbones.not_fetched", name=name)
    if not (folder / FORECASTER).is_file():
        raise InputFault("backbones.no_forecaster", name=name)
    head = forecaster(catalogue.card(home, name), json.loads((folder / "architecture.json").read_text("utf-8")))
    try:
        head.load_state_dict(load_file(folder / FORECASTER))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise InputFault("backbones.broken_weights", name=name) from error
    return head.eval()


def rebuild(card: BackboneCard, architecture: dict, folder: Path, files: list[str] | None = None) -> Backbone:
    """The network of a bundle without its weights; ``files`` (by default tokenizer.json) lie in ``folder``.

    In evaluation mode. Raises ``InputFault`` for an architecture that is not on our list.
    """
    wanted = files if files is not None else ["tokenizer.json"]
    backbone = build(card, architecture, {name: folder / name for name in wanted if (folder / name).is_file()})
    backbone.network.eval()
    return backbone


def fill(backbone: Backbone, weights: Path) -> None:
    """Load ``weights`` (safetensors, named as in the network). Raises ``InputFault`` when they do not fit."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        backbone.network.load_state_dict(load_file(weights))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise InputFault("backbones.broken_weights", name=backbone.card.name) from error


def completed(backbone: Backbone, sha256: str) -> BackboneCard:
    """Its card with what the network itself tells: stages, parameters, width of the features."""
    stages = [
        StageCard(
            name=s.name,
            title=s.title,
            about=s.about,
            parameters=sum(p.numel() for p in parameters_of(s)),
            adapter_width=sum(layer.in_features + layer.out_features for layer in layers),
        )
        for s, layers in zip(backbone.stages, linear_layers(backbone), strict=True)
    ]
    return backbone.card.model_copy(
        update={
            "stages": stages,
            "parameters": sum(stage.parameters for stage in stages),
            "features": width(backbone),
            "sha256": sha256,
        }
    )


def cut(backbone: Backbone, depth: int) -> Backbone:
    """A copy that ends after ``depth`` stages; its card and architecture say so, and it can be built again from both.

    Raises ValueError as ``ended``.
    """
    made = ended(copy.deepcopy(backbone), depth)
    made.architecture = {**backbone.architecture, "depth": depth}
    made.card = completed(made, backbone.card.sha256)
    return made


def width(backbone: Backbone) -> int:
    """Length of the pooled feature vector, found by running one blank sample."""
    with torch.inference_mode():
        state = _blank(backbone)
        for stage in backbone.stages:
            state = backbone.run(stage, state)
        return backbone.pool(state).shape[1]


def linear_layers(backbone: Backbone) -> list[list[nn.Linear]]:
    """Of every stage the linear layers inside of its modules that it calls, found by running one blank sample.

    Those of attention and what follows it; convolutional networks have none. Some attention reads the weights of its
    layers and never calls them: those are not among them.
    """
    called: list[nn.Linear] = []
    hooks = [
        part.register_forward_hook(lambda layer, *_: called.append(layer))
        for part in backbone.network.modules()
        if isinstance(part, nn.Linear)
    ]
    found = []
    with torch.inference_mode():
        state = _blank(backbone)
        for stage in backbone.stages:
            called.clear()
            state = backbone.run(stage, state)
            found.append([layer for layer in dict.fromkeys(called) if layer not in stage.modules])
    for hook in hooks:
        hook.remove()
    return found


def _blank(backbone: Backbone) -> State:
    """One sample that says nothing, at boundary 0."""
    spec, device = backbone.card.input, next(backbone.network.parameters()).device
    if spec.kind == "image":
        return backbone.enter({"pixels": torch.zeros(1, 3, spec.size, spec.size, device=device)})
    if spec.kind == "audio":
        frames = torch.zeros(1, 4, spec.mels, device=device)
        return backbone.enter({"frames": frames, "mask": torch.ones(1, 4, dtype=torch.long, device=device)})
    ones = torch.ones(1, 4, dtype=torch.long, device=device)
    if spec.kind == "series":
        return backbone.enter({"values": torch.ones(1, 4, 1, 2, device=device), "mask": ones})
    return backbone.enter({"ids": ones, "mask": ones})
