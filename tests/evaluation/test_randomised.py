"""The sanity check: shuffled weights come back as they were, a learned explanation changes, a blind one is caught."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
import torch
from torch import nn

from tests.backbones import tiny
from tl_core.backbones.protocol import forward
from tl_core.evaluation import randomised
from tl_core.evaluation.attribution import attribute
from tl_core.evaluation.randomised import correlation, likeness, shuffled


@pytest.fixture(params=["timm test_resnet", "transformers bert"])
def asked(request: pytest.FixtureRequest):
    backbone = tiny.make(request.param)
    batch = {name: tensor[:1] for name, tensor in tiny.batch(backbone).items()}
    torch.manual_seed(4)
    return backbone, nn.Linear(backbone.pool(forward(backbone, batch)).shape[1], 3), batch


def test_weights_are_shuffled_and_come_back_as_they_were(asked) -> None:
    backbone, head, _ = asked
    before = {name: tensor.clone() for name, tensor in backbone.network.state_dict().items()}
    weight = head.weight.detach().clone()
    with suppress(KeyboardInterrupt), shuffled((backbone.network, head), 1):
        assert not torch.equal(head.weight, weight)
        assert torch.equal(head.weight.flatten().sort().values, weight.flatten().sort().values)
        raise KeyboardInterrupt
    assert torch.equal(head.weight, weight)
    assert all(torch.equal(tensor, before[name]) for name, tensor in backbone.network.state_dict().items())


def test_of_a_network_it_is_a_share_and_always_the_same(asked) -> None:
    backbone, head, batch = asked
    values = attribute(backbone, head, batch, 1)
    found = likeness(backbone, head, batch, 1, values)
    assert found == likeness(backbone, head, batch, 1, values)
    assert found is None or 0 <= found < 0.95
    assert np.array_equal(attribute(backbone, head, batch, 1), values), "the network is as it was"


def test_what_heeds_the_sample_alone_is_found_out(asked, monkeypatch: pytest.MonkeyPatch) -> None:
    backbone, head, batch = asked
    edges = np.arange(49.0).reshape(7, 7)
    monkeypatch.setattr(randomised, "attribute", lambda *given: edges)
    assert likeness(backbone, head, batch, 1, edges) == pytest.approx(1.0)


def test_too_few_or_too_large_is_not_told(asked, monkeypatch: pytest.MonkeyPatch) -> None:
    backbone, head, batch = asked
    assert likeness(backbone, head, batch, 1, np.arange(4.0)) is None
    monkeypatch.setattr(randomised, "LARGEST", 10)
    assert likeness(backbone, head, batch, 1, np.arange(40.0)) is None


def test_nothing_is_like_a_blank() -> None:
    assert correlation(np.zeros(9), np.arange(9.0)) == 0.0
    assert correlation(np.full(9, np.nan), np.arange(9.0)) == 0.0
    assert correlation(np.arange(9.0), -(np.arange(9.0) ** 3)) == pytest.approx(-1.0)
