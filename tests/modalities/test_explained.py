"""What counted is lit up where it is, covered when asked, and as much elsewhere is covered for comparison."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from tl_core.domain.card import TextInput
from tl_core.domain.excited import Box
from tl_core.modalities.image.explained import ImageParts
from tl_core.modalities.text.explained import TextParts, spans


@pytest.fixture
def noisy() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8))


@pytest.fixture
def parts(noisy) -> ImageParts:
    """The network saw the middle square; its upper left corner counted."""
    heat = np.zeros((8, 8))
    heat[:3, :3] = 1.0
    return ImageParts(noisy, heat, Box(left=0.125, top=0.0, right=0.875, bottom=1.0))


def changed(one: Image.Image, other: Image.Image) -> np.ndarray:
    return np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).max(axis=2) > 2


def test_the_hot_corner_is_lit_and_what_was_not_seen_is_dimmed(parts, noisy) -> None:
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(parts.shown()["picture"]))), dtype=float)
    before = np.asarray(noisy, dtype=float)
    assert shown.shape == before.shape
    corner, rest = (slice(5, 30), slice(25, 50)), (slice(80, 110), slice(100, 130))
    assert shown[corner][..., 0].mean() - shown[corner][..., 2].mean() > 80, "ember"
    assert np.abs(shown[rest] - before[rest]).max() <= 2
    assert shown[:, :15].mean() < 0.75 * before[:, :15].mean()


def test_covering_blurs_what_counted_and_nothing_else(parts, noisy) -> None:
    blurred = changed(parts.covered(0.1), noisy)
    assert blurred[10:25, 30:45].mean() > 0.9
    assert not blurred[70:, 80:].any()
    assert not blurred[:, :15].any(), "what the network did not see stays"


def test_elsewhere_covers_as_much_in_another_place(parts, noisy) -> None:
    rng = np.random.default_rng(3)
    mine, other = changed(parts.covered(0.1), noisy), changed(parts.elsewhere(0.1, rng), noisy)
    assert 0.4 < other.sum() / mine.sum() < 2.5
    assert (mine & other).sum() < 0.3 * mine.sum()


def test_a_picture_with_no_heat_is_shown_as_it_is(noisy) -> None:
    cold = ImageParts(noisy, np.zeros((7, 7)), Box(left=0, top=0, right=1, bottom=1))
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(cold.shown()["picture"]))))
    assert np.array_equal(shown, np.asarray(noisy))


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    known = ["[UNK]", "[CLS]", "[SEP]", "query", ":", "a", "good", "fil", "##m", "not", "."]
    tokenizer = Tokenizer(WordPiece({word: number for number, word in enumerate(known)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


@pytest.mark.parametrize("prefix", ["", "query: "])
def test_tokens_stand_where_they_stand_in_the_text(file, prefix) -> None:
    text = "a good  film."
    found = spans(file, TextInput(tokens=32, prefix=prefix), 32, text)
    assert [text[a:b] for a, b in found if b > a] == ["a", "good", "fil", "m", "."]
    assert found[0] == found[-1] == (0, 0)
    assert len(spans(file, TextInput(tokens=32, prefix=prefix), 5, text)) == 5


def test_pieces_of_a_word_add_up_and_the_strongest_is_one() -> None:
    parts = TextParts("a good  film.", np.array([9.0, 0.1, 1.0, 1.5, 0.5, -1.0, 9.0]), [
        (0, 0), (0, 1), (2, 6), (8, 11), (11, 12), (12, 13), (0, 0),
    ])  # fmt: skip
    words = parts.shown()["words"]
    assert [word["text"] for word in words] == ["a ", "good  ", "film."]
    assert [word["weight"] for word in words] == [0.1, 1.0, 1.0]


def test_words_that_counted_go_and_for_comparison_others() -> None:
    values = np.array([0.0, 2.0, -3.0, 0.1, 0.2])
    text = "this good bad film here"
    places = [(0, 4), (5, 9), (10, 13), (14, 18), (19, 23)]
    parts = TextParts(text, values, places)
    assert parts.covered(0.2) == "this bad film here"
    assert parts.covered(0.4) == "this bad film"
    for seed in range(5):
        assert "good" in parts.elsewhere(0.2, np.random.default_rng(seed))
    assert parts.covered(1.0) == ""


def test_a_text_without_words_is_no_fault() -> None:
    parts = TextParts("   ", np.array([1.0]), [(0, 0)])
    assert parts.shown() == {"words": []}
    assert parts.covered(0.2) == ""
