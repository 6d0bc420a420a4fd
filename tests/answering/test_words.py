"""Words: what counts as one, and that the index ranks, saves and loads as it should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tl_core.answering.words import Words, stop_words, tokens

PASSAGES = [
    "Error E7: the pump of the X-200 is blocked.",
    "os.path joins names of files",
    "Öffne die Klappe",
    "電源を入れる",
    "getElementById finds one node",
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Error E7.", ["error", "e7"]),
        ("the X-200", ["the", "x-200", "x", "200"]),
        ("use os.path.", ["use", "os.path", "os", "path"]),
        ("snake_case", ["snake_case", "snake", "case"]),
        ("HTTPServer", ["httpserver", "http", "server"]),
        ("__init__", ["__init__", "init"]),
        ("C++ and C#", ["c++", "c", "and", "c#", "c"]),
        ("Ÿé ﬁn", ["ye", "fin"]),
        ("電源を", ["電源", "源を"]),
        ("हिन्दी", ["हिन्दी"]),
        ("", []),
        ("?! --", []),
    ],
)
def test_tokens(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize(
    ("question", "first"),
    [("What is E7?", 0), ("x-200", 0), ("the path", 1), ("OFFNE KLAPPE", 2), ("電源", 3), ("an element by its id", 4)],
)
def test_finds_by_words(question: str, first: int) -> None:
    assert Words.build(PASSAGES, ["en"]).scores([question])[0].argmax() == first


def test_nothing_shared_scores_nothing() -> None:
    scores = Words.build(PASSAGES).scores(["zebra", ""])
    assert scores.shape == (2, 5)
    assert scores.dtype == np.float32
    assert not scores.any()


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    words = Words.build(PASSAGES, ["en"])
    assert words.informative("What is the pump?") == ["pump"]
    assert words.informative("What is that?") == ["what", "is", "that"]
    assert "der" in stop_words(["de", "xx"])


def test_saved_is_loaded(tmp_path: Path) -> None:
    words = Words.build(PASSAGES, ["en"])
    words.save(tmp_path / "words")
    loaded = Words.load(tmp_path / "words")
    assert np.array_equal(words.scores(["blocked pump"]), loaded.scores(["blocked pump"]))
    assert (loaded.languages, loaded.passages) == (("en",), 5)
    assert {file.suffix for file in (tmp_path / "words").iterdir()} == {".json", ".npy"}


def test_no_passages_and_passages_without_words() -> None:
    assert Words.build(["", "!"]).scores(["pump"]).tolist() == [[0.0, 0.0]]
