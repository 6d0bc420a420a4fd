"""Passages follow the structure: whole where they fit, cut where they must be, nothing lost and nothing parted."""

from __future__ import annotations

from itertools import chain

import pytest

from tl_core.data.documents.document import Block
from tl_core.data.documents.passages import LONGEST, cut, passages
from tl_core.data.documents.reading import passage_id

SENTENCE = "The kettle boils water within two minutes and then turns itself off."


def heading(text: str, level: int) -> Block:
    return Block("heading", text, level)


def test_a_section_that_fits_stays_whole_with_the_headings_above_it() -> None:
    found = list(
        passages(
            [
                heading("Kettle", 1), Block("paragraph", "One.", page=1), Block("item", "a"), Block("item", "b"),
                heading("Codes", 2), heading("Errors", 3), Block("paragraph", "Two.", page=2),
                heading("Care", 2), Block("paragraph", "Three.", page=2),
            ]
        )
    )  # fmt: skip
    assert [(one.heading, one.text, one.page) for one in found] == [
        (("Kettle",), "One.\n\n- a\n- b", 1),
        (("Kettle", "Codes", "Errors"), "Two.", 2),
        (("Kettle", "Care"), "Three.", 2),
    ]


@pytest.mark.parametrize("count", [1, 12, 40, 200])
def test_long_sections_are_cut_evenly_and_nothing_is_lost(count: int) -> None:
    blocks = [Block("paragraph", f"{number}. {SENTENCE}") for number in range(count)]
    found = [one.text for one in passages(blocks)]
    assert list(chain(*(text.split("\n\n") for text in found))) == [block.text for block in blocks]
    assert max(map(len, found)) <= 1.25 * LONGEST
    assert min(map(len, found)) >= min(LONGEST / 2, len(blocks[0].text))


def test_a_paragraph_too_long_is_cut_at_its_sentences() -> None:
    text = " ".join(f"Note {number}: {SENTENCE}" for number in range(50))
    found = [one.text for one in passages([Block("paragraph", text)])]
    assert all(text.endswith("off.") for text in found)
    assert sum(text.count(SENTENCE) for text in found) == 50


def test_a_word_without_end_is_cut_anywhere() -> None:
    word = "".join(map(str, range(2000)))
    assert "".join(cut(word)) == word
    assert max(map(len, cut(word))) <= LONGEST


def test_each_part_of_a_table_names_its_columns() -> None:
    rows = (("Code", "Meaning"), *((f"E{number}", SENTENCE) for number in range(40)))
    found = [one.text for one in passages([Block("table", rows=rows)])]
    assert len(found) > 2
    assert all(text.startswith("| Code | Meaning |\n") for text in found)
    assert sum(text.count(SENTENCE) for text in found) == 40


def test_code_stays_with_what_is_said_of_it_and_a_term_with_its_meaning() -> None:
    blocks = [
        *[Block("paragraph", SENTENCE)] * 13, Block("paragraph", "Run this:"), Block("code", "if x:\n  y()"),
        Block("term", "E5"), Block("paragraph", "too hot"),
    ]  # fmt: skip
    whole = "\n\n".join(one.text for one in passages(blocks))
    assert "Run this:\n    if x:\n      y()" in whole
    assert "E5\ntoo hot" in whole


def test_equal_passages_of_a_section_are_one() -> None:
    blocks = [Block("paragraph", "Note."), heading("A", 1), Block("paragraph", "Note."), heading("A", 1)]
    assert [one.heading for one in passages([*blocks, Block("paragraph", "Note.")])] == [(), ("A",)]


def test_an_id_is_the_passage_s_own() -> None:
    same = passage_id("a.md", ["A", "B"], "text")
    assert same == passage_id("a.md", ["A", "B"], "text")
    others = [("b.md", ["A", "B"], "text"), ("a.md", ["A B"], "text"), ("a.md", ["A", "B"], "text.")]
    assert len({same, *(passage_id(*other) for other in others)}) == 4
