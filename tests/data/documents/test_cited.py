"""Documents are found by names that are nearly theirs."""

from __future__ import annotations

import pytest

from tl_core.data.documents.cited import Cited, named, recognised
from tl_core.domain.answer import Place
from tl_core.domain.dataset import Sample

SOURCES = ["library/re.html", "library/json.html", "howto/regex.html", "Manual X1.pdf", "a/notes.md", "b/notes.md"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("library/re.html", ["library/re.html"]),
        ("library__re.txt", ["library/re.html"]),
        ("re", ["library/re.html"]),
        ("docs/3.11/library/json.html#basic", ["library/json.html"]),
        ("manual x1", ["Manual X1.pdf"]),
        ("notes.md", []),
        ("a/notes", ["a/notes.md"]),
        ("nobody", []),
        ("", []),
    ],
)
def test_found_leniently_but_never_by_guess(name: str, found: list[str]) -> None:
    assert Cited(SOURCES).find(named(name)) == found


def test_a_cell_may_name_several() -> None:
    assert named(" re.txt|json.txt ; x ") == ["re.txt", "json.txt", "x"]
    assert named('["re.txt", "json.txt"]') == ["re.txt", "json.txt"]
    assert Cited(SOURCES).find(["re", "re.html", "json"]) == ["library/re.html", "library/json.html"]


def test_what_is_not_there_is_left_out() -> None:
    samples = [Sample(id="here", source="a.md", text="x", place=Place())]
    told = {
        "text": "How?", "answer": "So.", "passages": ["here", "gone"], "documents": ["a", "b"], "group": None,
        "origin": "table", "unanswerable": False,
    }  # fmt: skip
    [one] = recognised([told, {**told, "text": ""}], samples)
    assert (one.text, one.answer, one.passages, one.documents) == ("How?", "So.", ["here"], ["a.md"])
