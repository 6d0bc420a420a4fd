"""What a model that is not in our catalogue says about itself, as fields of a card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tl_core.domain.card import BackboneCard, Input, Source
from tl_core.domain.text import Text, Texts

WORDS = ("learned_from", "never_seen", "good_for", "known_bias")


def draft(
    name: str,
    source: Source,
    spec: Input,
    *,
    size: int,
    title: str = "",
    licence: str = "",
    **known: Any,
) -> BackboneCard:
    """A card without what only the network can tell. Facts that are not known are said not to be."""
    fields = {field: known.get(field) or Text(key=f"backbones.other.{field}") for field in WORDS}
    return BackboneCard(
        name=name,
        source=source,
        title=title or name.rpartition("/")[2].rpartition(":")[2],
        modality=spec.kind,
        input=spec,
        features=0,
        parameters=0,
        download_bytes=size,
        licence=licence or Text(key="backbones.other.licence"),
        languages=known.get("languages", []),
        sha256="",
        stages=[],
        writes=bool(known.get("writes")),
        any_depth=spec.kind in ("audio", "series"),
        **fields,
    )


def of_imagenet() -> dict[str, Text]:
    """What is known of every network that learned from ImageNet's thousand classes alone."""
    return {field: Text(key=f"backbones.imagenet.{field}") for field in WORDS}


def of_readme(file: Path) -> dict[str, Any]:
    """Licence, languages and data sets from the front matter of a model's README.md; empty where it tells nothing."""
    front = _front_matter(file)
    datasets = [one for one in _list(front.get("datasets")) if isinstance(one, str)]
    languages = [one for one in _list(front.get("language")) if isinstance(one, str)]
    learned = Text(key="backbones.other.datasets", values={"names": Texts(texts=datasets[:8])}) if datasets else ""
    if any(one.lower() in ("imagenet-1k", "imagenet_1k", "imagenet-1k-wds") for one in datasets) and len(datasets) == 1:
        return {"licence": str(front.get("license") or ""), "languages": languages, **of_imagenet()}
    return {"licence": str(front.get("license") or ""), "languages": languages, "learned_from": learned}


def _front_matter(file: Path) -> dict[str, Any]:
    import yaml

    if not file.is_file():
        return {}
    text = file.read_text("utf-8", errors="replace")[:100_000]
    parts = text.split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        return {}
    try:
        front = yaml.safe_load(parts[1])
    except yaml.YAMLError:
        return {}
    return front if isinstance(front, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
