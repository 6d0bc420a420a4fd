"""An assistant as files: the same replies from a fresh process, whatever was changed is refused, and it says what it
holds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.answering.manual import dataset, passages, project
from tests.runs.tiny_project import starting_model
from tl_core.answering.meaning import Encoder
from tl_core.answering.passages import indexed
from tl_core.answering.reply import Answerer
from tl_core.bundle.assistant import (
    LoadedAssistant,
    add_meaning,
    own_folder,
    rewrite_assistant_card,
    words_of,
    write_assistant,
    write_version_index,
)
from tl_core.bundle.assistant_folder import opened, pack, read_manifest, read_parity
from tl_core.bundle.assistant_parity import certify_assistant, compare
from tl_core.bundle.folder import check_files
from tl_core.domain.answer import AnswerReport, Fusion
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home

ASKED = ["What does E7 mean?", "Why was the camera not good?", "When is the water drained?"]
FUSION = Fusion(words=0.5, meaning=0.5)


@pytest.fixture
def encoder(home: Home) -> Encoder:
    return Encoder(starting_model(home, "text"))


def written(folder: Path, encoder: Encoder) -> Answerer:
    """A training's folder, and the same in memory."""
    samples, words = passages(), words_of(dataset())
    vectors = encoder.encode([indexed(one) for one in samples])
    write_assistant(
        folder, samples, words, finder="both", fusion=FUSION, vectors=vectors, encoder=encoder, run="r1",
        licence="MIT",
    )  # fmt: skip
    return Answerer(samples, words, fusion=FUSION, vectors=vectors, encoder=encoder)


def test_a_fresh_process_says_the_same_without_the_home(encoder: Encoder, tmp_path: Path, monkeypatch):
    folder = tmp_path / "assistant"
    measured = [written(folder, encoder).reply(question) for question in ASKED]
    monkeypatch.setenv("THAW_HOME", str(tmp_path / "elsewhere"))  # on another machine
    parity = certify_assistant(folder, measured)
    assert parity.passed, parity
    assert read_parity(folder) == parity
    assert parity.questions == len(ASKED)
    other = [one.model_copy(update={"sureness": one.sureness + 0.01}) for one in measured]
    assert not compare(measured, other).passed
    turned = [one.model_copy(update={"sources": one.sources[::-1]}) for one in measured]
    assert not compare(measured, turned).passed
    (folder / "assistant.json").write_text("{}")
    assert not certify_assistant(folder, measured).passed


def test_packed_and_opened_again_it_is_the_same(encoder: Encoder, tmp_path: Path):
    folder = tmp_path / "assistant"
    measured = written(folder, encoder).reply(ASKED[0])
    archive = pack(folder, tmp_path / "a.zip", "pump")
    with opened(archive) as place:
        again = LoadedAssistant(place).reply(ASKED[0])
    assert again.sources == measured.sources
    assert pack(folder, tmp_path / "b.zip", "pump").read_bytes() == archive.read_bytes()


def test_it_holds_texts_and_places_and_nothing_else_of_the_samples(encoder: Encoder, tmp_path: Path):
    folder = tmp_path / "assistant"
    samples = [
        one.model_copy(
            update={"traits": {"personal": "mail"}, "place": one.place.model_copy(update={"asked": "zyzzyva?"})}
        )
        for one in passages()
    ]
    write_assistant(folder, samples, words_of(dataset()), finder="words", run="r1")
    held = "".join(file.read_text("utf-8", "replace") for file in folder.rglob("*") if file.is_file())
    assert "zyzzyva" not in held
    assert "personal" not in (folder / "passages.jsonl").read_text()
    assert LoadedAssistant(folder).reply(ASKED[0]).sources[0].page == 3


def test_the_card_says_what_the_folder_holds_and_names_nothing(encoder: Encoder, tmp_path: Path):
    folder = tmp_path / "assistant"
    written(folder, encoder)
    card = (folder / "card.md").read_text()
    assert "This folder holds your passages" in card
    assert "MIT" in card
    assert "Nobody knows how well" in card
    assert "Pump" not in card
    report = AnswerReport(
        subset="test", questions=30, passages=6, documents=2, few_questions=False, tuned_epochs=3,
    )  # fmt: skip
    rewrite_assistant_card(folder, [report])
    assert "30 questions" in (folder / "card.md").read_text()
    check_files(folder, read_manifest(folder).files)


def test_a_version_is_found_by_words_at_once_and_by_meaning_later(home: Home, encoder: Encoder):
    project_id, kept = project(home)
    write_version_index(home, project_id, kept)
    folder = own_folder(home, project_id, kept.id)
    first = LoadedAssistant(folder, home)
    assert first.index is None
    assert first.reply(ASKED[0]).answer == "E7 means that the filter is clogged."
    add_meaning(home, project_id, kept, encoder.encode([indexed(one) for one in kept.samples]), encoder)
    later = LoadedAssistant(folder, home)
    assert later.index is not None
    assert not (folder / "model.safetensors").exists()
    assert later.bytes > first.bytes
    shutil.rmtree(home.weights)  # the starting model was removed: words are left
    assert LoadedAssistant(folder, home).reply(ASKED[0]).answered


def _passages_gone(folder: Path) -> None:
    (folder / "passages.jsonl").unlink()


def _vectors_changed(folder: Path) -> None:
    np.save(folder / "vectors.npy", np.zeros((6, 16), np.float32))


def _link(folder: Path) -> None:
    (folder / "words").rename(folder.parent / "away")
    (folder / "words").symlink_to(folder.parent / "away")


def _escape(folder: Path) -> None:
    told = json.loads((folder / "assistant.json").read_text())
    told["files"]["../secret"] = "0" * 64
    (folder / "assistant.json").write_text(json.dumps(told))


def _newer(folder: Path) -> None:
    told = json.loads((folder / "assistant.json").read_text())
    (folder / "assistant.json").write_text(json.dumps(told | {"format": 2}))


def _no_json(folder: Path) -> None:
    (folder / "assistant.json").write_text("[" * 100_000)


@pytest.mark.parametrize(
    ("harm", "key"),
    [
        (_passages_gone, "bundle.file_missing"),
        (_vectors_changed, "bundle.damaged"),
        (_link, "bundle.file_missing"),
        (_escape, "bundle.strange"),
        (_newer, "bundle.newer"),
        (_no_json, "bundle.not_an_assistant"),
    ],
)
def test_what_was_changed_is_refused_in_a_sentence(harm, key: str, encoder: Encoder, tmp_path: Path):
    folder = tmp_path / "assistant"
    written(folder, encoder)
    harm(folder)
    with pytest.raises(InputFault) as caught:
        LoadedAssistant(folder)
    assert caught.value.key == key


@pytest.mark.parametrize("name", ["words/params.index.json", "words/words.json", "passages.jsonl", "vectors.npy"])
def test_a_strangers_file_that_is_nonsense_under_a_right_hash_is_a_sentence(
    name: str, encoder: Encoder, tmp_path: Path
):  # fmt: skip
    from tl_core.bundle.folder import sha256

    folder = tmp_path / "assistant"
    written(folder, encoder)
    (folder / name).write_bytes(b'{"nonsense": [1]}')
    told = json.loads((folder / "assistant.json").read_text())
    told["files"][name] = sha256(folder / name)
    (folder / "assistant.json").write_text(json.dumps(told))
    with pytest.raises(InputFault) as caught:
        LoadedAssistant(folder)
    assert caught.value.key == "bundle.damaged"
