"""Words that a tokenizer cuts up or does not know are strange; general ones are the measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer

from tl_core.modalities.text.words import EXAMPLES, strange_words


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Knows six words, and pieces for what is made of a, b and c."""
    known = ["[UNK]", "the", "film", "was", "good", "bad", "don't", "a", "##a", "##b", "##c", "don", "t", "'"]
    tokenizer = Tokenizer(WordPiece({word: number for number, word in enumerate(known)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


def test_shares_count_words_and_examples_are_the_most_frequent(file) -> None:
    found = strange_words(
        file, ["the film was abca", "abca zzz good 17 !!", "ab was bad"], ["the film was good", "was zzz"]
    )
    assert found.value == pytest.approx(3 / 10), "abca twice and zzz; ab is two pieces only, numbers are no words"
    assert found.usual == pytest.approx(1 / 6)
    assert found.examples == ["abca", "zzz"]


def test_emoji_are_words_and_punctuation_is_none(file) -> None:
    found = strange_words(file, ["good \U0001f525 \U0001f525 ...", "the - film"], ["good"])
    assert found.value == pytest.approx(2 / 5)
    assert found.examples == ["\U0001f525"]


def test_few_examples_and_no_words_at_all(file) -> None:
    many = " ".join("x" * (n + 2) for n in range(40))
    assert len(strange_words(file, [many], ["good"]).examples) == EXAMPLES
    assert strange_words(file, ["12 ... !"], ["good"]).value == 0.0
