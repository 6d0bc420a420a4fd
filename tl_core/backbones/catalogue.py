"""Cards of the starting models: those of the catalogue, and those a person fetched. No torch."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tl_core.backbones.titles import stage_titles
from tl_core.domain.card import BackboneCard, Input, StageCard
from tl_core.domain.fault import InputFault
from tl_core.domain.text import Text
from tl_core.store.atomic import present_folder
from tl_core.store.home import Home
from tl_core.store.nouns import remembered_noun
from tl_core.words import table

CATALOGUE = Path(__file__).resolve().parents[2] / "assets" / "catalogue" / "backbones.json"
DEFAULTS = {
    "image": "packaged:tf_efficientnet_lite0",
    "text": "packaged:all-MiniLM-L6-v2",
    "audio": "packaged:whisper-base-encoder",
    "series": "packaged:fracast-0",
}
WRITER = "packaged:SmolLM2-135M-Instruct"  # the language model that answers are written with, where none is chosen
AHEAD = ("image", "text")  # whose defaults setting up fetches; others are fetched when a person first chooses them
SOURCES = ("packaged", "torchvision", "timm", "hub", "folder")


@cache
def entries() -> dict[str, dict[str, Any]]:
    """The packaged models: name -> packages, architecture and the facts of the card."""
    return json.loads(CATALOGUE.read_text("utf-8"))


def default(modality: str) -> str:
    """The starting model of a new project."""
    return DEFAULTS[modality]


def at_hand(home: Home, modality: str) -> str:
    """The starting model to look at samples with: the usual one, else one that is here, if any is."""
    usual = default(modality)
    if is_fetched(home, usual):
        return usual
    return next((one.name for one in cards(modality, home) if one.sha256), usual)


def cards(modality: str | None = None, home: Home | None = None, *, writes: bool | None = False) -> list[BackboneCard]:
    """Every starting model to choose from, the modality's default first; fetched ones have a ``sha256``.

    ``writes``: language models alone; None: they and the others.
    """
    home = home or Home.default()
    found = {name: card(home, name) for name in entries()}
    for file in sorted(home.weights.glob("*/[!.]*/card.json")):
        if kept := remembered_noun(file, BackboneCard):
            found.setdefault(kept.name, kept)
    first = {*DEFAULTS.values(), WRITER}
    chosen = [one for one in found.values() if modality in (None, one.modality) and writes in (None, one.writes)]
    return sorted(chosen, key=lambda one: one.name not in first)


def card(home: Home, name: str) -> BackboneCard:
    """The card of one model. Raises ``InputFault`` for a name that is neither in the catalogue nor fetched."""
    folder = fetched(home, name)
    kept = remembered_noun(folder / "card.json", BackboneCard) if folder else None
    if name in entries():  # its words may be newer than those kept
        return catalogue_card(name).model_copy(update={"sha256": kept.sha256 if kept else ""})
    if kept is None:
        source_of(name)
        raise InputFault("backbones.not_fetched", name=name)
    return kept


def title(home: Home, name: str) -> str:
    """The name of one model for people, without the rest of its card. Raises ``InputFault`` as ``card``."""
    return str(_told(name, "title") if name in entries() else card(home, name).title)


@cache
def catalogue_card(name: str) -> BackboneCard:
    """What the catalogue knows of a packaged model, weights or not."""
    entry = entries()[name]
    titles = stage_titles(entry["modality"], len(entry["stages"]))
    return BackboneCard(
        name=name,
        source="packaged",
        title=_told(name, "title"),
        modality=entry["modality"],
        input=TypeAdapter(Input).validate_python(entry["input"]),
        features=entry["features"],
        parameters=sum(count for _, count, *_ in entry["stages"]),
        download_bytes=entry["download_bytes"],
        licence=entry["licence"],
        learned_from=_told(name, "learned_from"),
        never_seen=_told(name, "never_seen"),
        good_for=_told(name, "good_for"),
        known_bias=_told(name, "known_bias"),
        languages=entry.get("languages", []),
        sha256="",
        stages=[
            StageCard(name=stage, title=title, about=text, parameters=count, adapter_width=sum(width))
            for (stage, count, *width), (title, text) in zip(entry["stages"], titles, strict=True)
        ],
        writes=entry["architecture"]["library"] == "writer",
        any_depth=entry.get("any_depth", False),
    )


def _told(name: str, field: str) -> Text:
    """A text of its own, or that of all that learned the same."""
    own, shared = f"backbones.{name.partition(':')[2]}.", f"backbones.{entries()[name].get('learned', '')}."
    return Text(key=own + field if own + field in table() else shared + field)


def is_fetched(home: Home, name: str) -> bool:
    return fetched(home, name) is not None


def fetched(home: Home, name: str) -> Path | None:
    """The folder of a fetched model: card.json, architecture.json, model.safetensors and what else it needs."""
    folder = present_folder(weights_folder(home, name))
    return folder if folder and (folder / "card.json").is_file() else None


def weights_folder(home: Home, name: str) -> Path:
    """Where ``name`` is kept once fetched. Letters that do not fit a file name go, and a digest keeps names apart."""
    source, _, rest = source_of(name), *name.partition(":")[1:]
    slug = re.sub(r"[^A-Za-z0-9._-]+", "--", rest).strip(".-")
    if slug != rest:
        slug = f"{slug[-60:]}-{hashlib.sha256(rest.encode()).hexdigest()[:8]}"
    return home.weights / source / slug


def source_of(name: str) -> str:
    """Raises ``InputFault`` unless ``name`` reads "<source>:<name>" with a source we know."""
    source, colon, rest = name.partition(":")
    if not colon or not rest or source not in SOURCES:
        raise InputFault("backbones.bad_name", name=name)
    return source
