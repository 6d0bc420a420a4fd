import json
import os
import struct
import zipfile

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.bundle.tiny import Made, make
from tl_core.bundle.folder import pack, read_manifest, sha256
from tl_core.bundle.load import MANY, load_bundle
from tl_core.bundle.write import rewrite_card
from tl_core.domain.bundle import Parity
from tl_core.domain.fault import InputFault
from tl_core.store.atomic import write_json


def test_a_loaded_bundle_answers_as_the_model_it_was_written_from(made: Made):
    predictor = load_bundle(made.write())
    samples = made.dataset.samples
    answers = predictor.answer(made.raws(samples))
    assert answers.shape == (24, 2)
    assert answers.dtype == np.float64
    assert np.allclose(answers.sum(1), 1)
    assert np.abs(answers - made.measured(samples)).max() < 1e-5
    assert answers.std(0).min() > 0.01  # different samples, different answers
    assert predictor.manifest.classes == ["bad", "good"]


def test_samples_come_back_in_their_order_and_progress_is_told(text: Made):
    predictor = load_bundle(text.write())
    told: list[int] = []
    many = [text.dataset.samples[i % 24].text for i in range(600)]
    answers = predictor.answer((one for one in many), told.append)
    assert np.allclose(answers[:24], answers[24:48])
    assert np.allclose(answers[576:], answers[:24])
    assert told == sorted(told)
    assert told[-1] == 600
    assert predictor.answer([]).shape == (0, 2)


def test_for_many_samples_it_is_compiled_and_says_the_same(text: Made, tmp_path):
    predictor = load_bundle(text.write())
    raws = text.raws(text.dataset.samples)
    expected = predictor.answer(raws)
    work = tmp_path / "work"
    predictor.quicken(MANY - 1, work)
    assert not work.exists()
    predictor.quicken(MANY, work)
    assert list(work.iterdir())
    found = predictor.answer(raws)
    assert np.abs(found - expected).max() < 1e-5


def test_what_is_compiled_badly_is_not_used(text: Made, tmp_path, monkeypatch):
    predictor = load_bundle(text.write())
    expected = predictor.answer(["very good"])
    wrong = np.full((2, 16), 3.0, dtype=np.float32)
    monkeypatch.setattr("tl_core.bundle.load.compile_prefix", lambda *a, **k: lambda batch: (None, wrong))
    predictor.quicken(MANY, tmp_path)
    assert np.array_equal(predictor.answer(["very good"]), expected)


def test_a_zip_of_a_bundle_is_the_same_bundle(made: Made, tmp_path):
    write_json(made.write() / "parity.json", Parity(samples=1, labels_equal=True, largest_difference=0))
    first = pack(made.folder, tmp_path / "one.zip", "thaw-model")
    raws = made.raws(made.held_out)
    assert np.array_equal(load_bundle(first).answer(raws), load_bundle(made.folder).answer(raws))
    second = tmp_path / "two.zip"  # as people repack it: no folder
    with zipfile.ZipFile(second, "w") as archive:
        for file in made.folder.iterdir():
            archive.write(file, file.name)
    assert np.array_equal(load_bundle(second).answer(raws), load_bundle(made.folder).answer(raws))


def test_tensors_given_stand_in_for_those_of_the_backbone(text: Made):
    name = "embeddings.word_embeddings.weight"
    changed = torch.randn(text.backbone.network.state_dict()[name].shape)
    text.write(tensors={f"backbone.{name}": changed})
    assert torch.equal(load_file(text.folder / "model.safetensors")[f"backbone.{name}"], changed)
    with pytest.raises(ValueError, match="does not have"):
        text.write(tensors={"backbone.nowhere": changed})


def test_writing_again_replaces_and_leaves_nothing_beside(text: Made):
    text.write()
    (text.folder / "stray.txt").write_text("old")
    text.write(run="20250101-000000-fedcba")
    assert read_manifest(text.folder).run.endswith("fedcba")
    assert sorted(file.name for file in text.folder.parent.iterdir()) == ["bundle"]
    assert not (text.folder / "stray.txt").exists()


def test_a_new_card_leaves_the_model_alone(text: Made):
    text.write()
    before = load_bundle(text.folder).answer(["very good"])
    rewrite_card(text.folder, text.plan, text.dataset, text.split, [])
    assert np.array_equal(load_bundle(text.folder).answer(["very good"]), before)


class TestRefused:
    """What is wrong with a bundle is said in a sentence; nothing else happens."""

    def says(self, path, key):
        with pytest.raises(InputFault) as caught:
            load_bundle(path)
        assert caught.value.key == key, str(caught.value)
        assert str(caught.value).endswith(".")

    def edit(self, made: Made, change) -> None:
        file = made.folder / "bundle.json"
        content = json.loads(file.read_text())
        change(content)
        file.write_text(json.dumps(content))

    def weigh(self, made: Made, change) -> None:
        """Other weights, with a hash that fits them."""
        file = made.folder / "model.safetensors"
        tensors = load_file(file)
        change(tensors)
        save_file(tensors, file)
        self.edit(made, lambda c: c["files"].update({"model.safetensors": sha256(file)}))

    def test_nothing_there(self, tmp_path):
        self.says(tmp_path / "nowhere", "bundle.missing")
        self.says(tmp_path, "bundle.not_a_bundle")
        for name, content in {"a.zip": b"PK\x03\x04 no zip", "b.bin": b"", "c.txt": b"hello"}.items():
            (tmp_path / name).write_bytes(content)
            self.says(tmp_path / name, "bundle.not_a_bundle")

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"null", b'{"format": 1}', b"\xff\xfe", b"[" * 5000, b'{"format": true}']
    )
    def test_description_is_none(self, text: Made, content):
        text.write()
        (text.folder / "bundle.json").write_bytes(content)
        self.says(text.folder, "bundle.not_a_bundle")

    def test_written_later(self, text: Made):
        text.write()
        self.edit(text, lambda c: c.update(format=2, hitherto="unknown"))
        self.says(text.folder, "bundle.newer")

    @pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "card.md"])
    def test_damaged_or_missing(self, text: Made, name):
        text.write()
        file = text.folder / name
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        self.says(text.folder, "bundle.damaged")
        file.unlink()
        self.says(text.folder, "bundle.file_missing")
        if os.name == "posix":
            file.symlink_to("/etc/hostname")
            self.says(text.folder, "bundle.file_missing")

    @pytest.mark.parametrize(
        "change",
        [
            lambda c: c["files"].update({"../../escape": "0" * 64}),
            lambda c: c["files"].update({"/etc/passwd": "0" * 64}),
            lambda c: c["files"].update({"bundle.json": "0" * 64}),
            lambda c: c["files"].pop("model.safetensors"),
            lambda c: c.update(classes=[]),
            lambda c: c.update(classes=["a", "a"]),
            lambda c: c["card"].update(features=10**12),
            lambda c: c["architecture"]["config"].update(hidden_size=10**9),
            lambda c: c["architecture"]["config"].update(num_hidden_layers=10**5),
            lambda c: c["architecture"].update(deep=[[[[[[[[[[1]]]]]]]]]]),
            lambda c: c.update(modality="image"),
        ],
    )
    def test_strange_values(self, text: Made, change):
        text.write()
        self.edit(text, change)
        self.says(text.folder, "bundle.strange")

    def test_a_picture_of_a_million_pixels_a_side(self, home):
        made = make(home, "image")
        made.write()
        self.edit(made, lambda c: c["preprocessing"].update(size=900_000, resize=900_000))
        self.says(made.folder, "bundle.strange")

    @pytest.mark.parametrize(
        ("change", "key"),
        [
            ({}, "backbones.unknown_family"),  # a likely sound for a network that reads texts
            ({"window": 10**9}, "bundle.strange"),
            ({"mels": 10**9}, "bundle.strange"),
            ({"hop": 0}, "bundle.strange"),
            ({"hop": 2}, "bundle.strange"),
            ({"seconds": 1e12}, "bundle.strange"),
            ({"rate": 10**12}, "bundle.strange"),
        ],
    )
    def test_sounds_that_no_model_would_listen_to(self, text: Made, change, key):
        text.write()
        spec = {"kind": "audio", "mels": 80, "window": 400, "hop": 160, "spectrum": "log", **change}

        def sounding(manifest):
            manifest.update(modality="audio", preprocessing=spec)
            manifest["card"].update(modality="audio", input=spec)

        self.edit(text, sounding)
        self.says(text.folder, key)

    def test_a_name_that_would_be_looked_up_on_a_hub(self, home):
        made = make(home, "image")
        made.write()
        self.edit(made, lambda c: c.update(architecture={"library": "timm", "model": "hf-hub:someone/something"}))
        self.says(made.folder, "backbones.unknown_network")

    def test_large_networks_are_refused_before_they_take_memory(self, text: Made):
        text.write()
        large = {"hidden_size": 900_000, "intermediate_size": 900_000, "num_attention_heads": 1}
        self.edit(text, lambda c: c["architecture"]["config"].update(large))
        self.says(text.folder, "bundle.weights_do_not_fit")

    @pytest.mark.parametrize(
        ("architecture", "key"),
        [
            ({}, "unknown_family"),
            ({"library": "os", "model": "system"}, "unknown_family"),
            ({"library": "transformers", "config": {"model_type": "auto", "auto_map": {"A": "x.Y"}}}, "unknown_family"),
            ({"library": "transformers"}, "broken_architecture"),
            ({"library": "transformers", "config": {"model_type": "bert", "hidden_size": "5"}}, "broken_architecture"),
        ],
    )
    def test_foreign_networks(self, text: Made, architecture, key):
        text.write()
        self.edit(text, lambda c: c.update(architecture=architecture))
        self.says(text.folder, f"backbones.{key}")

    def test_weights_of_another_network(self, text: Made):
        text.write()
        self.weigh(text, lambda t: t.pop("head.bias"))
        self.says(text.folder, "bundle.weights_do_not_fit")
        text.write()
        self.weigh(text, lambda t: t.update({"head.weight": torch.zeros(3, 16)}))
        self.says(text.folder, "bundle.weights_do_not_fit")
        text.write()
        self.weigh(text, lambda t: t.update({"extra": torch.zeros(1)}))
        self.says(text.folder, "bundle.weights_do_not_fit")

    def test_weights_that_are_no_numbers(self, text: Made):
        text.write()
        self.weigh(text, lambda t: t["head.weight"].fill_(float("nan")))
        self.says(text.folder, "bundle.damaged")

    @pytest.mark.parametrize(
        "content", [b"", b"\x80\x04K\x01.", struct.pack("<Q", 1 << 60) + b"{}", b"\x08" + b"\0" * 7 + b"garbage!"]
    )
    def test_weights_that_are_no_safetensors(self, text: Made, content):
        text.write()
        file = text.folder / "model.safetensors"
        file.write_bytes(content)
        self.edit(text, lambda c: c["files"].update({"model.safetensors": sha256(file)}))
        self.says(text.folder, "bundle.damaged")

    def test_a_tokenizer_that_is_none(self, text: Made):
        text.write()
        file = text.folder / "tokenizer.json"
        file.write_text("{}")
        self.edit(text, lambda c: c["files"].update({"tokenizer.json": sha256(file)}))
        self.says(text.folder, "backbones.broken_tokenizer")

    def test_options_that_are_none(self, text: Made):
        text.write()
        self.edit(text, lambda c: c.update(options={"max_tokens": 10**9}))
        self.says(text.folder, "bundle.strange")

    def test_a_task_or_modality_of_later(self, text: Made):
        text.write()
        self.edit(text, lambda c: c.update(task="forecast"))
        self.says(text.folder, "bundle.unknown_task")

    def test_a_zip_with_ways_out(self, text: Made, tmp_path):
        text.write()
        bad = tmp_path / "bad.zip"
        with zipfile.ZipFile(bad, "w") as archive:
            for file in text.folder.iterdir():
                archive.write(file, f"x/{file.name}")
            archive.writestr("x/../../../escaped.txt", "no")
            archive.writestr("/tmp/thaw-escaped.txt", "no")
        load_bundle(bad)
        assert not list(tmp_path.parent.glob("**/escaped.txt"))
        assert not os.path.exists("/tmp/thaw-escaped.txt")
