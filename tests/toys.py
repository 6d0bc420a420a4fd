"""A backbone small enough to reason about, for tests of what happens around one."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tl_core.backbones.protocol import Stage, State


class ToyBackbone:
    """Three stages over vectors of 8, each a linear layer, a BatchNorm and a GELU; pooling is the identity."""

    def __init__(self, seed: int = 0, width: int = 8) -> None:
        torch.manual_seed(seed)
        blocks = [nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.GELU()) for _ in range(3)]
        self.network = nn.ModuleList(blocks)
        self.stages = [Stage(f"block.{k}", f"Block {k}", "", [block]) for k, block in enumerate(blocks)]
        self.architecture: dict = {}
        self.files: dict = {}

    def enter(self, batch: dict[str, Tensor]) -> State:
        return {"hidden": batch["pixels"]}

    def run(self, stage: Stage, state: State) -> State:
        return {"hidden": stage.modules[0](state["hidden"])}

    def pool(self, state: State) -> Tensor:
        return state["hidden"]


class ArrayStates:
    """States at a boundary, straight from an array (sample, feature)."""

    def __init__(self, values) -> None:
        import numpy as np

        self.values = torch.as_tensor(values, dtype=torch.float32)
        self.lengths = np.ones(len(values), dtype=np.int64)

    def read(self, indices, epoch: int) -> dict[str, Tensor]:
        return {"hidden": self.values[list(indices)]}

    def enter(self, batch: dict[str, Tensor]) -> State:
        return batch
