"""A table beside files that says which class each has: names are matched as far as they are sure, the rest is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.data.conftest import IMAGES, picture, zipped
from tl_core.data.columns import guess_columns
from tl_core.data.doors import Doors
from tl_core.data.incoming import Incoming
from tl_core.data.intake import collect
from tl_core.data.items import Item
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.words import say

Find = Callable[..., tuple[dict[str, Item], str | None]]
LIST = "filename,category,patient,site\nclips/a.wav,dog,p1,north\nclips/b.wav,cat,p2,south\nc.wav,dog,p1,north\n"
FILES = {"clips/a.wav": b"a", "clips/b.wav": b"b", "clips/c.wav": b"c"}


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Items by source, and the column that groups came from."""
    (tmp_path / "work").mkdir()

    def look(path: Path, **options: object) -> tuple[dict[str, Item], str | None]:
        wishes = {"accepts_tables": False, "accepts_lists": True, **options}
        with Incoming([path], work=tmp_path / "work", **wishes) as upload:  # type: ignore[arg-type]
            found = list(upload.items())
            assert len(found) == upload.total
            return {item.source: item for item in found}, upload.group_column

    return look


def test_a_zip_with_a_table(find: Find, tmp_path: Path) -> None:
    wishes = Columns(attributes=["site"])
    found, column = find(zipped(tmp_path / "z.zip", {**FILES, "meta/labels.csv": LIST.encode()}), columns=wishes)
    assert {source: (item.label, item.group) for source, item in found.items()} == {
        "clips/a.wav": ("dog", "p1"), "clips/b.wav": ("cat", "p2"), "clips/c.wav": ("dog", "p1"),
    }  # fmt: skip
    assert column == "patient"
    assert found["clips/b.wav"].attributes == {"site": "south"}
    assert all(item.payload for item in found.values())


def test_names_without_ending_and_with_other_folders(find: Find, tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / "up" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "up" / name).write_bytes(content)
    (tmp_path / "up" / "list.tsv").write_text("clip\tlabel\nA\tdog\nB\tcat\nCLIPS\\C.WAV\tdog\n")
    found, column = find(tmp_path / "up")
    assert [item.label for item in found.values()] == ["dog", "cat", "dog"]
    assert column is None


def test_what_does_not_match_is_told(find: Find, tmp_path: Path) -> None:
    table = LIST + "gone.wav,dog,p3,north\na.wav,cat,p3,north\nclips/e.wav,,p3,north\n"
    files = {**FILES, "clips/d.wav": b"d", "clips/e.wav": b"e", "labels.csv": table.encode()}
    found, _ = find(zipped(tmp_path / "z.zip", files))
    reasons = {source: item.refused.reason for source, item in found.items() if item.refused}
    assert reasons == {
        "clips/d.wav": "refusals.not_in_list",
        "clips/e.wav": "refusals.no_label",
        "labels.csv, row 5": "refusals.file_missing",
        "labels.csv, row 6": "refusals.listed_twice",
    }
    assert all(say(item.refused.reason, **item.refused.values) for item in found.values() if item.refused)


def test_a_name_of_two_files_is_nobodys(find: Find, tmp_path: Path) -> None:
    files = {"x/a.wav": b"1", "y/a.wav": b"2", "y/b.wav": b"3", "y/c.wav": b"4"}
    table = b"file,label\na.wav,dog\nb.wav,cat\nc.wav,dog\n"
    found, _ = find(zipped(tmp_path / "z.zip", {**files, "t.csv": table}))
    assert {item.label for item in found.values() if not item.refused} == {"cat", "dog"}
    assert found["x/a.wav"].refused is not None
    assert found["t.csv, row 2"].refused is not None


def test_another_table_stays_a_file_and_folders_say_the_class(find: Find, tmp_path: Path) -> None:
    files = {"dog/a.wav": b"1", "cat/b.wav": b"2", "cat/prices.csv": b"item,price\nbread,2\nmilk,1\n"}
    found, _ = find(zipped(tmp_path / "z.zip", files))
    assert {source: item.label for source, item in found.items()} == {
        "dog/a.wav": "dog", "cat/b.wav": "cat", "cat/prices.csv": "cat",
    }  # fmt: skip


def test_a_column_asked_for_must_name_files(find: Find, tmp_path: Path) -> None:
    files = zipped(tmp_path / "z.zip", {**FILES, "t.csv": b"item,price\nbread,2\nmilk,1\n"})
    with pytest.raises(InputFault) as fault:
        find(files, columns=Columns(file="item", label="price"))
    assert fault.value.key == "data.no_file_column"


def test_the_column_of_files_is_guessed() -> None:
    rows = [["1", "a/x.wav", "dog", "a long story about it."], ["2", "a/y.wav", "cat", "another one."]] * 3
    assert guess_columns(["n", "source", "kind", "text"], rows, "file") == {
        "file": "source", "label": "kind", "group": None,
    }  # fmt: skip
    assert guess_columns(["n", "kind"], [["1", "dog"], ["2", "dog"]], "file")["file"] is None


@pytest.mark.parametrize(
    "above",
    ["", "./", "../data/", "D:\\study\\", "/mnt/Share/", "https://host.example/a%20b/", "s3://bucket/", "CLIPS/../"],
)
def test_names_as_other_machines_write_them(find: Find, tmp_path: Path, above: str) -> None:
    rows = [("Clips/A.wav", "dog"), ("clips\\b.wav", "cat"), ("clips/c.wav?raw=1" if ":/" in above else "c.wav", "dog")]
    table = "file,label\n" + "".join(f"{above}{name},{label}\n" for name, label in rows)
    found, _ = find(zipped(tmp_path / "z.zip", {**FILES, "t.csv": table.encode()}))
    assert {source: item.label for source, item in found.items() if not item.refused} == {
        "clips/a.wav": "dog", "clips/b.wav": "cat", "clips/c.wav": "dog",
    }  # fmt: skip


def test_a_large_table_beside_some_of_its_files(find: Find, tmp_path: Path) -> None:
    table = LIST + "".join(f"clips/{number}.wav,dog,p1,north\n" for number in range(40))
    found, _ = find(zipped(tmp_path / "z.zip", {**FILES, "t.csv": table.encode()}))
    assert sum(item.refused is None for item in found.values()) == 3
    assert {item.refused.reason for item in found.values() if item.refused} == {"refusals.file_missing"}


def test_pictures_get_their_class_group_and_more_from_a_table(tmp_path: Path, doors: Doors) -> None:
    rows = [f"p{number}.png,{'cat' if number % 2 else 'dog'},owner{number % 3},north" for number in range(6)]
    files = {f"p{number}.png": picture(number) for number in range(6)}
    table = "\n".join(["image,animal,owner,site", *rows]).encode()
    path = zipped(tmp_path / "z.zip", {**files, "labels.csv": table})
    columns = Columns(label="animal", group="owner", attributes=["site"])
    plan = IntakePlan(project="p", modality="image", paths=[str(path)], columns=columns)
    dataset = collect(plan, IMAGES, doors)
    assert dataset.counts() == {"cat": 3, "dog": 3}
    assert {sample.group for sample in dataset.samples} == {"owner0", "owner1", "owner2"}
    assert dataset.samples[0].attributes == {"site": "north"}
    hidden = collect(plan, IMAGES, replace(doors, private=True))
    assert not {sample.group for sample in hidden.samples} & {"owner0", "owner1", "owner2"}
