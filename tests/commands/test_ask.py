"""One question from the command line, to a folder or a zip file of an assistant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.answering.manual import dataset, passages
from tl_core.bundle.assistant import words_of, write_assistant
from tl_core.bundle.assistant_folder import pack
from tl_core.cli import INPUT, main
from tl_core.store.home import Home


@pytest.fixture
def bundle(home: Home, tmp_path: Path) -> Path:
    folder = tmp_path / "assistant"
    write_assistant(folder, passages(), words_of(dataset()), finder="words", run="r1")
    return folder


def test_the_answer_and_where_it_stands(bundle: Path, capsys, tmp_path: Path):
    for path in (bundle, pack(bundle, tmp_path / "a.zip", "pump")):
        assert main(["ask", "--bundle", str(path), "What does E7 mean?", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["answered"] is True
        assert told["answer"] == "E7 means that the filter is clogged."
        first = told["sources"][0]
        assert set(first) == {"document", "heading", "page", "quote", "score"}
        assert (first["document"], first["heading"], first["page"]) == ("Pump.pdf", "Pump › Errors", 3)
        assert first["quote"] == told["answer"]


def test_for_people(bundle: Path, capsys):
    assert main(["ask", "--bundle", str(bundle), "What does E7 mean?"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "E7 means that the filter is clogged."
    assert "  Pump.pdf, Pump › Errors, page 3" in lines
    assert main(["ask", "--bundle", str(bundle), "Gravy?"]) == 0
    assert "I don't know" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "question", "said"),
    [
        ("nowhere", "E7?", "There is no bundle"),
        (".", "E7?", "This is no assistant"),
        ("assistant", "  ", "Nothing was asked"),
        ("text.zip", "E7?", "This is not a bundle"),
    ],
)
def test_what_is_wrong_is_one_sentence(bundle: Path, place: str, question: str, said: str, capsys):
    (bundle.parent / "text.zip").write_text("no zip")
    assert main(["ask", "--bundle", str(bundle.parent / place), question]) == INPUT
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
