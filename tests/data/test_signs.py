"""What names share is read from them, and hidden with them."""

from __future__ import annotations

from tl_core.data.signs import kept, signs, with_signs
from tl_core.domain.dataset import ClassTarget, Sample


def test_parts_of_file_names() -> None:
    found = signs(["cats/p1_left_007.png", "cats/p1_right_008.png", "dogs/p2_left_007.png", "dogs/p2_right_1.png"])
    assert [own["part_1"] for own in found] == ["p1", "p1", "p2", "p2"]
    assert [own["part_2"] for own in found] == ["left", "right", "left", "right"]


def test_a_stem_is_what_comes_before_the_last_number() -> None:
    found = signs(["a/lung1__034.png", "a/lung1__7.png", "b/lung2__034.png", "b/lung2__8.nii.gz"])
    assert [own["stem"] for own in found] == ["lung1", "lung1", "lung2", "lung2"]


def test_folders_that_are_neither_class_nor_subset() -> None:
    names = [
        f"data/{subset}/{label}/site{site}/p{person}/{n}.png"
        for subset in ("train", "test")
        for label in ("cat", "dog")
        for site in (1, 2)
        for person in (1, 2)
        for n in (1, 2)
    ]
    found = signs(names)
    assert {own["folder_2"] for own in found} == {"data/site1", "data/site2"}
    assert {own["folder_3"] for own in found} == {f"data/site{s}/p{p}" for s in (1, 2) for p in (1, 2)}
    assert all("folder_1" not in own for own in found)  # all have it


def test_dates() -> None:
    names = ["a/IMG_20240131_1.jpg", "a/IMG_20240131_2.jpg", "b/2024-02-01 3.jpg", "b/99991399.jpg"]
    assert [own.get("date") for own in signs(names)] == ["2024-01-31", "2024-01-31", "2024-02-01", None]


def test_numbers_become_places() -> None:
    found = signs(["a/x10.png", "a/x9.png", "a/x700.png", "b/x1.png", "b/nothing.png"])
    assert [own.get("order") for own in found] == [1, 0, 2, 0, None]
    assert found[0]["line"] == found[2]["line"] != found[3]["line"]


def test_rows_of_tables() -> None:
    found = signs([f"{table}.csv, row {n}" for table in ("one", "two") for n in (2, 3, 4)])
    assert [own["part_1"] for own in found] == ["one"] * 3 + ["two"] * 3
    assert [own["order"] for own in found] == [0, 1, 2] * 2
    assert signs(["row 2", "row 3", "row 5"])[2] == {"line": "/row", "order": 2}


def test_what_none_share_or_all_share_is_left_out() -> None:
    found = signs(["a/one_1.png", "a/two_1.png", "b/three_1.png"])
    assert all("part_1" not in own and "part_last" not in own for own in found)


def test_hidden_signs_are_the_same_for_the_same_and_tell_no_name() -> None:
    names = ["a/Doe_1.png", "b/Doe_2.png", "a/Roe_3.png", "b/Roe_19450508.png"]
    samples = [
        Sample(id=str(n), source=name, target=ClassTarget(label=name[0]), traits={"width": 3})
        for n, name in enumerate(names)
    ]
    found = with_signs(b"key", samples)
    told = [kept(sample.traits) for sample in found]
    assert told[0]["stem"] == told[1]["stem"] != told[2]["stem"]
    assert all(own["order"] == 0 for own in told)  # each is alone in its line
    assert all(sample.traits["width"] == 3 for sample in found)
    text = "".join(sample.model_copy(update={"source": ""}).model_dump_json() for sample in found)
    assert "oe" not in text.replace("folder", "")
    assert "1945" not in text
    assert with_signs(b"other", samples)[0].traits != found[0].traits
    assert kept(samples[0].traits) == {}
