"""Adapters: nothing at first, only they learn, and merged the network is its own again."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.backbones import tiny
from tl_core.backbones.load import completed
from tl_core.backbones.protocol import Backbone, forward
from tl_core.domain.card import learned
from tl_core.freezing.suffix import Suffix
from tl_core.tasks.classify import make_head

RANK = 2
ADAPTABLE = [  # of each kind one; families without linear layers have nothing to adapt
    name for name in sorted(tiny.ARCHITECTURES) if any(s.adapter_width for s in completed(tiny.make(name), "").stages)
]


def adapted(name: str, boundary: int = 1, seed: int = 0) -> tuple[Backbone, Suffix, dict[str, Tensor]]:
    """A backbone with adapters after ``boundary``, and a batch's state there."""
    backbone = tiny.make(name)
    with torch.no_grad():
        state = {key: tensor.clone() for key, tensor in forward(backbone, tiny.batch(backbone), stop=boundary).items()}
    features = completed(backbone, "").features
    torch.manual_seed(0)
    model = Suffix(backbone, boundary, make_head(features, 3))
    model.adapt(RANK, seed)
    return backbone, model, state


def learn(model: Suffix, state: dict[str, Tensor]) -> None:
    optimizer = torch.optim.SGD([p for layer in model.layers() for p in layer], lr=1.0)
    for _ in range(3):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(state), torch.arange(len(state["hidden"])) % 3).backward()
        optimizer.step()


def test_networks_of_attention_can_be_adapted_and_those_of_convolutions_not() -> None:
    assert {"transformers bert", "transformers vit", "timm test_vit"} <= set(ADAPTABLE)
    assert "transformers resnet" not in ADAPTABLE


@pytest.mark.parametrize("name", ADAPTABLE)
def test_only_adapters_learn_and_merged_they_answer_the_same(name: str) -> None:
    backbone, model, state = adapted(name)
    before = {key: tensor.clone() for key, tensor in tiny.make(name).network.state_dict().items()}
    with torch.no_grad():
        plain = Suffix(tiny.make(name), 1, model.head)(state)
        torch.testing.assert_close(model(state), plain)  # nothing is added yet
    count = sum(p.numel() for layer in model.layers()[:-1] for p in layer)
    assert count == learned(completed(tiny.make(name), "").stages[1:], RANK)
    learn(model, state)
    silent = [n for n, p in backbone.network.named_parameters() if p.requires_grad and p.grad is None]
    assert not silent
    with torch.no_grad():
        answered = model(state)
        model.merge()
        torch.testing.assert_close(model(state), answered, rtol=1e-4, atol=1e-5)
    after = backbone.network.state_dict()
    assert set(after) == set(before)
    changed = {key for key, tensor in before.items() if not torch.equal(tensor, after[key])}
    assert changed
    frozen = {id(p) for module in backbone.stages[0].modules for p in module.parameters()}
    own = dict(backbone.network.named_parameters())
    assert not [key for key in changed if id(own[key]) in frozen]
    assert all(key.endswith("weight") for key in changed)


def test_equal_seeds_begin_with_equal_adapters() -> None:
    first, again, other = (adapted("transformers bert", seed=seed)[1].tensors() for seed in (1, 1, 2))
    down = [name for name in first if "lora_A" in name]
    assert down
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not any(torch.equal(first[name], other[name]) for name in down)
