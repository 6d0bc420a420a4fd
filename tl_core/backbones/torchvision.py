"""torchvision's models by their names: "torchvision:resnet18", "torchvision:resnet50.IMAGENET1K_V1"."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tl_core.backbones import facts, web
from tl_core.backbones.keep import keep
from tl_core.data.packages import FetchProgress
from tl_core.domain.card import BackboneCard, ImageInput
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import room_expected
from tl_core.store.home import Home


def fetch(home: Home, name: str, progress: FetchProgress | None = None) -> BackboneCard:
    """Keep the weights that torchvision names for this model: from torch's own cache of files, else by the network."""
    model, _, chosen = name.partition(":")[2].partition(".")
    weights = weights_of(model, chosen)
    side = weights.transforms()
    spec = ImageInput(
        size=side.crop_size[0],
        resize=side.resize_size[0],
        mean=tuple(side.mean),
        std=tuple(side.std),
        interpolation="bicubic" if side.interpolation.value == "bicubic" else "bilinear",
    )
    size = round(weights.meta["_file_size"] * 1e6)
    learned = facts.of_imagenet() if weights.name.startswith("IMAGENET1K") and "SWAG" not in weights.name else {}
    card = facts.draft(name, "torchvision", spec, title=model, size=size, licence="BSD-3-Clause", **learned)
    return keep(home, card, {"library": "torchvision", "model": model}, _tensors(home, name, weights, progress), {})


def weights_of(model: str, chosen: str) -> Any:
    """torchvision's entry for the weights ``chosen`` of ``model``, or its default ones."""
    from torchvision import models

    if model not in models.list_models(module=models):
        raise InputFault("backbones.unknown_network", name=model, library="torchvision")
    known = models.get_model_weights(model)
    if chosen and chosen not in known.__members__:
        raise InputFault("backbones.no_weights", name=f"{model}.{chosen}", library="torchvision")
    return known[chosen] if chosen else known.DEFAULT


def _tensors(home: Home, name: str, weights: Any, progress: FetchProgress | None) -> dict[str, Tensor]:
    file_name = weights.url.rpartition("/")[2]
    cached = Path(torch.hub.get_dir()) / "checkpoints" / file_name
    if cached.is_file():
        return _read(cached, name)
    digits = re.search(r"-([0-9a-f]{8,})\.pth$", file_name)  # torchvision's file names end on their sha256's start
    beside = Path(tempfile.mkdtemp(prefix=".torchvision-", dir=home.weights))
    try:
        with room_expected(), web.connection(name) as client:
            report = progress or (lambda done, total: None)
            web.transfer(client, weights.url, beside / file_name, digits.group(1) if digits else None, report)
        return _read(beside / file_name, name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _read(file: Path, name: str) -> dict[str, Tensor]:
    """Tensors only: ``weights_only`` refuses everything else that a .pth may hold."""
    try:
        return dict(torch.load(file, map_location="cpu", weights_only=True))
    except Exception as error:  # torch raises many kinds for damaged files
        raise InputFault("backbones.broken_weights", name=name) from error
