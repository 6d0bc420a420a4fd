"""A text with its marks, cut into what the browser draws: stretches, lines of code, cells of tables."""

from __future__ import annotations

from pages._ui.quoted.quoted import Mark, blocks


def test_marks_cut_a_text_and_nothing_is_lost() -> None:
    text = "One. Two. Three."
    [found] = blocks(text, [Mark(5, 9), Mark(0, 4, "doubt", "why"), Mark(7, 99)])
    assert "".join(one["text"] for one in found["parts"]) == text
    assert [one["kind"] for one in found["parts"]] == ["doubt", "", "quote"]


def test_a_text_without_marks() -> None:
    assert [one["text"] for block in blocks("Plain", []) for one in block["parts"]] == ["Plain"]


def test_lines_of_code_stand_apart_with_what_is_marked_in_them() -> None:
    text = "Then run:\n    pump --reset\n      now\n\nIt blinks."
    start = text.index("pump")
    found = blocks(text, [Mark(start, text.index("It"), "quote")])
    assert [one["kind"] for one in found] == ["", "code", ""]
    assert [part["text"] for one in found for part in one["parts"]] == [
        "Then run:", "pump --reset\n  now", "It blinks.",
    ]  # fmt: skip
    assert [part["kind"] for one in found for part in one["parts"]] == ["", "quote", ""]


def test_lines_of_a_table_are_cut_into_cells() -> None:
    text = "Prices\n| Part | Price |\n| Lid | 12 |"
    _, found = blocks(text, [Mark(text.index("12"), len(text))])
    told = [["".join(part["text"] for part in cell) for cell in row] for row in found["rows"]]
    assert told == [["Part", "Price"], ["Lid", "12"]]
    assert found["rows"][1][1][0]["kind"] == "quote"


def test_a_doubt_over_several_lines_says_once_why() -> None:
    [found] = blocks("One\ntwo", [Mark(0, 7, "doubt", "why")])
    assert found["parts"] == [{"text": "One\ntwo", "kind": "doubt", "why": "why"}]
