"""Parquet that holds whole pictures: each row a sample, or a refusal with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.data.conftest import IMAGES, picture
from tests.data.test_intake import outcome
from tl_core.data import packed
from tl_core.data.doors import Doors
from tl_core.data.intake import collect
from tl_core.data.refused import Refused
from tl_core.domain.plan import Columns, IntakePlan


def test_pictures_of_a_shared_data_set(tmp_path: Path, doors: Doors) -> None:
    cells = [{"bytes": picture(number), "path": f"x/{number}.png"} for number in range(6)]
    cells += [{"bytes": picture(9), "path": None}, {"bytes": b"broken", "path": "../../etc/y.png"}, None]
    table = pa.table(
        {
            "image": cells,
            "label": [n % 2 for n in range(9)],
            "patient": [f"p{n % 3}" for n in range(9)],
            "site": ["n"] * 9,
        }
    )
    features = {"label": {"_type": "ClassLabel", "names": ["cat", "dog"]}}
    about = {"huggingface": json.dumps({"info": {"features": features}})}
    parquet.write_table(table.replace_schema_metadata(about), tmp_path / "train.parquet")
    plan = IntakePlan(
        project="p", modality="image", paths=[str(tmp_path / "train.parquet")], columns=Columns(attributes=["site"])
    )
    dataset = collect(plan, IMAGES, doors)
    assert outcome(dataset) == {
        "0.png": "cat", "1.png": "dog", "2.png": "cat", "3.png": "dog", "4.png": "cat", "5.png": "dog",
        "train.parquet, row 7": "cat", "y.png": "not_a_picture", "train.parquet, row 9": "empty_file",
    }  # fmt: skip
    assert {sample.group for sample in dataset.samples} == {"p0", "p1", "p2"}
    assert dataset.samples[0].attributes == {"site": "n"}
    assert list(doors.work.rglob("*.png")) == []


@pytest.mark.parametrize(("limit", "value"), [("TOTAL", 1000), ("MOST", 5)])
def test_what_unpacks_to_more_than_any_upload_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:  # fmt: skip
    monkeypatch.setattr(packed, limit, value)
    cells = [{"bytes": b"x" * 400, "path": "same.png"}] * 9
    parquet.write_table(pa.table({"image": cells, "label": ["a", "b", "a"] * 3}), tmp_path / "t.parquet")
    (tmp_path / "out").mkdir()
    with pytest.raises(Refused, match="parquet_too_much"):
        packed.unpack({"path": str(tmp_path / "t.parquet"), "target": str(tmp_path / "out")})
    assert sum(file.stat().st_size for file in (tmp_path / "out").iterdir()) <= 2000
