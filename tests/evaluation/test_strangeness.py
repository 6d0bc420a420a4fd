"""What a batch norm remembers of its pre-training tells how far new samples lie from it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tl_core.evaluation.strangeness import Statistics


@pytest.fixture
def network() -> nn.Module:
    """Has learned from inputs of mean 0 and spread 1."""
    found = nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.BatchNorm2d(4))
    found.train()
    for _ in range(200):
        found(torch.randn(32, 4, 6, 6))
    return found.eval()


def test_samples_like_those_learned_from_are_near_and_others_far(network) -> None:
    statistics = Statistics(network)
    assert statistics.told
    near = statistics.over(lambda: network(torch.randn(64, 4, 6, 6)))
    far = statistics.over(lambda: network(torch.randn(64, 4, 6, 6) + 2))
    assert near < 0.1
    assert far > 1.5


def test_batches_add_up(network) -> None:
    samples = torch.randn(40, 4, 6, 6) + 1
    statistics = Statistics(network)
    whole = statistics.over(lambda: network(samples))
    cut = statistics.over(lambda: [network(part) for part in samples.split(7)])
    assert cut == pytest.approx(whole, rel=1e-6)


def test_the_network_is_left_as_it_was(network) -> None:
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    statistics = Statistics(network)
    with pytest.raises(RuntimeError, match="no"):
        statistics.over(lambda: (_ for _ in ()).throw(RuntimeError("no")))
    assert all(not module._forward_pre_hooks for module in network.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_without_batch_norms_nothing_is_told() -> None:
    network = nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 2))
    statistics = Statistics(network)
    assert not statistics.told
    assert statistics.over(lambda: network(torch.randn(3, 4))) == 0.0
