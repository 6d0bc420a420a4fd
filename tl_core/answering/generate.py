"""Writing token by token: the likeliest next one, until the model says that it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from tl_core.backbones.writing import LanguageModel

MOST = 120  # tokens of an answer
CIRCLE = 12  # tokens that come twice in a row: it will not end by itself


def generate(
    model: LanguageModel, prompt: Sequence[int], most: int = MOST, stop: Callable[[], bool] = lambda: False
) -> Iterator[str]:
    """The text so far, after each token. Greedy, so that the same question gets the same answer (up to rounding)."""
    from transformers.cache_utils import DynamicCache

    network: Any = model.backbone.network
    ends, written = set(model.ends), list[int]()
    most = min(most, model.context // 2)
    cache = DynamicCache(config=network.config)
    fresh = list(prompt)[-(model.context - most) :]
    while len(written) < most and not stop():
        with torch.inference_mode():
            ids = torch.tensor([fresh], device=model.device)
            hidden = network(input_ids=ids, past_key_values=cache, use_cache=True).last_hidden_state[0, -1]
            token = int(model.head(hidden).argmax())
        if token in ends:
            return
        written.append(token)
        if len(written) >= 2 * CIRCLE and written[-CIRCLE:] == written[-2 * CIRCLE : -CIRCLE]:
            return
        fresh = [token]
        yield model.text(written).strip()
