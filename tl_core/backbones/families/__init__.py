"""Networks laid out as stages: one file a kind. A closed list, so that no stored name can make us import anything."""

from __future__ import annotations

from pathlib import Path

from tl_core.backbones.protocol import Backbone
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault


def build(card: BackboneCard, architecture: dict, files: dict[str, Path] | None = None) -> Backbone:
    """The network of ``architecture``, weights as its library draws them at random. Nothing is fetched.

    ``architecture`` may come from a stranger's bundle: it names entries of a closed list, never code. Raises
    ``InputFault`` for what is not on it.
    """
    library = architecture.get("library")
    try:
        if library == "timm":
            from tl_core.backbones.families import timm_images as family
        elif library == "torchvision":
            from tl_core.backbones.families import torchvision_images as family
        elif library == "transformers" and card.modality == "text":
            from tl_core.backbones.families import transformers_texts as family
        elif library == "transformers" and card.modality == "image":
            from tl_core.backbones.families import transformers_images as family
        else:
            raise InputFault("backbones.unknown_family", family=str(library))
        return family.build(card, architecture, files or {})
    except (TypeError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        raise InputFault("backbones.broken_architecture", name=card.name) from error
