"""What all laid out networks share: titles for their stages, the way in, the simple way through."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from tl_core.backbones.protocol import Features, Stage, State
from tl_core.backbones.titles import stage_titles
from tl_core.domain.card import BackboneCard

Group = tuple[str, list[nn.Module]]  # name, modules


def titled(modality: str, groups: Sequence[Group]) -> list[Stage]:
    """Groups as stages with the names people read."""
    words = stage_titles(modality, len(groups))
    return [Stage(name, title, about, modules) for (name, modules), (title, about) in zip(groups, words, strict=True)]


def gathered(first: Group, layers: Sequence[nn.Module], prefix: str, at_most: int = 6) -> list[Group]:
    """Many like layers as at most ``at_most`` groups after ``first``: a slider of 24 steps helps nobody."""
    count = min(at_most, len(layers))
    cuts = [round(k * len(layers) / count) for k in range(count + 1)]
    groups = [first]
    for start, stop in itertools.pairwise(cuts):
        name = f"{prefix}.{start}" if stop - start == 1 else f"{prefix}.{start}-{stop - 1}"
        groups.append((name, list(layers[start:stop])))
    return groups


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
