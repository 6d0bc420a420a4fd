"""A model for sounds or series may end after any of its stages; others may not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from tests.backbones import tiny
from tl_core.backbones.depth import identity
from tl_core.backbones.families import build
from tl_core.backbones.load import completed, cut, rebuild
from tl_core.backbones.protocol import Backbone, forward, parameters_of
from tl_core.domain.fault import InputFault

DEPTHS = [(name, depth) for name in (*tiny.SOUNDS, *tiny.SERIES) for depth in (1, 2, 3)]


def whole(name: str) -> Backbone:
    made = tiny.make(name)
    made.card = completed(made, "ab" * 32)
    return made


@pytest.mark.parametrize(("name", "depth"), DEPTHS)
def test_it_gives_what_the_whole_one_has_there(name: str, depth: int) -> None:
    backbone = whole(name)
    before = {name: tensor.clone() for name, tensor in backbone.network.state_dict().items()}
    short, inputs = cut(backbone, depth), tiny.batch(backbone)
    with torch.inference_mode():
        expected = backbone.pool(forward(backbone, inputs, stop=depth))
        assert torch.equal(short.pool(forward(short, inputs)), expected)
    assert [stage.title for stage in short.stages] == [stage.title for stage in backbone.stages[:depth]]
    assert short.card.stages == backbone.card.stages[:depth]
    assert short.card.features == expected.shape[1]
    assert (short.card.name, short.card.sha256) == (backbone.card.name, backbone.card.sha256)
    assert len(backbone.stages) == len(backbone.card.stages) > 2, "the whole one stays whole"
    assert backbone.network.state_dict().keys() == before.keys()


@pytest.mark.parametrize(("name", "depth"), DEPTHS)
def test_what_comes_later_is_gone(name: str, depth: int) -> None:
    backbone = whole(name)
    short = cut(backbone, depth)
    own = {id(p) for stage in short.stages for p in parameters_of(stage)}
    assert {id(p) for p in short.network.parameters()} == own
    assert short.network.state_dict().keys() <= backbone.network.state_dict().keys()
    assert short.card.parameters == sum(p.numel() for p in short.network.parameters())


@pytest.mark.parametrize(("name", "depth"), DEPTHS)
def test_it_is_built_again_from_what_a_bundle_keeps(name: str, depth: int, tmp_path: Path) -> None:
    short = cut(whole(name), depth)
    again = rebuild(short.card, json.loads(json.dumps(short.architecture)), tmp_path)
    again.network.load_state_dict(short.network.state_dict())
    inputs = tiny.batch(short)
    with torch.inference_mode():
        assert torch.equal(again.pool(forward(again, inputs)), short.pool(forward(short, inputs)))


def test_no_cache_takes_one_depth_for_another() -> None:
    backbone = whole(tiny.SOUNDS[0])
    found = [identity(backbone), *(identity(cut(backbone, depth)) for depth in (1, 2, 3))]
    assert len({json.dumps(one) for one in found}) == 4


@pytest.mark.parametrize("depth", [0, 9])
def test_a_depth_that_is_not_there(depth: int) -> None:
    backbone = whole(tiny.SOUNDS[0])
    with pytest.raises(ValueError, match="stages"):
        cut(backbone, depth)
    with pytest.raises(InputFault) as told:
        build(backbone.card, {**backbone.architecture, "depth": depth})
    assert told.value.key == "backbones.broken_architecture"


@pytest.mark.parametrize("name", ["transformers bert", "timm test_vit"])
def test_others_are_read_at_their_end_only(name: str) -> None:
    assert not whole(name).card.any_depth
    with pytest.raises(ValueError, match="stages"):
        cut(whole(name), 1)
