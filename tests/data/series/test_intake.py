"""From uploads as people make them to series, through the limited child."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from tests.data.conftest import zipped
from tests.data.series.made import long, rows, ts, wave, wide
from tl_core.data.doors import Doors
from tl_core.data.incoming import Incoming
from tl_core.data.intake import collect
from tl_core.data.series.stored import load
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import Columns, IntakePlan
from tl_core.runs.intake import reading_of
from tl_core.words import say

SERIES = reading_of("series")


def taken(path: Path, doors: Doors, columns: Columns | None = None, **more: object) -> Dataset:
    plan = IntakePlan.model_validate(
        {"project": "p", "modality": "series", "paths": [str(path)], "columns": columns, **more}
    )
    dataset = collect(plan, SERIES, doors)
    assert all(say(one.reason, **one.values) for one in dataset.refusals)
    assert {each.name for each in doors.samples.iterdir()} == {sample.file for sample in dataset.samples}
    assert len(list(doors.thumbnails.iterdir())) == len(dataset.samples)
    return dataset


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("head", [False, True])
def test_a_row_a_series(tmp_path: Path, doors: Doors, first: bool, head: bool) -> None:
    found = [("1" if label == "even" else "2", values) for label, values in rows()]
    dataset = taken(written(tmp_path / "a.csv", wide(found, first, head)), doors)
    assert dataset.counts() == {"1": 3, "2": 3}
    assert not dataset.refusals
    one = load(doors.samples / str(dataset.samples[0].file))
    assert one.channels == ("value",)
    np.testing.assert_allclose(one.values[0], rows()[0][1], atol=1e-5)
    assert dataset.samples[0].source == ("row 2" if head else "row 1")


def test_rows_of_unlike_length_with_gaps_in_a_tsv(tmp_path: Path, doors: Doors) -> None:
    found = [(label, values[: 30 + k]) for k, (label, values) in enumerate(rows())]
    text = wide(found).replace(",", "\t")
    lines = text.split("\n")
    cells = lines[1].split("\t")
    cells[3:6] = ["?", "NaN", ""]
    lines[1] = "\t".join(cells)
    dataset = taken(written(tmp_path / "a.tsv", "\n".join(lines)), doors)
    assert sorted(sample.traits["moments"] for sample in dataset.samples) == [30, 31, 32, 33, 34, 35]
    gaps = {sample.source: sample.traits["gaps"] for sample in dataset.samples}
    assert gaps["row 2"] == 0.1
    assert gaps["row 3"] == 0


def test_numbered_columns_of_several_channels(tmp_path: Path, doors: Doors) -> None:
    names = [f"{name}_{k}" for name in ("x", "y", "z") for k in range(10)]
    lines = [",".join([*names, "class"])]
    lines += [",".join([*(f"{v:.3f}" for v in wave(k, 30)), "ab"[k % 2]]) for k in range(6)]
    dataset = taken(written(tmp_path / "a.csv", "\n".join(lines)), doors)
    one = load(doors.samples / str(dataset.samples[0].file))
    assert one.channels == ("x", "y", "z")
    np.testing.assert_allclose(one.values.ravel(), wave(0, 30), atol=1e-3)


def test_several_rows_a_series(tmp_path: Path, doors: Doors) -> None:
    dataset = taken(written(tmp_path / "a.csv", long(rows())), doors)
    assert dataset.counts() == {"even": 3, "rising": 3}
    assert [sample.source for sample in dataset.samples] == [f"trial {k}" for k in range(6)]
    assert [sample.group for sample in dataset.samples] == ["p0", "p0", "p1", "p1", "p2", "p2"]
    assert str(dataset.group_rule) == say("data.grouped_by_column", column="person")
    one = load(doors.samples / str(dataset.samples[3].file))
    assert one.channels == ("left", "right")
    assert one.step == 2.0
    np.testing.assert_allclose(one.values[0], rows()[3][1], atol=1e-4)


def test_columns_that_a_person_names(tmp_path: Path, doors: Doors) -> None:
    text = long(rows()).replace("trial;timestamp;left;right;activity;person", "a;b;c;d;e;f")
    columns = Columns(id="a", time="b", values=["d"], label="e", group="", attributes=["f"])
    dataset = taken(written(tmp_path / "a.csv", text), doors, columns)
    assert dataset.group_rule is None
    assert dataset.samples[0].attributes == {"f": "p0"}
    assert load(doors.samples / str(dataset.samples[0].file)).channels == ("d",)
    with pytest.raises(InputFault, match="no column named z"):
        taken(written(tmp_path / "b.csv", text), doors, columns.model_copy(update={"id": "z"}))


def test_a_channel_called_y_is_no_class(tmp_path: Path, doors: Doors) -> None:
    lines = ["id,time,x,y,z,activity"]
    for k in range(6):
        lines += [f"{k},{t},{v:.3f},{-v:.3f},{v * 2:.3f},{'ab'[k % 2]}" for t, v in enumerate(wave(k))]
    dataset = taken(written(tmp_path / "a.csv", "\n".join(lines)), doors)
    assert dataset.counts() == {"a": 3, "b": 3}
    assert load(doors.samples / str(dataset.samples[0].file)).channels == ("x", "y", "z")


def test_a_class_beside_what_is_asked_about_is_no_moment(tmp_path: Path) -> None:
    found = [("1" if label == "even" else "2", values) for label, values in rows()]
    (tmp_path / "work").mkdir()
    path = written(tmp_path / "a.csv", wide(found))
    with Incoming(
        [path], work=tmp_path / "work", accepts_tables=True, converter=SERIES.converter, labelled=False
    ) as up:
        shapes = [np.shape(item.payload["series"]["values"]) for item in up.items() if item.payload]
    assert shapes == [(1, 40)] * 6


def test_rows_that_contradict_themselves(tmp_path: Path, doors: Doors) -> None:
    text = long(rows()) + "\ntrial 0;2024-03-01T09:00:00;1;1;rising;p0\n;2024-03-01T09:00:00;1;1;rising;p0"
    text += "\ntrial 1;yesterday;1;1;rising;p0\ntrial 2;2024-03-01T09:00:00;broken;1;even;p1"
    dataset = taken(written(tmp_path / "a.csv", text), doors)
    assert {one.source: one.reason for one in dataset.refusals} == {
        "trial 0": "refusals.series_labels", "7": "refusals.series_no_id", "trial 1": "refusals.series_time",
        "trial 2": "refusals.series_text",
    }  # fmt: skip


@pytest.mark.parametrize("channels", [1, 3])
def test_ts_files_with_an_official_split(tmp_path: Path, doors: Doors, channels: int) -> None:
    learn, judge = rows(6), [(label, values[:25]) for label, values in rows(10)[6:]]
    text = ts(judge, channels)
    first = text.index("@data\n") + 6
    text = text[:first] + "?" + text[text.index(",", first) :]
    files = {"Made/Made_TRAIN.ts": ts(learn, channels).encode(), "Made/Made_TEST.ts": text.encode()}
    dataset = taken(zipped(tmp_path / "z.zip", files), doors)
    assert [sample.given_test for sample in dataset.samples] == [False] * 6 + [True] * 4
    assert {sample.traits["series_channels"] for sample in dataset.samples} == {channels}
    lengths = {sample.traits["moments"] for sample in dataset.samples}
    assert lengths == ({24, 25, 40} if channels == 1 else {25, 40}), "a gap at an end is no part of it"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("@problemName x\n@timestamps true\n@classLabel true a b\n@data\n(0,1),(1,2):a\n", "data.ts_timestamps"),
        ("@problemName x\n@targetLabel true\n@data\n1,2:3\n", "data.ts_target"),
        ("@problemName x\nnothing more", "data.ts_broken"),
        ("t0,t1,t2,t3,t4,label\n", "data.table_empty"),
        ("time,value\n" + "\n".join(f"{k},{k % 7}.5" for k in range(50)), "data.no_label_column"),
        ("time,value,label\n" + "\n".join(f"{k},{k % 7},{'ab'[k % 2]}" for k in range(50)), "data.no_id_column"),
        ("a,label\nx,1\ny,2\nz,1", "data.no_value_columns"),
        (",".join(["1"] * 1_000_000) + "\n", "data.too_many_columns"),
        ("".join(map(chr, range(256))) * 20, "data.not_a_text_table"),
    ],
)
def test_files_that_cannot_be_used_as_a_whole(tmp_path: Path, doors: Doors, text: str, key: str) -> None:
    with pytest.raises(InputFault) as told:
        taken(written(tmp_path / "a.csv", text), doors)
    assert told.value.key == key
    assert str(told.value)


def test_files_in_class_folders(tmp_path: Path, doors: Doors) -> None:
    book = openpyxl.Workbook()
    for row in [["when", "x"], *([k * 0.5, float(v)] for k, v in enumerate(wave(5)))]:
        book.active.append(row)
    sheet = io.BytesIO()
    book.save(sheet)
    days = [datetime.datetime(2024, 1, 20, 10) + datetime.timedelta(days=k) for k in range(40)]
    dated = "day;x\n" + "\n".join(f"{d.day}.{d.month}.2024 10:00;{v:.4f}" for d, v in zip(days, wave(6), strict=True))
    files = {
        "calm/a.csv": ("x\n" + "\n".join(f"{v:.4f}" for v in wave(1))).encode(),
        "calm/b.txt": ("  " + "   ".join(f"{v:.4f}" for v in wave(2))).encode(),
        "calm/c.xlsx": sheet.getvalue(),
        "wild/d.csv": dated.encode(),
        "wild/e.tsv": ",".join(f"{v:.4f}" for v in wave(4)).encode(),
        "wild/f.csv": ("time,x\n" + "\n".join(f"{k},{v:.4f}" for k, v in enumerate(wave(7)) if k != 9)).encode(),
        "wild/text.csv": b"a,b\nhello,world\nmore,words",
        "wild/empty.csv": b"",
        "wild/gone.csv": b"x\nNaN\nNaN\n",
        "wild/short.csv": b"x\n1\n2\n",
        "wild/really.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    }
    dataset = taken(zipped(tmp_path / "z.zip", files), doors)
    found = {sample.source: sample for sample in dataset.samples}
    assert dataset.counts() == {"calm": 3, "wild": 3}, dataset.refusals
    assert {name: sample.traits["moments"] for name, sample in found.items()} == dict.fromkeys(found, 40)
    assert found["calm/c.xlsx"].traits["step"] == 0.5
    assert found["wild/d.csv"].traits["step"] == 86400
    assert {one.source: one.reason for one in dataset.refusals} == {
        "wild/f.csv": "refusals.series_moments", "wild/text.csv": "data.no_value_columns",
        "wild/empty.csv": "refusals.empty_file", "wild/gone.csv": "refusals.series_empty",
        "wild/short.csv": "refusals.series_short", "wild/really.csv": "data.not_a_text_table",
    }  # fmt: skip


def test_columns_of_files_that_are_a_series_each(tmp_path: Path, doors: Doors) -> None:
    def text(k: int) -> str:
        return "n,clock,x\n" + "\n".join(f"{t % 3},{t * 5},{v:.3f}" for t, v in enumerate(wave(k)))

    files = {f"{'ab'[k % 2]}/{k}.csv": text(k).encode() for k in range(4)}
    columns = Columns(time="clock", values=["x"], label="not there")
    dataset = taken(zipped(tmp_path / "z.zip", files), doors, columns)
    assert {(sample.traits["channel_names"], sample.traits["step"]) for sample in dataset.samples} == {("x", 5.0)}


def test_without_classes_a_table_is_many_series_or_one(tmp_path: Path) -> None:
    for name, text, count in [
        ("many", wide(rows()), 6),
        ("one", "time,x\n" + "\n".join(f"{k},{v:.4f}" for k, v in enumerate(wave(1))), 1),
    ]:
        work = tmp_path / name
        work.mkdir()
        path = written(tmp_path / f"{name}.csv", text)
        with Incoming([path], work=work, accepts_tables=True, converter=SERIES.converter, labelled=False) as upload:
            items = list(upload.items())
        assert len(items) == upload.total == count
        assert all(("series" in item.payload) == (name == "many") for item in items if item.payload)


def test_series_of_other_channels_than_most_are_refused(tmp_path: Path, doors: Doors) -> None:
    files = {f"{label}/{k}.csv": wide_file(1 + (k == 3)) for label in ("a", "b") for k in range(3 + (label == "b"))}
    files = {name: text.replace("0.", f"{number}.", 3).encode() for number, (name, text) in enumerate(files.items())}
    dataset = taken(zipped(tmp_path / "z.zip", files), doors)
    assert dataset.counts() == {"a": 3, "b": 3}
    [gone] = dataset.refusals
    assert (gone.source, gone.reason) == ("b/3.csv", "refusals.series_channels")
    assert gone.values == {"count": 2, "expected": 1}


def wide_file(channels: int) -> str:
    lines = [";".join("xy"[:channels])]
    return "\n".join([*lines, *(";".join([f"{abs(v):.4f}"] * channels) for v in wave(1))])
