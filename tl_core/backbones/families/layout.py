"""What all laid out networks share: titles for their stages, the way in, the simple way through."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from tl_core.backbones.protocol import Features, Stage, State
from tl_core.backbones.titles import stage_titles
from tl_core.domain.card import BackboneCard

IGNORED = {  # of a transformers configuration: labels and heads of other tasks, generation, what could name code
    "model_type", "auto_map", "architectures", "dtype", "torch_dtype", "transformers_version", "_name_or_path",
    "id2label", "label2id", "num_labels", "problem_type", "classifier_dropout", "is_decoder", "is_encoder_decoder",
    "add_cross_attention", "use_cache", "tie_word_embeddings", "output_attentions", "output_hidden_states",
    "return_dict", "chunk_size_feed_forward", "out_features", "out_indices", "stage_names",
}  # fmt: skip
Group = tuple[str, list[nn.Module]]  # name, modules


def titled(modality: str, groups: Sequence[Group]) -> list[Stage]:
    """Groups as stages with the names people read."""
    words = stage_titles(modality, len(groups))
    return [Stage(name, title, about, modules) for (name, modules), (title, about) in zip(groups, words, strict=True)]


def gathered(first: Group, layers: Sequence[nn.Module], prefix: str, start: int = 0, at_most: int = 6) -> list[Group]:
    """Many like layers as at most ``at_most`` groups of neighbours after ``first``: a slider of 24 steps helps nobody.

    ``start`` is the number of the first of ``layers`` below ``prefix``.
    """
    count = min(at_most, len(layers))
    cuts = [round(k * len(layers) / count) for k in range(count + 1)]
    groups = [first]
    for one, next_one in itertools.pairwise(cuts):
        low, high = start + one, start + next_one - 1
        groups.append((f"{prefix}.{low}" if low == high else f"{prefix}.{low}-{high}", list(layers[one:next_one])))
    return groups


def known(config_class: Any, settings: dict) -> Any:
    """A transformers configuration of those ``settings`` that its class knows; nothing else of a stranger's file."""
    names = config_class().to_dict().keys() - IGNORED
    return config_class(**{name: value for name, value in settings.items() if name in names})


class Average(nn.Module):
    """Mean over space: (batch, channel, height, width) -> (batch, channel)."""

    def forward(self, hidden: Tensor) -> Tensor:
        return hidden.mean((2, 3))


@dataclass
class Layout:
    """The fields of a Backbone and its way in."""

    card: BackboneCard
    network: nn.Module
    stages: list[Stage]
    architecture: dict
    files: dict[str, Path]

    def enter(self, batch: dict[str, Tensor]) -> State:
        if "pixels" in batch:
            return {"hidden": batch["pixels"]}
        return {"hidden": batch["ids"], "mask": batch["mask"]}

    def mask_at(self, boundary: int, mask: Tensor) -> Tensor:
        return mask


class Chain(Layout):
    """Images through modules one after the other: (batch, channel, height, width), averaged over space at the end.

    Networks that have layers between pooling and classifier keep both in their last stage: what is left to pool is
    then 1 x 1, or already (batch, feature).
    """

    def run(self, stage: Stage, state: State) -> State:
        hidden = state["hidden"]
        for module in stage.modules:
            hidden = module(hidden)
        return {"hidden": hidden}

    def pool(self, state: State) -> Features:
        hidden = state["hidden"]
        return hidden.mean((2, 3)) if hidden.ndim == 4 else hidden
