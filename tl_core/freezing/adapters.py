"""Low-rank adapters (LoRA, Hu et al. 2022) on what is trained, by the peft library; merged again when training ends."""

from __future__ import annotations

import re

import torch
from torch import Tensor, nn

from tl_core.backbones.load import linear_layers
from tl_core.backbones.protocol import Backbone

ALPHA = 2  # scale of an adapter's part: alpha / rank with alpha twice the rank, as the paper's authors use it


class Adapters:
    """Adapters on the linear layers after ``boundary``, in place. They begin as nothing added; weights are frozen."""

    def __init__(self, backbone: Backbone, boundary: int, rank: int, seed: int) -> None:
        from peft import LoraConfig
        from peft.tuners.lora import LoraModel

        layers = {layer for stage in linear_layers(backbone)[boundary:] for layer in stage}
        names = [re.escape(name) for name, part in backbone.network.named_modules() if part in layers]
        config = LoraConfig(r=rank, lora_alpha=ALPHA * rank, target_modules="|".join(names))  # whole names only
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._model = LoraModel(backbone.network, {"default": config}, "default")

    def merge(self) -> None:
        """Add each adapter to its layer's weights; the network has its own layers again."""
        self._model.merge_and_unload()

    def leave(self) -> None:
        """Take them off; the network is what it was before."""
        self._model.unload()

    def parameters(self) -> dict[str, nn.Parameter]:
        """Theirs alone, by name."""
        return {name: p for name, p in self._model.model.named_parameters() if ".lora_" in name}

    def tensors(self) -> dict[str, Tensor]:
        return {name: p.detach().cpu().clone().contiguous() for name, p in self.parameters().items()}

    def put(self, tensors: dict[str, Tensor]) -> None:
        """Those that ``tensors`` gave. Raises ValueError for others."""
        own = self.parameters()
        if {name: p.shape for name, p in own.items()} != {name: t.shape for name, t in tensors.items()}:
            raise ValueError("adapters of another network")
        with torch.no_grad():
            for name, tensor in tensors.items():
                own[name].copy_(tensor)

    def strengthen(self, strength: float) -> None:
        """How much of them is added: 0 nothing, 1 all that was learned."""
        from peft.tuners.lora import LoraLayer

        for part in self._model.modules():
            if isinstance(part, LoraLayer):
                part.set_scale("default", strength)
