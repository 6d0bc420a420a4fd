"""What must hold for every starting model, wherever it comes from."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path

import pytest
import torch

from tests.backbones import tiny
from tl_core.backbones import catalogue
from tl_core.backbones.load import completed, load, rebuild
from tl_core.backbones.protocol import Backbone, forward, parameters_of
from tl_core.freezing.prefix import compile_prefix

PACKAGED = [pytest.param(name, marks=pytest.mark.weights) for name in catalogue.DEFAULTS.values()]


@pytest.fixture(scope="module", params=[*sorted(tiny.ARCHITECTURES), *PACKAGED])
def backbone(request: pytest.FixtureRequest) -> Backbone:
    if request.param in tiny.ARCHITECTURES:
        return tiny.make(request.param)
    return load(request.getfixturevalue("stock"), request.param)


def test_stages_one_by_one_are_the_whole_network(backbone: Backbone) -> None:
    inputs = tiny.batch(backbone)
    with torch.inference_mode():
        pooled = backbone.pool(forward(backbone, inputs))
    expected = tiny.reference(backbone, inputs)
    torch.testing.assert_close(pooled, expected, rtol=1e-4, atol=1e-5 * max(1.0, float(expected.abs().max())))
    assert pooled.std() > 0


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_compiled_is_eager_at_every_boundary(backbone: Backbone, tmp_path: Path) -> None:
    """To a relative L2 of 1e-3, for other samples than it was compiled for; what cannot be compiled runs in PyTorch."""
    inputs = tiny.batch(backbone)
    boundaries = list(range(1, len(backbone.stages)))
    run = compile_prefix(
        backbone, boundaries, inputs, torch.device("cpu"), hidden=True, features=True, cache=tmp_path
    )  # fmt: skip
    batch = {name: torch.flip(tensor, [0]) for name, tensor in inputs.items()}
    hidden, features = run.each(batch)
    with torch.inference_mode():
        expected = [forward(backbone, batch, stop=boundary)["hidden"] for boundary in boundaries]
        expected.append(backbone.pool(forward(backbone, batch)))
    assert features is not None
    for ours, theirs in zip([*hidden, features], expected, strict=True):
        assert ours.shape == tuple(theirs.shape)
        assert float((torch.from_numpy(ours) - theirs).norm() / theirs.norm()) < 1e-3


def test_every_parameter_and_buffer_is_in_one_stage(backbone: Backbone) -> None:
    names = {id(p): name for name, p in backbone.network.named_parameters()}
    found = Counter(names[id(p)] for stage in backbone.stages for p in parameters_of(stage))
    assert set(found) == set(names.values())
    assert set(found.values()) == {1}
    held = {id(b) for stage in backbone.stages for module in stage.modules for b in module.buffers()}
    lost = [name for name, buffer in backbone.network.named_buffers() if id(buffer) not in held]
    assert not lost


def test_stages_have_names_of_their_own_that_people_can_read(backbone: Backbone) -> None:
    assert 2 <= len(backbone.stages) <= 7
    for names in ([s.name for s in backbone.stages], [s.title for s in backbone.stages]):
        assert len(set(names)) == len(names)
        assert all(names)
    assert all(stage.about for stage in backbone.stages)


def test_rebuilt_from_json_it_answers_the_same(backbone: Backbone, tmp_path) -> None:
    architecture = json.loads(json.dumps(backbone.architecture))
    again = rebuild(backbone.card, architecture, tmp_path)
    again.network.load_state_dict(backbone.network.state_dict())
    inputs = tiny.batch(backbone)
    with torch.inference_mode():
        expected, answer = (one.pool(forward(one, inputs)) for one in (backbone, again))
    assert torch.equal(expected, answer)


def test_a_copy_stands_on_its_own(backbone: Backbone) -> None:
    inputs = tiny.batch(backbone)
    other = copy.deepcopy(backbone)
    with torch.inference_mode():
        before = backbone.pool(forward(backbone, inputs))
        for stage in other.stages:
            for parameter in parameters_of(stage):
                parameter.zero_()
        assert torch.equal(before, backbone.pool(forward(backbone, inputs)))
        assert not torch.equal(before, other.pool(forward(other, inputs)))


def test_the_card_tells_the_networks_own_sizes(backbone: Backbone) -> None:
    card = completed(backbone, "00")
    assert card.parameters == sum(p.numel() for p in backbone.network.parameters())
    assert sum(stage.parameters for stage in card.stages) == card.parameters
    assert card.features == tiny.reference(backbone, tiny.batch(backbone)).shape[1]


@pytest.mark.parametrize("name", [*(f"transformers {kind}" for kind in tiny.TEXTS), *tiny.SOUNDS, *tiny.SERIES])
@pytest.mark.parametrize("length", [6, 5, 1])
def test_padding_changes_nothing(name: str, length: int) -> None:
    """A sample is answered as if it were alone, whatever stands beside it and in its padding."""
    backbone = tiny.make(name)
    inputs = tiny.batch(backbone)
    inputs["mask"][1, length:] = 0
    [content] = [one for one in inputs if one != "mask"]
    short = {name: tensor[1:, :length] for name, tensor in inputs.items()}
    there = inputs["mask"].reshape(*inputs["mask"].shape, *(1 for _ in inputs[content].shape[2:]))
    filled = {**inputs, content: inputs[content] * there + (1 - there) * 3}
    with torch.inference_mode():
        alone, padded, other = (backbone.pool(forward(backbone, one)) for one in (short, inputs, filled))
    torch.testing.assert_close(alone[0], padded[1], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(padded, other, rtol=1e-4, atol=1e-5)


def test_parts_join_at_every_boundary(backbone: Backbone) -> None:
    inputs = tiny.batch(backbone)
    with torch.inference_mode():
        whole = backbone.pool(forward(backbone, inputs))
        for boundary in range(len(backbone.stages) + 1):
            state = forward(backbone, inputs, stop=boundary)
            rest = forward(backbone, state, boundary) if boundary else forward(backbone, inputs)
            assert torch.equal(backbone.pool(rest), whole)


def test_gradients_reach_every_parameter_that_is_trained(backbone: Backbone) -> None:
    other = copy.deepcopy(backbone)
    state = forward(other, tiny.batch(other))
    other.pool(state).square().sum().backward()
    silent = [name for name, p in other.network.named_parameters() if p.grad is None]
    assert set(silent) <= {"embeddings.mask_token"}  # DINOv2's, for hiding parts of images in its own training
