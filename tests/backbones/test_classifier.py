"""A starting model's own last layer, put aside when the model is kept: it tells what a tuned one has forgotten."""

from __future__ import annotations

import pytest
import torch

from tests.backbones import tiny
from tl_core.backbones.keep import classifier_of, keep
from tl_core.backbones.load import load, load_classifier
from tl_core.store.home import Home

NAME = "timm test_resnet"


def kept(home: Home, **heads: torch.Tensor) -> str:
    backbone = tiny.make(NAME)
    weights = dict(backbone.network.state_dict()) | {name.replace("__", "."): t for name, t in heads.items()}
    return keep(home, backbone.card, tiny.ARCHITECTURES[NAME], weights, {}).name


def test_it_answers_as_the_whole_network_of_its_library(home: Home) -> None:
    import timm

    torch.manual_seed(0)
    whole = timm.create_model("test_resnet", pretrained=False, num_classes=7).eval()
    backbone = tiny.make(NAME)
    keep(home, backbone.card, tiny.ARCHITECTURES[NAME], whole.state_dict(), {})
    name = backbone.card.name
    classifier, loaded = load_classifier(home, name), load(home, name)
    assert classifier is not None
    inputs = tiny.batch(loaded)
    with torch.inference_mode():
        state = loaded.enter(inputs)
        for stage in loaded.stages:
            state = loaded.run(stage, state)
        said, expected = classifier(loaded.pool(state)), whole(inputs["pixels"])
    assert torch.allclose(said, expected, atol=1e-5)
    assert not any("classifier" in file for file in loaded.files)  # bundles take along what is in ``files``


def test_without_one_there_is_none(home: Home) -> None:
    assert load_classifier(home, kept(home)) is None
    assert load_classifier(home, "folder:never fetched") is None


@pytest.mark.parametrize(
    "heads",
    [
        {"pooler.dense.weight": (8, 8), "pooler.dense.bias": (8,)},  # no classifier of samples
        {"classifier.0.weight": (16, 8), "classifier.0.bias": (16,), "classifier.3.weight": (5, 16)},  # several layers
        {"head.weight": (5, 16), "head.bias": (5,)},  # on something else than the pooled features
        {"fc.weight": (5, 8)},
        {"embeddings.weight": (5, 8), "embeddings.bias": (5,)},
    ],
)
def test_what_cannot_be_asked_is_left_out(heads: dict) -> None:
    assert classifier_of({name: torch.zeros(shape) for name, shape in heads.items()}, 8) == {}


def test_a_single_layer_on_the_features_is_taken() -> None:
    found = classifier_of(
        {"pooler.dense.weight": torch.zeros(8, 8), "fc.weight": torch.ones(5, 8), "fc.bias": torch.zeros(5)}, 8
    )
    assert {name: tuple(t.shape) for name, t in found.items()} == {"weight": (5, 8), "bias": (5,)}
