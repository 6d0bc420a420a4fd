"""Networks laid out as stages: one file a kind. A closed list, so that no stored name can make us import anything."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from tl_core.backbones.depth import ended
from tl_core.backbones.protocol import Backbone
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault


def build(card: BackboneCard, architecture: dict, files: dict[str, Path] | None = None) -> Backbone:
    """The network of ``architecture``, weights as its library draws them at random. Nothing is fetched.

    With a ``depth`` in it, the network ends after so many stages.

    ``architecture`` may come from a stranger's bundle: it names entries of a closed list, never code. Raises
    ``InputFault`` for what is not on it.
    """
    try:
        whole = _family(architecture.get("library"), card.modality).build(card, architecture, files or {})
        return ended(whole, architecture["depth"]) if "depth" in architecture else whole
    except (TypeError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        raise InputFault("backbones.broken_architecture", name=card.name) from error


def _family(library: object, modality: str) -> ModuleType:
    match library, modality:
        case "timm", "image":
            from tl_core.backbones.families import timm_images

            return timm_images
        case "torchvision", "image":
            from tl_core.backbones.families import torchvision_images

            return torchvision_images
        case "transformers", "text":
            from tl_core.backbones.families import transformers_texts

            return transformers_texts
        case "writer", "text":
            from tl_core.backbones.families import transformers_writers

            return transformers_writers
        case "transformers", "image":
            from tl_core.backbones.families import transformers_images

            return transformers_images
        case "transformers", "audio":
            from tl_core.backbones.families import transformers_sounds

            return transformers_sounds
        case "speaker", "audio":
            from tl_core.backbones.families import speaker

            return speaker
        case "fracast", "series":
            from tl_core.backbones.families import fracast

            return fracast
    raise InputFault("backbones.unknown_family", family=str(library))
