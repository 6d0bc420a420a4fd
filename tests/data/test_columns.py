"""Guesses about columns, and suggestions for labels."""

from collections import Counter

import pytest

from tl_core.data.columns import guess_columns, has_header, label_text, names_of, suggest_merges

LONG = ["this is quite a long text about things", "another one of these long texts, and so on", "short one, but text"]


def rows_of(*columns, repeat=4):
    return [list(row) for row in zip(*columns, strict=True)] * repeat


def test_by_name_and_content():
    rows = [[str(n), LONG[n % 3] + str(n), "pos" if n % 2 else "neg", f"u{n // 3}"] for n in range(30)]
    found = guess_columns(["id", "comment", "sentiment", "user"], rows)
    assert found == {"text": "comment", "label": "sentiment", "group": "user"}


def test_by_content_alone():
    rows = [[f"{n * 1.37:.3f}", "abc"[n % 3], LONG[n % 3] + str(n)] for n in range(60)]
    assert guess_columns(["x", "k", "w"], rows) == {"text": "w", "label": "k", "group": None}


def test_a_rating_is_a_label_and_a_title_is_not_the_text():
    rows = [[f"Title {n}", LONG[n % 3] + f" {n}", str(n % 5 + 1), f"2024-01-{n % 28 + 1:02d}"] for n in range(50)]
    assert guess_columns(["title", "body", "rating", "date"], rows)["label"] == "rating"
    assert guess_columns(["title", "body", "rating", "date"], rows)["text"] == "body"


def test_an_id_of_its_own_in_every_row_is_no_group():
    rows = [[f"p{n}", LONG[0] + str(n), "ab"[n % 2]] for n in range(20)]
    assert guess_columns(["patient", "text", "label"], rows)["group"] is None


def test_nothing_fits():
    assert guess_columns(["a"], [["1"], ["2"]]) == {"text": None, "label": None, "group": None}
    assert guess_columns([], []) == {"text": None, "label": None, "group": None}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["text", "label"], ["good", "pos"]], True),
        ([["Kommentar", "Note"], ["sehr gut", "1"], ["schlecht", "5"]], True),
        ([["I like this phone very much indeed", "pos"], ["bad", "pos"]], False),
        ([["3.5", "a"], ["2.5", "b"]], False),
        ([["good", "pos"], ["bad", "neg"], ["fine", "pos"]], False),
        ([], False),
    ],
)
def test_header(rows, expected):
    assert has_header(rows) is expected


def test_names_are_distinct_and_never_empty():
    assert names_of(["a", "", "a"], True, 4) == ["a", "column 2", "a'", "column 4"]
    assert names_of(["x", "y"], False, 2) == ["column 1", "column 2"]


@pytest.mark.parametrize(
    ("cell", "label"), [(" 5.0 ", "5"), ("-1.00", "-1"), ("1.5", "1.5"), ("very\n good", "very good"), ("1e5", "1e5")]
)
def test_labels_are_tidied(cell, label):
    assert label_text(cell) == label


@pytest.mark.parametrize("labels", ["12345", ["1 star", "2 stars", "5 stars"], ["1/5", "3/5", "4/5"], "145"])
def test_stars_become_two_sides(labels):
    why, merges = suggest_merges(Counter(list(labels)))
    assert why == "stars"
    assert {merges[label] for label in labels if label[0] in "12"} == {"negative"}
    assert {merges[label] for label in labels if label[0] in "45"} == {"positive"}
    assert {merges[label] for label in labels if label[0] == "3"} <= {""}


@pytest.mark.parametrize("labels", ["12", "123", "01234", ["1", "5"], ["spam", "ham"], []])
def test_other_numbers_are_left_alone(labels):
    assert suggest_merges(Counter(list(labels))) == (None, {})


def test_spellings_of_one_label():
    why, merges = suggest_merges(Counter({"Positive": 5, "positive": 2, "POSITIVE": 1, "negative": 4}))
    assert why == "spelling"
    assert merges == {"positive": "Positive", "POSITIVE": "Positive"}
