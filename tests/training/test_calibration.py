"""Measuring a device: a value for every place of the boundary, and a backbone given back as it was."""

from __future__ import annotations

import pytest
import torch

from tests.backbones import tiny
from tl_core.freezing.prefix import compile_prefix
from tl_core.tasks.classify import make_head
from tl_core.training.calibration import measure


@pytest.mark.parametrize("name", ["transformers bert", "timm test_vit"])
def test_every_place_of_the_boundary_is_measured(name: str, tmp_path) -> None:
    backbone = tiny.make(name)
    batch = tiny.batch(backbone)
    before = {key: tensor.clone() for key, tensor in backbone.network.state_dict().items()}
    run = compile_prefix(
        backbone, len(backbone.stages), batch, torch.device("cpu"), hidden=False, features=True, cache=tmp_path
    )
    features = run(batch)[1]
    assert features is not None
    head = make_head(features.shape[1], 2)
    found = measure(backbone, lambda: [batch, batch], run, head, torch.device("cpu"))

    places = len(backbone.stages) + 1
    assert [len(found.through), len(found.step), len(found.judge), len(found.each)] == [places] * 4
    assert found.through[0] == 0.0
    assert found.through == sorted(found.through)
    assert found.judge[-1] == pytest.approx(0.0, abs=1e-9)
    assert found.judge == sorted(found.judge, reverse=True)
    assert found.step == sorted(found.step, reverse=True)  # training more never takes less
    assert found.step[-1] > 0
    after = backbone.network.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert not any(parameter.requires_grad for parameter in backbone.network.parameters())
