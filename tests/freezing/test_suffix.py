"""Frozen means frozen, bit for bit."""

from __future__ import annotations

import pytest
import torch

from tests.toys import ToyBackbone
from tl_core.freezing.suffix import Suffix
from tl_core.tasks.classify import make_head


def train_a_little(model: Suffix) -> None:
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
    model.train()
    for _ in range(3):
        model({"hidden": torch.randn(16, 8)}).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()


@pytest.mark.parametrize("boundary", [0, 1, 2, 3])
def test_parameters_and_statistics_before_the_boundary_stay_bit_identical(boundary: int) -> None:
    backbone = ToyBackbone()
    before = {name: tensor.clone() for name, tensor in backbone.network.state_dict().items()}
    train_a_little(Suffix(backbone, boundary, make_head(8, 2)))
    after = backbone.network.state_dict()
    for name, tensor in before.items():
        frozen = int(name.split(".")[0]) < boundary or "running" in name or "num_batches" in name
        assert torch.equal(tensor, after[name]) == frozen, name


def test_from_scratch_learns_its_own_statistics() -> None:
    backbone = ToyBackbone()
    before = backbone.network[0][1].running_mean.clone()
    train_a_little(Suffix(backbone, 0, make_head(8, 2), fresh=True))
    assert not torch.equal(before, backbone.network[0][1].running_mean)


def test_what_training_changed_can_be_put_back() -> None:
    backbone = ToyBackbone()
    model = Suffix(backbone, 2, make_head(8, 2))
    kept = {name: tensor.clone() for name, tensor in model.tensors().items()}
    train_a_little(model)
    assert any(not torch.equal(kept[name], tensor) for name, tensor in model.tensors().items())
    model.load(kept)
    assert all(torch.equal(kept[name], tensor) for name, tensor in model.tensors().items())
    assert {name.split(".")[0] for name in kept} == {"backbone", "head"}
