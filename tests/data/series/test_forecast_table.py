"""Tables to go on with, as people have them; and those that cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tl_core.data.limited import run_one
from tl_core.data.refused import Refused
from tl_core.data.series.forecast_table import read
from tl_core.words import say

Read = Callable[..., list[dict]]
NAMES = ("Jan", "Feb", "March", "Apr", "May", "June", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")


@pytest.fixture
def lines(tmp_path: Path) -> Read:
    def asked(content: str | bytes, name: str = "t.csv", child: bool = False, **columns: object) -> list[dict]:
        path, target = tmp_path / name, tmp_path / "lines"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        item = {"path": str(path), "name": name, "columns": columns, "target": str(target)}
        run_one("tl_core.data.series.forecast_table:read", item) if child else read(item)
        return [json.loads(line) for line in target.read_text("utf-8").splitlines()]

    return asked


def monthly(count: int, *columns: Callable[[int], object]) -> list[str]:
    days = (np.datetime64("2015-01", "M") + np.arange(count)).astype("datetime64[D]").astype(str)
    return [",".join([day, *(str(column(k)) for column in columns)]) for k, day in enumerate(days)]


def test_one_series(lines: Read) -> None:
    [one] = lines("\n".join(["month,sold", *monthly(24, lambda k: k * 1.5)]), child=True)
    assert one["name"] == "sold"
    assert one["values"] == [k * 1.5 for k in range(24)]
    assert one["frequency"] == {"unit": "month", "count": 1}
    assert one["known"] == []
    assert np.datetime64(one["times"][-1], "ns") == np.datetime64("2016-12-01")


def test_every_column_of_numbers_is_a_series(lines: Read) -> None:
    found = lines(
        "\n".join(["when;a;b;note", *(row.replace(",", ";") for row in monthly(20, int, abs, lambda k: "x"))])
    )
    assert [one["name"] for one in found] == ["a", "b"]
    found = lines("\n".join(["when,a,b", *monthly(20, int, lambda k: -k)]), values=["b"])
    assert [(one["name"], one["values"][-1]) for one in found] == [("b", -19.0)]


def test_many_series_below_each_other(lines: Read) -> None:
    rows = [f"{day.split(',')[0]},{shop},{k}" for shop in ("north", "south") for k, day in enumerate(monthly(20))]
    found = lines("\n".join(["date,shop,sales", *rows]))
    assert [one["name"] for one in found] == ["north", "south"]
    assert found[0]["values"] == found[1]["values"] == list(range(20))


def test_series_one_after_the_other_in_a_long_table(lines: Read) -> None:
    """The first shop alone fills more rows than most guesses look at; notes part rows too, but not all."""
    rows = [
        f"{np.datetime64('2020-01-01') + k},{'rain' if k % 3 else 'sun'},{shop},{k}"
        for shop in ("north", "south", "west")
        for k in range(400)
    ]
    found = lines("\n".join(["date,weather,shop,sales", *rows]))
    assert [one["name"] for one in found] == ["north", "south", "west"]
    assert all(one["values"] == list(range(400)) for one in found)


def test_what_is_known_beforehand_goes_on(lines: Read) -> None:
    sold = lambda k: k if k < 18 else ""  # noqa: E731
    text = "\n".join(
        ["date,sold,price,day", *monthly(24, sold, lambda k: 10 + k, lambda k: "holiday" if k % 6 else "")]
    )
    [one] = lines(text, known=["price", "day"])
    assert len(one["values"]) == 18
    assert one["known_names"] == ["price", "day = "]
    assert one["known"][0] == [10 + k for k in range(24)]
    assert one["known"][1] == [float(k % 6 == 0) for k in range(24)]


def test_zones_become_one(lines: Read) -> None:
    hours = [f"2024-03-30T{h:02}:00:00+01:00,{h}" for h in range(24)]
    hours += [f"2024-03-31T{h:02}:00:00+0{1 + (h > 2)}:00,{24 + h}" for h in range(24) if h != 2]  # clocks go forward
    [one] = lines("\n".join(["time,load", *hours]))
    assert len(one["values"]) == 47
    assert None not in one["values"]
    assert [remark["reason"] for remark in one["remarks"]] == ["forecast.zones"]


def test_gaps_stay_gaps_and_are_counted(lines: Read) -> None:
    rows = monthly(30, int)
    rows[7] = rows[7].split(",")[0] + ",n/a"
    del rows[12]
    [one] = lines("\n".join(["ds,y", *rows]))
    assert [k for k, value in enumerate(one["values"]) if value is None] == [7, 12]
    assert one["remarks"] == [{"reason": "refusals.series_moments", "values": {"count": 1}}]


@pytest.mark.parametrize(
    ("cells", "unit", "count", "last"),
    [
        ([str(1900 + k) for k in range(30)], "month", 12, "1929-01-01"),
        ([f"{1900 + k}.0" for k in range(30)], "month", 12, "1929-01-01"),
        ([f"{2000 + k // 4}Q{k % 4 + 1}" for k in range(30)], "month", 3, "2007-04-01"),
        ([f"Q{k % 4 + 1} {2000 + k // 4}" for k in range(30)], "month", 3, "2007-04-01"),
        ([f"2021-W{k + 1:02}" for k in range(30)], "nanosecond", 7 * 86_400 * 10**9, "2021-07-26"),
        ([f"195803{k + 1:02}" for k in range(30)], "nanosecond", 86_400 * 10**9, "1958-03-30"),
        ([f"Jan-{k + 1}-1995" for k in range(30)], "nanosecond", 86_400 * 10**9, "1995-01-30"),
        ([f"{m} {y}" for y in (2001, 2002, 2003) for m in NAMES], "month", 1, "2003-12-01"),
    ],
)
def test_days_as_people_write_them(cells: list[str], unit: str, count: int, last: str, lines: Read) -> None:
    [one] = lines("\n".join(["date,spots", *(f"{cell},{k}" for k, cell in enumerate(cells))]))
    assert one["frequency"] == {"unit": unit, "count": count}
    assert np.datetime64(one["times"][-1], "ns") == np.datetime64(last)


def test_words_with_a_number_are_no_days(lines: Read) -> None:
    with pytest.raises(Refused) as told:
        lines("shop,a\n" + "".join(f"market {k},{k}\n" for k in range(30)))
    assert told.value.reason == "forecast.no_times"


@pytest.mark.parametrize(
    ("content", "asked", "reason"),
    [
        ("a,b\n" + "1,2\n" * 30, {}, "forecast.no_times"),
        ("", {}, "data.table_empty"),
        ("date,a\n" + "2024-01-01,x\n" * 30, {}, "forecast.no_numbers"),
        ("date,a\n2024-01-01,1\n2024-01-02,2", {"time": "day"}, "data.column_missing"),
        (",".join(["x"] * 1_000_000) + "\n", {}, "data.too_many_columns"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(content: str, asked: dict, reason: str, lines: Read) -> None:
    with pytest.raises(Refused) as told:
        lines(content, child=len(content) > 10**6, **asked)
    assert told.value.reason == reason
    assert say(told.value.reason, **told.value.values)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["2024-01-01,1", "2024-01-02,2"], "forecast.few_moments"),
        ([f"2024-01-{d:02},{d}" for d in range(1, 12)], "forecast.too_short"),
        ([*(f"2024-01-{d:02},{d}" for d in range(1, 30)), "soon,3"], "refusals.series_time"),
        ([*(f"2024-01-{d:02},{d}" for d in range(1, 30)), "2024-01-30,many"], "refusals.series_text"),
    ],
)
def test_a_series_that_cannot_be_used(rows: list[str], reason: str, lines: Read) -> None:
    [one] = lines("\n".join(["date,sales", *rows]))
    assert one["refused"] == reason
    assert say(one["refused"], **one["values"])
