"""From texts to token ids: the same way every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.backbones import folders, tiny
from tl_core import modalities
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home

TEXT = modalities.get("text")
AUGMENTATIONS = {one.name: one for one in TEXT.augmentations()}
LONG = "The battery lasted two days but the screen was broken when it came out of the box"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    folders.write_tokenizer(tmp_path / "tokenizer.json")
    return {"tokenizer.json": tmp_path / "tokenizer.json"}


def card(**changes: object) -> BackboneCard:
    plain = tiny.card("transformers bert")
    return plain.model_copy(update={"input": plain.input.model_copy(update=changes)})


def test_the_models_own_limit_holds(files: dict[str, Path]) -> None:
    prepare = TEXT.make_preprocessor(card(tokens=12), files, {"max_tokens": 128})
    assert len(prepare("w5 " * 100)) == 12


def test_the_prefix_comes_first(files: dict[str, Path]) -> None:
    assert TEXT.make_preprocessor(card(prefix="w9 "), files, {})("w5") == [0, 9, 5, 2]


def test_padding_is_masked() -> None:
    batch = TEXT.collate([[5, 6, 7], [8]])
    assert batch["ids"].tolist() == [[5, 6, 7], [8, 0, 0]]
    assert batch["mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert TEXT.length([5, 6, 7]) == 3


def test_a_damaged_or_missing_tokenizer_is_said(files: dict[str, Path]) -> None:
    with pytest.raises(InputFault) as told:
        TEXT.make_preprocessor(card(), {}, {})
    assert told.value.key == "backbones.no_tokenizer"
    files["tokenizer.json"].write_text("{}", "utf-8")
    with pytest.raises(InputFault) as told:
        TEXT.make_preprocessor(card(), files, {})
    assert told.value.key == "backbones.broken_tokenizer"


def test_a_projects_sample_is_its_text(home: Home) -> None:
    assert TEXT.load_raw(home, "p", Sample(id="a", source="row 1", text="hello")) == "hello"


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_equal_generators_give_equal_texts(name: str) -> None:
    one, other = ([AUGMENTATIONS[name].apply(LONG, np.random.default_rng(k)) for k in range(20)] for _ in range(2))
    assert one == other
    assert len(set(one)) > 1


@pytest.mark.parametrize("name", AUGMENTATIONS)
@pytest.mark.parametrize("text", ["", " ", "good", "not good", "日本語のテキスト", "a\nb"])
def test_short_texts_keep_their_words(name: str, text: str) -> None:
    for seed in range(20):
        assert sorted(AUGMENTATIONS[name].apply(text, np.random.default_rng(seed))) == sorted(text)


def test_dropped_words_leave_most_of_a_text() -> None:
    rng = np.random.default_rng(0)
    kept = [len(AUGMENTATIONS["drop_words"].apply(LONG, rng).split()) / len(LONG.split()) for _ in range(200)]
    assert 0.85 < np.mean(kept) < 0.95


def test_slips_swap_letters_and_nothing_else() -> None:
    for seed in range(50):
        slipped = AUGMENTATIONS["slip_keys"].apply(LONG, np.random.default_rng(seed)).split(" ")
        for word, was in zip(slipped, LONG.split(" "), strict=True):
            assert sorted(word) == sorted(was)
            assert (word[0], word[-1]) == (was[0], was[-1])


def test_nothing_is_on_unasked() -> None:
    assert not any(one.default for one in AUGMENTATIONS.values())
