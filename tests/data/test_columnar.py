"""Parquet: every kind of column becomes text, and what is broken is said in a sentence."""

from __future__ import annotations

import datetime
import decimal
import json
import random
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tl_core.data import columnar
from tl_core.data.limited import run_one
from tl_core.data.refused import Refused
from tl_core.words import say

ODD = {
    "text": ["It works.", "ünïcode \u202e", None],
    "stars": pa.array([5, 1, None], pa.int8()),
    "share": [0.5, 5.0, float("nan")],
    "day": pa.array([datetime.datetime(2024, 5, 1), datetime.datetime(2024, 5, 1, 7, 30), None], pa.timestamp("us")),
    "price": [decimal.Decimal("1.50"), None, decimal.Decimal("2.00")],
    "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
    "tags": [["x", "y"], [], None],
    "raw": [b"plain", b"\xff\xfe\x00", None],
    "yes": [True, False, None],
    "deep": [{"bytes": b"\x89PNG", "path": "a/1.png"}, None, {"bytes": b"", "path": None}],
    "nothing": pa.nulls(3),
}


def test_every_kind_of_column_is_text(tmp_path: Path) -> None:
    parquet.write_table(pa.table(ODD), tmp_path / "t.parquet")
    head, *rows = [cells for _, cells in columnar.rows(tmp_path / "t.parquet")]
    assert head == list(ODD)
    assert dict(zip(ODD, rows[0], strict=True)) == {
        "text": "It works.", "stars": "5", "share": "0.5", "day": "2024-05-01", "price": "1.50", "kind": "a",
        "tags": '["x", "y"]', "raw": "plain", "yes": "TRUE", "deep": "a/1.png", "nothing": "",
    }  # fmt: skip
    assert rows[1][3] == "2024-05-01T07:30:00"
    assert rows[1][7] == ""
    assert rows[2][0] == rows[2][1] == ""


def test_in_the_limited_child_it_is_a_table_as_any(tmp_path: Path) -> None:
    features = {"label": {"_type": "ClassLabel", "names": ["neg", "pos"]}, "text": {"_type": "Value"}}
    table = pa.table({"text": [f"the review {n}" for n in range(1000)], "label": [n % 2 for n in range(1000)]})
    about = {"huggingface": json.dumps({"info": {"features": features}})}
    parquet.write_table(table.replace_schema_metadata(about), tmp_path / "t.parquet")
    told = run_one("tl_core.data.tables:inspect", {"path": str(tmp_path / "t.parquet"), "name": "t.parquet"})
    assert (told["columns"]["text"], told["columns"]["label"]) == ("text", "label")
    assert told["labels"] == {"neg": 500, "pos": 500}
    assert told["header"] == ["text", "label"]


def test_damage_is_a_sentence(tmp_path: Path) -> None:
    parquet.write_table(pa.table(ODD), tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    rng = random.Random(0)
    broken = [b"", b"PAR1", whole[:-9], b"PAR1" + rng.randbytes(400) + b"PAR1"]
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        broken.append(bytes(damaged))
    for content in broken:
        (tmp_path / "b.parquet").write_bytes(content)
        try:
            list(columnar.rows(tmp_path / "b.parquet"))
        except Refused as refused:
            assert say(refused.reason, **refused.values)  # noqa: PT017 - damage may also go unseen


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet.write_table(pa.table({"text": ["x" * 50, "y"]}), tmp_path / "t.parquet")
    monkeypatch.setattr(columnar, "CELL", 10)
    _, (_, long), (_, short) = columnar.rows(tmp_path / "t.parquet")
    assert isinstance(long, Refused)
    assert short == ["y"]
    monkeypatch.setattr(columnar, "UNPACKED", 10)
    with pytest.raises(Refused, match="parquet_too_big"):
        list(columnar.rows(tmp_path / "t.parquet"))
