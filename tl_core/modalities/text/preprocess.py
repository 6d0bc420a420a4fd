"""From a text to the token ids a network takes: one way, for training and for serving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tl_core.domain.card import TextInput
from tl_core.domain.fault import InputFault

if TYPE_CHECKING:
    from torch import Tensor


def make_tokenizer(file: Path, spec: TextInput, max_tokens: int) -> Callable[[str], list[int]]:
    """The tokenizer in ``file`` (tokenizer.json); texts longer than ``max_tokens``, marks included, lose their end.

    Raises ``InputFault`` when the file cannot be read.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises plain Exception for whatever is wrong with a file
        raise InputFault("backbones.broken_tokenizer") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(max_tokens, spec.tokens))
    return lambda text: tokenizer.encode(spec.prefix + text).ids


def collate(items: Sequence[list[int]]) -> dict[str, Tensor]:
    """``ids`` and ``mask``, both int64 (batch, token). Padding stands at the end and is masked, so its id is free."""
    import torch

    ids = torch.zeros(len(items), max(len(item) for item in items), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, item in enumerate(items):
        ids[row, : len(item)] = torch.tensor(item)
        mask[row, : len(item)] = 1
    return {"ids": ids, "mask": mask}
