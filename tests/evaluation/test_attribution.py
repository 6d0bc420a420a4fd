"""Explanations: they find what was planted, their parts add up, and asking leaves the network as it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests.backbones import tiny
from tl_core.backbones.families.layout import Chain
from tl_core.backbones.protocol import Backbone, Stage, forward
from tl_core.evaluation.attribution import attribute, blanked, margin


def head_of(backbone: Backbone, classes: int = 3) -> nn.Linear:
    torch.manual_seed(4)
    return nn.Linear(backbone.pool(forward(backbone, one(backbone))).shape[1], classes)


def one(backbone: Backbone) -> dict[str, torch.Tensor]:
    return {name: tensor[:1] for name, tensor in tiny.batch(backbone).items()}


@pytest.fixture
def spot() -> tuple[Backbone, nn.Linear]:
    """Answers class 1 where there is something bright, class 0 for darkness."""
    bright = nn.Conv2d(3, 2, 5, stride=4, padding=2, bias=False)
    with torch.no_grad():
        bright.weight[0], bright.weight[1] = 0.1, -0.1
    network = nn.Sequential(bright, nn.ReLU())
    head = nn.Linear(2, 2)
    with torch.no_grad():
        head.weight[:] = torch.tensor([[-1.0, 1.0], [1.0, -1.0]])
        head.bias.zero_()
    stages = [Stage("bright", "Bright", "", [bright]), Stage("relu", "ReLU", "", [network[1]])]
    return Chain(tiny.card("timm test_resnet"), network, stages, {}, {}), head


def test_a_bright_spot_is_found_where_it_is(spot) -> None:
    backbone, head = spot
    pixels = torch.zeros(1, 3, 64, 64)
    pixels[:, :, 40:52, 8:20] = 3.0
    heat = attribute(backbone, head, {"pixels": pixels}, 1)
    assert heat.shape == (16, 16)
    top, left = np.unravel_index(heat.argmax(), heat.shape)
    assert 10 <= top <= 12
    assert 2 <= left <= 4
    assert heat[:8].sum() == 0
    assert attribute(backbone, head, {"pixels": pixels}, 0).max() == 0, "nothing speaks for darkness there"


@pytest.mark.parametrize("name", tiny.SOUNDS)
def test_what_speaks_for_a_class_in_a_sound(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backbone = tiny.make(name)
    head, batch = head_of(backbone), one(backbone)
    heat = attribute(backbone, head, batch, 1)
    assert heat.shape == (tiny.MELS, batch["frames"].shape[1])
    assert heat.min() == 0 < heat.max()
    monkeypatch.setattr("tl_core.evaluation.attribution.AT_ONCE", 9)  # step by step
    np.testing.assert_allclose(attribute(backbone, head, batch, 1), heat, rtol=1e-4, atol=1e-7)


def test_what_speaks_for_a_class_in_a_series(monkeypatch: pytest.MonkeyPatch) -> None:
    backbone = tiny.make("fracast")
    head, batch = head_of(backbone), one(backbone)
    heat = attribute(backbone, head, batch, 1)
    assert heat.shape == (2, batch["values"].shape[1])
    assert heat.min() == 0 < heat.max()
    assert heat[1, 4] == 0, "a gap counts for nothing"
    monkeypatch.setattr("tl_core.evaluation.attribution.AT_ONCE", 9)  # step by step
    np.testing.assert_allclose(attribute(backbone, head, batch, 1), heat, rtol=1e-4, atol=1e-7)


def test_words_add_up_to_the_answer() -> None:
    backbone = tiny.make("transformers bert")
    head, batch = head_of(backbone), one(backbone)
    found = attribute(backbone, head, batch, 2)
    with torch.no_grad():
        whole = margin(head(backbone.pool(forward(backbone, batch))), 2)
        nothing = margin(head(backbone.pool(forward(backbone, blanked(batch)))), 2)
    assert found.shape == (batch["ids"].shape[1],)
    assert found.sum() == pytest.approx(float(whole - nothing), rel=0.05, abs=0.01)


@pytest.mark.parametrize("name", sorted(tiny.ARCHITECTURES))
def test_every_family_can_be_asked_and_stays_as_it_was(name: str) -> None:
    backbone = tiny.make(name)
    backbone.network.requires_grad_(False)
    head, batch = head_of(backbone), one(backbone)
    before = {key: tensor.clone() for key, tensor in backbone.network.state_dict().items()}
    found = attribute(backbone, head, batch, 1)
    assert np.isfinite(found).all()
    assert found.ndim == (1 if "ids" in batch else 2)
    assert np.abs(found).max() > 0 or "ids" not in batch
    assert all(torch.equal(tensor, before[key]) for key, tensor in backbone.network.state_dict().items())
    assert not any(p.requires_grad for p in backbone.network.parameters())
    assert all(p.requires_grad and p.grad is None for p in head.parameters())


def test_with_other_weights_it_looks_different() -> None:
    """The sanity check of Adebayo et al. 2018: an explanation that ignores the weights explains nothing."""
    backbone = tiny.make("timm test_resnet")
    head, batch = head_of(backbone), one(backbone)
    trained = np.stack([attribute(backbone, head, batch, k) for k in range(3)]).ravel()
    torch.manual_seed(99)
    for module in backbone.network.modules():
        if isinstance(module, nn.Conv2d):
            module.reset_parameters()
    other = np.stack([attribute(backbone, head, batch, k) for k in range(3)]).ravel()
    assert abs(np.corrcoef(trained, other)[0, 1]) < 0.9
