"""What a killed training goes on from."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from torch import nn

from tl_core.training.checkpoints import Checkpoints, Progress


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_steps_after_a_restored_one_are_those_of_an_uninterrupted_training(
    tmp_path: Path, layout: torch.memory_format
) -> None:
    """However the parameters lie in memory: convolutions lie otherwise than files do."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5), nn.Conv2d(5, 4, 3)).to(memory_format=layout)
    images = torch.randn(2, 3, 9, 9).contiguous(memory_format=layout)

    def steps(network: nn.Module, optimizer: torch.optim.Optimizer, count: int) -> None:
        for _ in range(count):
            optimizer.zero_grad()
            network(images).square().mean().backward()
            optimizer.step()

    whole = torch.optim.AdamW(network.parameters(), lr=0.1, fused=True)
    steps(network, whole, 3)
    Checkpoints(tmp_path).save(Progress(epoch=3), dict(network.state_dict()), {}, whole)
    later = copy.deepcopy(network)
    again = torch.optim.AdamW(later.parameters(), lr=0.1, fused=True)
    found = Checkpoints(tmp_path).load(again)
    assert found is not None
    assert found[0].epoch == 3
    for one, optimizer in ((network, whole), (later, again)):
        steps(one, optimizer, 2)
    for (name, expected), answer in zip(network.state_dict().items(), later.state_dict().values(), strict=True):
        assert torch.equal(expected, answer), name
