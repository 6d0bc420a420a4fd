"""Folders in the hub's layout, written by the libraries themselves, with small random networks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import timm
from timm.models import save_for_hf
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from tests.backbones import tiny
from tl_core.backbones.families import transformers_writers
from tl_core.backbones.protocol import Backbone


def write_transformers(folder: Path, kind: str) -> Backbone:
    """config.json, model.safetensors, and tokenizer.json or preprocessor_config.json; the network written."""
    backbone = tiny.make(f"transformers {kind}")
    network: Any = backbone.network
    (_whole(network) if kind == "whisper" else network).save_pretrained(folder)
    if kind == "whisper":
        told: dict[str, Any] = {"sampling_rate": 16_000, "hop_length": 160, "n_fft": 400, "feature_size": tiny.MELS}
        (folder / "preprocessor_config.json").write_text(json.dumps(told), "utf-8")
    elif kind in tiny.TEXTS:
        write_tokenizer(folder / "tokenizer.json")
    else:
        told = {
            "size": {"height": 32, "width": 32},
            "image_mean": [0.4, 0.5, 0.6],
            "image_std": [0.2, 0.3, 0.4],
            "resample": 2,
        }
        (folder / "preprocessor_config.json").write_text(json.dumps(told), "utf-8")
    return backbone


def _whole(encoder: Any) -> Any:
    """Models that hear and write are stored with both halves."""
    from transformers.models.whisper import WhisperModel

    network = WhisperModel(encoder.config)
    network.encoder.load_state_dict(encoder.state_dict())
    return network


def write_tokenizer(file: Path, words: int = tiny.WORDS) -> None:
    """Knows "w0", "w1" ...; begins a text with id 0 and ends it with id 2."""
    tokenizer = Tokenizer(models.WordLevel({f"w{k}": k for k in range(words)}, unk_token="w3"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="w0 $A w2", special_tokens=[("w0", 0), ("w2", 2)])
    tokenizer.enable_padding(length=30)  # as sentence-transformers leave theirs: must not reach our batches
    tokenizer.save(str(file))


def write_timm(folder: Path, model: str) -> Any:
    """timm's own layout, with a classifier; the network written."""
    import torch

    torch.manual_seed(3)
    network = timm.create_model(model, num_classes=5)
    network.eval()
    save_for_hf(network, folder, safe_serialization=True)
    return network


def write_writer(folder: Path, template: str | None, *, tied: bool = True, kind: str = "llama") -> Any:
    """A small language model as the library saves it, with a chat template; the network written, its last layer too."""
    import torch
    from transformers import PreTrainedTokenizerFast
    from transformers.models.auto.modeling_auto import AutoModelForCausalLM

    config = transformers_writers.configured({"model_type": kind, **tiny.DECODER})[0]
    config.tie_word_embeddings, config.initializer_range = tied, 0.3
    torch.manual_seed(5)
    network: Any = AutoModelForCausalLM.from_config(config).eval()
    network.save_pretrained(folder)
    write_tokenizer(folder / "tokenizer.json")
    words = {"bos_token": "w0", "pad_token": "w1", "eos_token": "w2"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **words)
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    return network
