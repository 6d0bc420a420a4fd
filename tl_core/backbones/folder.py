"""A model in a local folder in the hub's layout: config.json, safetensors, and for texts a tokenizer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from torch import Tensor

from tl_core.backbones import facts
from tl_core.backbones.families import transformers_writers
from tl_core.backbones.families.layout import IGNORED
from tl_core.backbones.keep import keep
from tl_core.data.packages import FetchProgress
from tl_core.domain.card import AudioInput, BackboneCard, ImageInput, Source, TextInput
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home

TEXTS = {"bert", "roberta", "xlm-roberta", "mpnet", "distilbert"}
WRITERS = set(transformers_writers.KINDS)
IMAGES = {"vit", "dinov2", "convnext", "resnet"}
SOUNDS = {"whisper"}
VOCABULARIES = [("vocab.txt",), ("vocab.json", "merges.txt")]  # what a tokenizer can be made from, when it has to be
POSITIONS_AFTER_PADDING = {"roberta", "xlm-roberta", "mpnet"}
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Found(NamedTuple):
    """What a folder holds."""

    card: BackboneCard
    architecture: dict
    weights: dict[str, Tensor]
    files: dict[str, bytes]


def fetch(home: Home, name: str, progress: FetchProgress | None = None) -> BackboneCard:
    """Keep the model of "folder:<path>". Raises ``InputFault`` when there is none that we can use."""
    path = Path(name.partition(":")[2]).expanduser()
    if not path.is_dir():
        raise InputFault("backbones.no_folder", path=str(path))
    found = read(path, name, "folder")
    if progress:
        progress(found.card.download_bytes, found.card.download_bytes)
    return keep(home, *found)


def read(path: Path, name: str, source: Source) -> Found:
    """Card, architecture, weights and files of the model in ``path``. Only JSON and safetensors are opened."""
    config = read_json(path / "config.json")
    if not config:
        raise InputFault("backbones.no_config", name=name)
    weights = sorted(path.glob("*.safetensors"))
    if not weights:
        raise InputFault("backbones.only_safetensors", name=name)
    known = {"size": sum(file.stat().st_size for file in weights), **facts.of_readme(path / "README.md")}
    if "architecture" in config:
        return _timm(config, weights, name, source, known)
    kind = str(config.get("model_type"))
    if kind in TEXTS:
        files = {"tokenizer.json": tokenizer(path, name, int(config.get("vocab_size", 0)))}
        card = facts.draft(name, source, text_input(path, config, name), **known)
    elif kind in WRITERS:
        from tl_core.backbones import folder_writer

        return folder_writer.read(path, config, name, source, known)
    elif kind in IMAGES:
        files = {}
        card = facts.draft(name, source, image_input(read_json(path / "preprocessor_config.json"), config), **known)
    elif kind in SOUNDS:
        files = {}
        card = facts.draft(name, source, audio_input(read_json(path / "preprocessor_config.json"), config), **known)
    else:
        raise InputFault("backbones.unknown_family", family=kind)
    settings = {k: v for k, v in config.items() if k not in IGNORED or k == "model_type"}
    return Found(card, {"library": "transformers", "config": settings}, _transformers(path, settings, name), files)


def _transformers(path: Path, settings: dict, name: str) -> dict[str, Tensor]:
    """The encoder's weights, read by the library itself: it knows the names that older versions gave them."""
    from tl_core.backbones.families import transformers_images, transformers_sounds, transformers_texts

    sounds = settings["model_type"] in SOUNDS
    family: ModuleType = transformers_texts if settings["model_type"] in TEXTS else transformers_images
    if sounds:
        family = transformers_sounds
    weights = loaded(path, name, lambda: family.configured(settings))
    return transformers_sounds.heard(weights) if sounds else weights


def loaded(path: Path, name: str, configured: Callable[[], tuple[Any, ...]]) -> dict[str, Tensor]:
    """Weights of a folder, as the network names them of whose configuration, class and arguments it is told."""
    import torch

    try:
        config, model_class, arguments = configured()
        network, told = model_class.from_pretrained(
            path, config=config, use_safetensors=True, local_files_only=True, trust_remote_code=False,
            dtype=torch.float32, output_loading_info=True, **arguments,
        )  # fmt: skip
    except InputFault:
        raise
    except Exception as error:  # the library raises many kinds for what may be wrong in a stranger's folder
        raise InputFault("backbones.broken_weights", name=name) from error
    if told["missing_keys"]:
        raise InputFault("backbones.weights_do_not_fit", name=name, tensor=min(told["missing_keys"]))
    return network.state_dict()


def _timm(config: dict, weights: list[Path], name: str, source: Source, known: dict[str, Any]) -> Found:
    """timm's own layout: ``architecture``, ``model_args``, ``pretrained_cfg``."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    told = config.get("pretrained_cfg") or {}
    side = int((told.get("input_size") or (3, 224, 224))[-1])
    crop = float(told.get("crop_pct") or 1.0)
    spec = ImageInput(
        size=side,
        resize=max(side, int(side / crop)),
        mean=tuple(told.get("mean") or IMAGENET_MEAN),
        std=tuple(told.get("std") or IMAGENET_STD),
        interpolation="bilinear" if told.get("interpolation") == "bilinear" else "bicubic",
    )
    known["licence"] = known.get("licence") or str(told.get("license") or "")
    tag = str(told.get("tag") or "").split("_")
    if tag[-1] == "in1k" and "ft" not in tag:  # timm's tags name the data a model learned from, in order
        known = {**facts.of_imagenet(), **{k: v for k, v in known.items() if v}}
    architecture: dict[str, Any] = {"library": "timm", "model": str(config["architecture"])}
    arguments = {k: v for k, v in (config.get("model_args") or {}).items() if k != "num_classes"}
    if config.get("global_pool") and "global_pool" not in arguments and config["global_pool"] in ("token", "map"):
        arguments["global_pool"] = config["global_pool"]
    if arguments:
        architecture["arguments"] = arguments
    try:
        tensors = load_file(weights[0])
    except (OSError, SafetensorError) as error:
        raise InputFault("backbones.broken_weights", name=name) from error
    return Found(facts.draft(name, source, spec, **known), architecture, tensors, {})


def text_input(path: Path, config: dict, name: str) -> TextInput:
    """Longest text, prefix and pooling, as sentence-transformers writes them down; averaging where nothing is said."""
    longest = int(config.get("max_position_embeddings", 512))
    if config["model_type"] in POSITIONS_AFTER_PADDING:
        longest -= 2
    pooling = read_json(path / "1_Pooling" / "config.json")
    told = read_json(path / "config_sentence_transformers.json")
    prefix = (told.get("prompts") or {}).get(told.get("default_prompt_name") or "", "")
    if not prefix and "intfloat/" in name and "e5" in name.rpartition("/")[2]:
        prefix = "query: "  # these were trained with it and say so in their README only
    return TextInput(tokens=longest, prefix=prefix, pooling="cls" if pooling.get("pooling_mode_cls_token") else "mean")


def image_input(told: dict, config: dict) -> ImageInput:
    """Size, crop and normalisation from preprocessor_config.json; the usual ones where it does not say."""
    sizes = told.get("crop_size") if told.get("do_center_crop") else told.get("size")
    side = _side(sizes) or int(config.get("image_size") or 224)
    resize = _side(told.get("size")) or side
    if told.get("crop_pct"):
        resize = int(side / float(told["crop_pct"]))
    normalised = told.get("do_normalize", True)
    return ImageInput(
        size=side,
        resize=max(side, resize),
        mean=tuple(told.get("image_mean") or IMAGENET_MEAN) if normalised else (0.0, 0.0, 0.0),
        std=tuple(told.get("image_std") or IMAGENET_STD) if normalised else (1.0, 1.0, 1.0),
        interpolation="bilinear" if told.get("resample") == 2 else "bicubic",
    )


def audio_input(told: dict, config: dict) -> AudioInput:
    """Bands and frames from preprocessor_config.json; those of all Whisper models so far where it does not say."""
    hop = int(told.get("hop_length") or 160)
    rate = int(told.get("sampling_rate") or 16_000)
    return AudioInput(
        rate=rate,
        mels=int(config.get("num_mel_bins") or 80),
        window=int(told.get("n_fft") or 400),
        hop=hop,
        seconds=2 * hop * int(config.get("max_source_positions") or 1500) / rate,  # a position for every second frame
        spectrum="log",
    )


def _side(size: Any) -> int | None:
    if isinstance(size, dict):
        return size.get("height") or size.get("shortest_edge")
    return int(size) if size else None


def tokenizer(path: Path, name: str, rows: int) -> bytes:
    """tokenizer.json as it is, or made from the older files by the library. Its ids must fit the table of words."""
    from tokenizers import Tokenizer

    try:
        if (path / "tokenizer.json").is_file():
            found = Tokenizer.from_file(str(path / "tokenizer.json"))
        elif not any(all((path / one).is_file() for one in files) for files in VOCABULARIES):
            raise InputFault("backbones.no_tokenizer", name=name)  # the library would make an empty one
        else:
            from transformers import AutoTokenizer

            made = AutoTokenizer.from_pretrained(path, local_files_only=True, trust_remote_code=False)
            found = made.backend_tokenizer
    except InputFault:
        raise
    except Exception as error:  # the libraries raise plain Exception for whatever is wrong with a file
        raise InputFault("backbones.no_tokenizer", name=name) from error
    if max(found.get_vocab().values(), default=0) >= rows:
        raise InputFault("backbones.tokenizer_does_not_fit", name=name)
    return found.to_str().encode("utf-8")


def read_json(file: Path) -> dict[str, Any]:
    """The object in ``file``; empty when there is none, or none that can be read."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
