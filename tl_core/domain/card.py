"""What people should know of a starting model before they choose it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from tl_core.domain.base import Noun

Source = Literal["packaged", "torchvision", "timm", "hub", "folder"]


class StageCard(Noun):
    """A layer group, as the freeze slider names it."""

    name: str  # the field's: "blocks.3"
    title: str  # people's: "Shape"
    about: str  # "corners, curves"
    parameters: int
    adapter_width: int = 0  # numbers that adapters of rank 1 on its linear layers have; 0: there are none to adapt


class ImageInput(Noun):
    """How pixels must reach the model (after timm's PretrainedCfg)."""

    kind: Literal["image"] = "image"
    size: int  # pixels, square
    resize: int  # shorter side before the centre crop of ``size``
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"


class TextInput(Noun):
    """How text must reach the model."""

    kind: Literal["text"] = "text"
    tokens: int  # longest input the model was made for
    prefix: str = ""  # e5 wants "query: " before each text
    pooling: Literal["mean", "cls"] = "mean"


class BackboneCard(Noun):
    name: str  # "packaged:tf_efficientnet_lite0"; "<source>:<name>" everywhere
    source: Source
    title: str
    modality: str
    input: ImageInput | TextInput = Field(discriminator="kind")
    features: int  # width of the pooled feature vector
    parameters: int
    download_bytes: int
    licence: str
    learned_from: str
    never_seen: str
    good_for: str
    known_bias: str
    languages: list[str] = []
    sha256: str  # of the weights; part of every cache key. Empty while not fetched
    stages: list[StageCard]  # ordered from the input


def learned(thawed: Sequence[StageCard], rank: int | None = None) -> int:
    """How many numbers learn in ``thawed`` stages: their weights, or adapters of ``rank`` beside them."""
    return sum(rank * stage.adapter_width if rank else stage.parameters for stage in thawed)
