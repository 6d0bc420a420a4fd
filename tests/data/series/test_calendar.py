"""How often rows come, and what becomes of rows that come oddly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tl_core.data.refused import Refused
from tl_core.data.series.calendar import DAY, SECOND, even, frequency, moments_after, seasons
from tl_core.domain.forecast import Frequency

HOUR = 3600 * SECOND


def nanoseconds(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]").astype(np.int64)


def months(start: str, count: int, step: int = 1) -> np.ndarray:
    found = np.datetime64(start, "M") + np.arange(count) * step
    return found.astype("datetime64[ns]").astype(np.int64)


@pytest.mark.parametrize(
    ("times", "unit", "count", "season"),
    [
        (months("1949-01", 30), "month", 1, [12]),
        (months("1949-01", 30, 3), "month", 3, [4]),
        (months("1700-01", 30, 12), "month", 12, []),
        (months("1949-02", 30) - DAY, "month", 1, [12]),  # ends of months
        (months("2020-01", 30) - HOUR, "month", 1, [12]),  # midnights of a zone ahead of UTC
        (np.arange(40) * 7 * DAY, "nanosecond", 7 * DAY, [52]),
        (np.arange(40) * 28 * DAY, "nanosecond", 28 * DAY, [13]),
        (np.arange(40) * DAY, "nanosecond", DAY, [7, 365]),
        (np.arange(40) * HOUR, "nanosecond", HOUR, [24, 168]),
        (np.arange(40) * 15 * 60 * SECOND, "nanosecond", 900 * SECOND, [96, 4, 672]),
        (np.arange(40) * SECOND // 10, "nanosecond", SECOND // 10, [864_000, 600, 36_000, 6_048_000]),
    ],
)
def test_how_often_it_comes(times: np.ndarray, unit: str, count: int, season: list[int]) -> None:
    found = frequency(times)
    assert (found.unit, found.count) == (unit, count)
    assert seasons(found) == season


def test_days_of_work() -> None:
    days = np.arange("2024-01-01", "2024-03-01", dtype="datetime64[D]")
    open_ = days[np.is_busday(days)]
    kept = np.delete(open_, 20)  # a holiday
    found = even(np.arange(len(kept), dtype=float)[None], kept.astype("datetime64[ns]").astype(np.int64))
    assert found.frequency == Frequency(unit="business_day", count=1)
    assert seasons(found.frequency) == [5]
    assert np.array_equal(found.times, open_.astype("datetime64[ns]").astype(np.int64))
    assert np.flatnonzero(np.isnan(found.values[0])).tolist() == [20]
    assert found.remarks == [{"reason": "refusals.series_moments", "values": {"count": 1}}]
    after = moments_after(int(found.times[-1]), found.frequency, np.arange(1, 3))
    assert np.array_equal(after, nanoseconds("2024-03-01", "2024-03-04"))


def test_odd_rows_become_even() -> None:
    """Out of order, one of them twice, one missing."""
    times = months("2020-01", 14)[[3, 0, 1, 2, 4, 4, 5, 6, 7, 9, 10, 11, 12, 13]]
    found = even(times[None] / 1e15 + 0.0, times)
    assert np.array_equal(found.times, months("2020-01", 14))
    assert np.flatnonzero(np.isnan(found.values[0])).tolist() == [8]
    assert [one["reason"] for one in found.remarks] == [
        "refusals.series_sorted", "refusals.series_twice", "refusals.series_moments"
    ]  # fmt: skip
    twice = even(np.array([[1.0, 2.0, 4.0, 5.0]]), np.array([0, 1, 1, 2]) * DAY)
    assert twice.values.tolist() == [[1.0, 3.0, 5.0]]


def test_a_drifting_clock_and_no_clock() -> None:
    random = np.random.default_rng(0)
    drifting = np.arange(100) * 60 * SECOND + random.integers(-SECOND, SECOND, 100)
    found = even(np.arange(100.0)[None], drifting)
    assert (found.frequency.count, found.values.shape, found.remarks) == (60 * SECOND, (1, 100), [])
    irregular = np.cumsum(random.integers(1, 1000, 100)) * SECOND
    drawn = even(irregular[None] / 1e9, irregular)
    assert [one["reason"] for one in drawn.remarks] == ["refusals.series_uneven"]
    there = np.isfinite(drawn.values[0])
    np.testing.assert_allclose(drawn.values[0][there], drawn.times[there] / 1e9, rtol=1e-6)


def test_the_end_of_a_month_stays_the_end() -> None:
    monthly = Frequency(unit="month", count=1)
    start = int(nanoseconds("2023-12-31T12:00")[0])
    expected = nanoseconds("2024-01-31T12:00", "2024-02-29T12:00", "2024-04-30T12:00")
    assert np.array_equal(moments_after(start, monthly, np.array([1, 2, 4])), expected)
    start = int(nanoseconds("2024-01-30")[0])
    expected = nanoseconds("2024-02-29", "2024-03-30")
    assert np.array_equal(moments_after(start, monthly, np.array([1, 2])), expected)


@pytest.mark.parametrize("times", [[0, 0, 0], [0, DAY], [5]])
def test_too_few_moments(times: list[int]) -> None:
    with pytest.raises(Refused) as told:
        even(np.ones((1, len(times))), np.array(times))
    assert told.value.reason == "forecast.few_moments"


@given(
    st.sampled_from([HOUR, DAY, 7 * DAY, "M", "Q", "Y"]),
    st.lists(st.integers(0, 60), min_size=20, max_size=60, unique=True),
    st.randoms(),
)
def test_whatever_is_missing_and_in_any_order(step, chosen, random) -> None:
    """Every value is found at its own moment again."""
    wide = {"M": 1, "Q": 3, "Y": 12}
    places = np.array(sorted({*chosen, 0, 1, 2, 3, *range(50, 61)}))  # so many neighbours that the step is plain
    step_of = wide.get(step)
    times = months("1990-05", 61 * step_of)[places * step_of] if step_of else places * step
    order = np.array(random.sample(range(len(places)), len(places)))
    found = even(places[order][None].astype(float), times[order])
    there = np.isfinite(found.values[0])
    assert np.array_equal(found.values[0][there], places)
    assert np.array_equal(found.times[there], times)
