"""Models from folders in the hub's layout: the same answers as their own library gives, or one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.backbones import folders, tiny
from tl_core import backbones, modalities
from tl_core.backbones.fetch import fetch
from tl_core.backbones.load import load
from tl_core.backbones.protocol import forward
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("kind", sorted(tiny.CONFIGS))
def test_transformers_folder_answers_as_its_library(kind: str, place: Path, home: Home) -> None:
    written = folders.write_transformers(place, kind)
    card = fetch(home, f"folder:{place}")
    (place / "model.safetensors").unlink()  # kept means kept

    loaded = load(home, card.name)
    inputs = tiny.batch(written)
    with torch.inference_mode():
        answer = loaded.pool(forward(loaded, inputs))
    torch.testing.assert_close(answer, tiny.reference(written, inputs), rtol=1e-4, atol=1e-5)
    assert card.modality == written.card.modality
    assert card.input.kind != "audio" or card.input == written.card.input
    assert card.features == answer.shape[1]
    assert len(card.sha256) == 64
    assert card in backbones.cards(card.modality, home)


@pytest.mark.parametrize("model", ["test_resnet", "test_vit", "test_efficientnet"])
def test_timm_folder_answers_as_timm(model: str, place: Path, home: Home) -> None:
    network = folders.write_timm(place, model)
    card = fetch(home, f"folder:{place}")
    loaded = load(home, card.name)
    pixels = torch.randn(2, 3, 160, 160)
    with torch.inference_mode():
        answer = loaded.pool(forward(loaded, {"pixels": pixels}))
        expected = network.forward_head(network.forward_features(pixels), pre_logits=True)
    torch.testing.assert_close(answer, expected, rtol=1e-4, atol=1e-5)
    assert card.input.kind == "image"
    assert card.input.size == 160
    assert card.input.mean == pytest.approx(network.pretrained_cfg["mean"])


def test_scratch_draws_from_its_seed(place: Path, home: Home) -> None:
    folders.write_transformers(place, "resnet")
    name = fetch(home, f"folder:{place}").name

    def weights(**how: int | bool) -> torch.Tensor:
        return torch.cat([p.flatten() for p in load(home, name, **how).network.parameters()])

    first = weights(pretrained=False, seed=1)
    assert torch.equal(first, weights(pretrained=False, seed=1))
    assert not torch.equal(first, weights(pretrained=False, seed=2))
    assert not torch.equal(first, weights())


def test_texts_reach_a_model_from_a_folder(place: Path, home: Home) -> None:
    folders.write_transformers(place, "xlm-roberta")
    loaded = load(home, fetch(home, f"folder:{place}").name)
    text = modalities.get("text")
    prepare = text.make_preprocessor(loaded.card, loaded.files, {"max_tokens": 8})
    assert prepare("w5 w6 unknown") == [0, 5, 6, 3, 2]
    long = prepare(" ".join(["w7"] * 50))
    assert len(long) == 8
    assert long[-1] == 2  # the end mark stays when a text is cut
    batch = text.collate([prepare("w5"), long])
    assert batch["mask"].sum(1).tolist() == [3, 8]
    assert loaded.pool(forward(loaded, batch)).shape == (2, 24)


def test_a_tokenizer_is_made_from_older_files(place: Path, home: Home) -> None:
    folders.write_transformers(place, "bert")
    (place / "tokenizer.json").unlink()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]
    (place / "vocab.txt").write_text("\n".join(words), "utf-8")
    loaded = load(home, fetch(home, f"folder:{place}").name)
    prepare = modalities.get("text").make_preprocessor(loaded.card, loaded.files, {})
    assert prepare("Good what") == [2, 5, 1, 3]


def test_facts_of_the_readme_reach_the_card(place: Path, home: Home) -> None:
    folders.write_transformers(place, "bert")
    front = "---\nlicense: mit\nlanguage:\n- de\n- fr\ndatasets:\n- owner/letters\n---\n# Model\n"
    (place / "README.md").write_text(front, "utf-8")
    (place / "1_Pooling").mkdir()
    (place / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}', "utf-8")
    card = fetch(home, f"folder:{place}")
    assert (card.licence, card.languages) == ("mit", ["de", "fr"])
    assert "owner/letters" in str(card.learned_from)
    assert card.input.kind == "text"
    assert card.input.pooling == "cls"


def test_image_facts_come_from_its_preprocessor(place: Path, home: Home) -> None:
    folders.write_transformers(place, "vit")
    spec = fetch(home, f"folder:{place}").input
    assert spec.kind == "image"
    assert (spec.size, spec.resize, spec.interpolation) == (32, 32, "bilinear")
    assert spec.mean == (0.4, 0.5, 0.6)


def refused(home: Home, place: Path) -> str:
    with pytest.raises(InputFault) as told:
        fetch(home, f"folder:{place}")
    assert str(told.value)  # there is a sentence
    assert not list(home.weights.rglob("*.safetensors"))  # and nothing was kept
    return told.value.key


class TestRefusals:
    def test_no_folder(self, home: Home, place: Path) -> None:
        assert refused(home, place / "nowhere") == "backbones.no_folder"

    def test_empty_folder(self, home: Home, place: Path) -> None:
        assert refused(home, place) == "backbones.no_config"

    def test_config_that_is_no_object(self, home: Home, place: Path) -> None:
        (place / "config.json").write_text("[1]", "utf-8")
        assert refused(home, place) == "backbones.no_config"

    def test_pickled_weights(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "bert")
        (place / "model.safetensors").rename(place / "pytorch_model.bin")
        assert refused(home, place) == "backbones.only_safetensors"

    def test_unknown_family(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "bert")
        change(place, model_type="t5")
        assert refused(home, place) == "backbones.unknown_family"

    def test_code_in_a_config_is_never_run(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "bert")
        ran = place / "ran"
        (place / "modeling.py").write_text(f"open({str(ran)!r}, 'w')\nclass M: pass\n", "utf-8")
        change(place, model_type="own", auto_map={"AutoModel": "modeling.M", "AutoConfig": "modeling.M"})
        assert refused(home, place) == "backbones.unknown_family"
        change(place, model_type="bert")
        fetch(home, f"folder:{place}")  # the known kind wins, the code stays unread
        assert not ran.exists()

    def test_unknown_timm_architecture(self, home: Home, place: Path) -> None:
        folders.write_timm(place, "test_resnet")
        change(place, architecture="hf-hub:someone/model")
        assert refused(home, place) == "backbones.unknown_network"

    def test_strange_timm_arguments(self, home: Home, place: Path) -> None:
        folders.write_timm(place, "test_resnet")
        change(place, model_args={"block": "os.system"})
        assert refused(home, place) == "backbones.broken_architecture"

    def test_timm_family_without_stages(self, home: Home, place: Path) -> None:
        folders.write_timm(place, "test_mambaout")
        assert refused(home, place) == "backbones.unknown_family"

    def test_cut_weights(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "bert")
        file = place / "model.safetensors"
        file.write_bytes(file.read_bytes()[:-100])
        assert refused(home, place) == "backbones.broken_weights"

    def test_missing_weights(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "bert")
        file = place / "model.safetensors"
        tensors = load_file(file)
        del tensors["encoder.layer.3.output.dense.weight"]
        save_file(tensors, file, metadata={"format": "pt"})
        assert refused(home, place) == "backbones.weights_do_not_fit"

    def test_weights_that_are_not_numbers(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "bert")
        file = place / "model.safetensors"
        tensors = load_file(file)
        tensors["encoder.layer.3.output.dense.weight"][0] = float("nan")
        save_file(tensors, file, metadata={"format": "pt"})
        assert refused(home, place) == "backbones.broken_weights"

    def test_other_width(self, home: Home, place: Path) -> None:
        folders.write_timm(place, "test_vit")
        change(place, model_args={"embed_dim": 128})
        assert refused(home, place) == "backbones.weights_do_not_fit"

    def test_no_tokenizer(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "roberta")
        (place / "tokenizer.json").unlink()
        assert refused(home, place) == "backbones.no_tokenizer"

    def test_tokenizer_with_more_words_than_the_model(self, home: Home, place: Path) -> None:
        folders.write_transformers(place, "roberta")
        folders.write_tokenizer(place / "tokenizer.json", words=tiny.WORDS + 1)
        assert refused(home, place) == "backbones.tokenizer_does_not_fit"


def change(place: Path, **values: object) -> None:
    file = place / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **values}), "utf-8")


def test_damaged_afterwards_is_said(place: Path, home: Home) -> None:
    folders.write_transformers(place, "resnet")
    name = fetch(home, f"folder:{place}").name
    weights = next(home.weights.rglob("model.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-8])
    with pytest.raises(InputFault) as told:
        load(home, name)
    assert told.value.key == "backbones.broken_weights"
