"""A language model with what it takes to write: tokenizer, chat template, marks where an answer ends, next tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tl_core.backbones import catalogue
from tl_core.backbones.four_bit import load_short
from tl_core.backbones.load import HEAD, load, parts_of
from tl_core.backbones.protocol import Backbone
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home

WRITING = "writing.json"  # of a language model's folder: {"chat_template", "bos_token", "eos_tokens"}
_MARK = re.compile(r"<[|/]?[\w ]{1,30}\|?>|\[/?[A-Z_]{2,20}\]|<<?/?[A-Z]{2,10}>>?")
Message = dict[str, str]  # "role": system, user or assistant; "content"


def written_down(template: str | None, begin: str | None, ends: Sequence[str | None]) -> bytes:
    """The content of ``WRITING``. A model without a template of its own gets its texts one after the other."""
    told = {"chat_template": template, "bos_token": begin, "eos_tokens": [end for end in ends if end]}
    return json.dumps(told).encode("utf-8")


@dataclass(eq=False)
class LanguageModel:
    """A decoder laid out as stages, and its two ends."""

    backbone: Backbone
    head: nn.Linear  # state after the last stage -> logits of the next token
    tokenizer: Any  # transformers' PreTrainedTokenizerFast, with the chat template

    @property
    def device(self) -> torch.device:
        return self.head.weight.device

    @property
    def context(self) -> int:
        """Tokens that it reads and writes at most."""
        spec = self.backbone.card.input
        assert spec.kind == "text"
        return spec.tokens

    @property
    def ends(self) -> list[int]:
        """Tokens after which an answer is complete."""
        return list(self.tokenizer.ends)

    @property
    def special(self) -> set[str]:
        """Texts that stand for marks: of turns, of beginnings and ends; by the tokenizer or by the chat template."""
        told = set(_MARK.findall(self.tokenizer.chat_template or ""))
        return {str(one) for one in self.tokenizer.get_added_vocab()} | set(self.tokenizer.all_special_tokens) | told

    def marks_in(self, text: str) -> list[tuple[int, int]]:
        """Where ``text``, tokenized as it stands, holds one of the tokenizer's marks: (start, end), in order."""
        marks = {*self.tokenizer.get_added_vocab().values(), *self.tokenizer.all_special_ids}
        found = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return [at for token, at in zip(found["input_ids"], found["offset_mapping"], strict=True) if token in marks]

    def tokens(self, text: str) -> list[int]:
        """Of text that is written as it stands, special tokens included: only for text of ours or of the template."""
        return self.tokenizer.encode(text, add_special_tokens=False)

    def prompt(self, messages: Sequence[Message]) -> str:
        """As the model's own template lays a conversation out, up to where its answer begins."""
        if self.tokenizer.chat_template is None:
            return "\n\n".join(one["content"] for one in messages) + "\n\n"
        return self.tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True)

    def text(self, tokens: Sequence[int]) -> str:
        return self.tokenizer.decode(list(tokens), skip_special_tokens=True)

    def to(self, device: torch.device, dtype: torch.dtype = torch.float32) -> LanguageModel:
        """Weights alone become ``dtype``: what turns tokens by their place would lose its exactness."""
        for part in (self.backbone.network, self.head):
            part.to(device)
            for parameter in part.parameters():
                parameter.data = parameter.data.to(dtype)
        return self


def load_writer(home: Home, name: str, *, seed: int = 0, four_bit: torch.device | None = None) -> LanguageModel:
    """In evaluation mode, nothing requires gradients; on the CPU, f32, or with weights of four bits on that device.

    Raises ``InputFault`` when it is not fetched, does not write, or its files are damaged.
    """
    from safetensors.torch import load_file

    folder, architecture, files = parts_of(home, name)
    if WRITING not in files:
        raise InputFault("backbones.no_writer", name=name)
    if four_bit is None:
        backbone = load(home, name, seed=seed)
    else:
        backbone = load_short(catalogue.card(home, name), architecture, files, folder, four_bit)
    network: Any = backbone.network.requires_grad_(False)
    weight: nn.Parameter = network.embed_tokens.weight  # the same object: moved and shortened once
    if (folder / HEAD).is_file():
        weight = nn.Parameter(load_file(folder / HEAD)["weight"].to(weight.device), requires_grad=False)
    head = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
    head.weight = weight
    return LanguageModel(backbone, head, tokenizer_of(files))


def tokenizer_of(files: dict[str, Path]) -> Any:
    """transformers' tokenizer with ``ends``: ids of the tokens that end an answer."""
    from transformers import PreTrainedTokenizerFast

    told = json.loads(files[WRITING].read_text("utf-8"))
    begin = {"bos_token": told["bos_token"]} if told["bos_token"] else {}
    end = {"eos_token": told["eos_tokens"][0]} if told["eos_tokens"] else {}
    made = PreTrainedTokenizerFast(tokenizer_file=str(files["tokenizer.json"]), **begin, **end)
    made.chat_template = told["chat_template"]
    made.ends = [made.convert_tokens_to_ids(one) for one in told["eos_tokens"]]
    return made
