"""Low-rank adapters (LoRA, Hu et al. 2022) on what is trained, by the peft library; merged again when training ends."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from tl_core.backbones.protocol import Stage

ALPHA = 2  # scale of an adapter's part: alpha / rank with alpha twice the rank, as the paper's authors use it


def adaptable(stages: Iterable[Stage]) -> list[nn.Linear]:
    """The linear layers inside of ``stages``: attention and what follows it. Convolutions have none."""
    found = []
    for stage in stages:
        for module in stage.modules:
            found += [part for part in module.modules() if isinstance(part, nn.Linear) and part is not module]
    return found


def parameters(stages: Iterable[Stage], rank: int) -> int:
    """How many numbers adapters of ``rank`` have."""
    return sum(rank * (layer.in_features + layer.out_features) for layer in adaptable(stages))


class Adapters:
    """Adapters on the linear layers of ``stages``, in place; they begin as nothing added. Weights below stay frozen."""

    def __init__(self, network: nn.Module, stages: list[Stage], rank: int, seed: int) -> None:
        from peft import LoraConfig
        from peft.tuners.lora import LoraModel

        layers = set(map(id, adaptable(stages)))
        names = [name for name, part in network.named_modules() if id(part) in layers]
        config = LoraConfig(r=rank, lora_alpha=ALPHA * rank, target_modules=names)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._model = LoraModel(network, {"default": config}, "default")

    def merge(self) -> None:
        """Add each adapter to its layer's weights; the network has its own layers again."""
        self._model.merge_and_unload()
