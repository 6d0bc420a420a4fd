"""Texts come in clean, with their traits."""

import pytest

from tl_core.data.refused import Refused
from tl_core.modalities.text import reading
from tl_core.words import say


def test_a_cell():
    answer = reading.read({"text": " The  cat\u00a0and\r\n\n\n\nthe dog\x00 \ufeffare e\u0301lite. "})
    assert answer["text"] == "The cat and\n\nthe dog are élite."
    assert answer["traits"] == {"characters": 31, "language": "en"}
    assert answer["remarks"] == []
    assert len(answer["id"]) == 16


def test_the_same_words_are_the_same_sample():
    assert reading.read({"text": "a  b\n"})["id"] == reading.read({"text": "a b"})["id"]
    assert reading.read({"text": "a b"})["id"] != reading.read({"text": "a B"})["id"]


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x01", "\ufeff"])
def test_nothing(text):
    with pytest.raises(Refused, match="empty_text"):
        reading.read({"text": text})


@pytest.mark.parametrize("text", [":)", "👍", "!!!", "好"])
def test_little_is_not_nothing(text):
    assert reading.read({"text": text})["text"] == text


def test_a_very_long_text_is_cut_and_that_is_said():
    answer = reading.read({"text": "word " * 100_000})
    assert len(answer["text"]) <= reading.LONGEST
    assert [remark["reason"] for remark in answer["remarks"]] == ["refusals.cut"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_file(tmp_path, encoding):
    path = tmp_path / "t"
    path.write_bytes("Für das Gerät ist es nicht gut, und wir wären froh über ein anderes.".encode(encoding))
    answer = reading.read({"path": str(path)})
    assert answer["text"].startswith("Für das Gerät")
    assert answer["traits"]["language"] == "de"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "refusals.empty_file"),
        (b"%PDF-1.4\n", "refusals.not_a_text"),
        (b"PK\x03\x04" + bytes(100), "refusals.not_a_text"),
        (bytes(range(256)) * 20, "refusals.not_a_text"),
    ],
)
def test_files_that_are_no_text(tmp_path, content, reason):
    path = tmp_path / "t"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        reading.read({"path": str(path)})
    assert refused.value.reason == reason
    assert say(reason)
