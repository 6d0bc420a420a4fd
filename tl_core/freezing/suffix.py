"""What is trained: the stages after the boundary and the head."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tl_core.backbones.protocol import Backbone, State
from tl_core.freezing.adapters import Adapters

_NORMS_WITH_STATISTICS = (nn.modules.batchnorm._BatchNorm,)


class Suffix(nn.Module):
    """State at the boundary -> logits (batch, class). Only its own parameters require gradients.

    Everything before the boundary stays in evaluation mode and without gradients, so parameters and statistics there
    remain bit for bit what they were. BatchNorm keeps its pre-trained statistics in trained stages too, unless
    ``fresh``: from scratch there are none to keep.
    """

    def __init__(self, backbone: Backbone, boundary: int, head: nn.Module, *, fresh: bool = False) -> None:
        super().__init__()
        self.network, self.head = backbone.network, head
        self.backbone, self.boundary, self.fresh = backbone, boundary, fresh
        self.network.to(memory_format=torch.channels_last)  # convolutions are faster so
        self._adapters: Adapters | None = None
        self._thaw()
        self.train(False)

    @property
    def stages(self) -> list:
        return self.backbone.stages[self.boundary :]

    def _thaw(self) -> None:
        self.network.requires_grad_(False)
        for stage in self.stages:
            for module in stage.modules:
                module.requires_grad_(True)

    def adapt(self, rank: int, seed: int) -> None:
        """From now on only low-rank adapters and the head learn; their values depend on ``seed`` alone."""
        self._adapters = Adapters(self.backbone, self.boundary, rank, seed)

    def merge(self) -> None:
        """What the adapters learned becomes part of the weights; without adapters there is nothing to do."""
        if self._adapters:
            self._adapters.merge()
            self._adapters = None
            self._thaw()

    def train(self, mode: bool = True) -> Suffix:
        super().train(False)
        for stage in self.stages if mode else ():
            for module in stage.modules:
                module.train(True)
                if not self.fresh:
                    for part in module.modules():
                        if isinstance(part, _NORMS_WITH_STATISTICS):
                            part.eval()
        return self

    def forward(self, state: State) -> Tensor:
        return self.head(self.features(state))

    def features(self, state: State) -> Tensor:
        """What the head sees, (batch, feature)."""
        if state["hidden"].ndim == 4:
            state = {**state, "hidden": state["hidden"].contiguous(memory_format=torch.channels_last)}
        for stage in self.stages:
            state = self.backbone.run(stage, state)
        return self.backbone.pool(state)

    def layers(self) -> list[list[nn.Parameter]]:
        """Trainable parameters by stage, in order from the boundary; the head's last."""
        stages = [[p for module in s.modules for p in module.parameters() if p.requires_grad] for s in self.stages]
        return [*stages, list(self.head.parameters())]

    def tensors(self) -> dict[str, Tensor]:
        """Everything training may change, named as in a bundle: ``backbone.*`` and ``head.*``."""
        trained = {name for name, p in self.network.named_parameters() if p.requires_grad}
        if self.fresh:
            trained |= {name for name, _ in self.network.named_buffers()}
        found = {f"backbone.{name}": t for name, t in self.network.state_dict().items() if name in trained}
        return found | {f"head.{name}": t for name, t in self.head.state_dict().items()}

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Put back what ``tensors`` gave."""
        own = self.tensors()
        with torch.no_grad():
            for name, value in tensors.items():
                own[name].copy_(value)
