"""Tables as a forecasting takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Frequency
from tl_core.runs.forecast_table import read_table


def rows(name: str, step: str, count: int, until: int) -> list[str]:
    days = (np.datetime64("2020-01-01") + np.arange(count) * np.timedelta64(1, step)).astype(str)
    return [f"{name},{day},{k if k < until else ''},{k % 3}" for k, day in enumerate(days)]


def test_several_series_with_what_is_known_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    lines = [*rows("a", "D", 40, 35), *rows("b", "W", 40, 35), *rows("c", "D", 40, 8)]
    path.write_text("\n".join(["shop,day,sold,price", *lines]))
    found = read_table(path, {"known": ["price"]})
    assert found.table.names == ["a"]
    assert found.table.likely == (7, 365)
    assert found.frequency == Frequency(unit="nanosecond", count=86_400 * 10**9)
    assert len(found.table.values[0]) == 35
    assert found.table.known[0].shape == (1, 40)
    assert np.datetime64(found.timelines[0].end, "ns") == np.datetime64("2020-02-04")
    assert {name: key for name, (key, _) in found.refused.items()} == {
        "b": "forecast.other_pace", "c": "forecast.too_short"
    }  # fmt: skip
    named = {"time": "day", "values": ["sold"], "id": "shop", "known": ["price"]}
    assert found.columns == {**named, "encoding": "utf-8", "delimiter": ",", "sheet": None, "header": True}


def test_gaps_and_remarks(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    lines = [row.partition(",")[2] for row in rows("", "D", 40, 40)]
    del lines[5]
    path.write_text("\n".join(["day,sold,price", *lines]))
    found = read_table(path, {"values": ["sold"]})
    assert np.flatnonzero(np.isnan(found.table.values[0])).tolist() == [5]
    assert found.remarks == {"sold": [("refusals.series_moments", {"count": 1})]}
    assert found.table.known == []


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("a,b\n1,2\n", "forecast.no_times"),
        ("day,a\n2020-01-01,1\n2020-01-02,2\n", "forecast.few_moments"),
    ],
)
def test_no_series_is_left(content: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(InputFault) as told:
        read_table(path, {})
    assert told.value.key == key
    assert str(told.value)
