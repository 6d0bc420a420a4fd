"""Times as people write them, and odd ones made even."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.data.refused import Refused
from tl_core.data.series.times import moments, on_grid

DAY = 86_400 * 10**9


@pytest.mark.parametrize(
    ("cells", "first", "step"),
    [
        (["2024-05-01", "2024-05-02"], "2024-05-01", DAY),
        (["2024-05-01T12:00:00+02:00", "2024-05-01T13:00:00+02:00"], "2024-05-01T10:00", DAY // 24),
        (["1.5.2024", "2.5.2024"], "2024-05-01", DAY),
        (["4/30/2024 1:05 PM", "5/1/2024 1:05 PM"], "2024-04-30T13:05", DAY),
        (["3/4/2024", "4/4/2024"], "2024-04-03", DAY),
        (["2024/5/1 08:00:00.25", "2024/5/1 08:00:00.75"], "2024-05-01T08:00:00.25", DAY // 172800),
        (["1949-01", "1949-02"], "1949-01-01", 31 * DAY),
        (["0", "0.02"], "1970-01-01", 20_000_000),
        (["1714550400", "1714550401"], "2024-05-01T08:00", 10**9),
        (["1714550400000", "1714550400500"], "2024-05-01T08:00", 5 * 10**8),
    ],
)
def test_forms(cells: list[str], first: str, step: int) -> None:
    found = moments(cells)
    assert found[0] == np.datetime64(first, "ns").astype(np.int64)
    assert found[1] - found[0] == step


@pytest.mark.parametrize("cells", [["2024-01-01", "tomorrow"], ["1", ""], ["1e300", "2"], ["30.2.2024"]])
def test_no_times(cells: list[str]) -> None:
    with pytest.raises(Refused) as told:
        moments(cells)
    assert told.value.reason == "refusals.series_time"


def told(remarks: list[dict]) -> list[str]:
    return [remark["reason"].rpartition("_")[2] for remark in remarks]


def test_even_times_stay() -> None:
    times = np.arange(20) * 1000 + np.array([0, 3] * 10)
    values, same, remarks = on_grid(np.arange(20.0)[None], times)
    assert same is times
    assert not remarks
    assert values[0].tolist() == list(range(20))


def test_months_are_a_step() -> None:
    months = np.arange("2020-01", "2023-01", dtype="datetime64[M]").astype("datetime64[ns]").astype(np.int64)
    values, _, remarks = on_grid(np.ones((1, 36)), months)
    assert values.shape == (1, 36)
    assert not remarks
    values, _, remarks = on_grid(np.ones((1, 34)), np.delete(months, [7, 8]))
    assert np.flatnonzero(np.isnan(values[0])).tolist() == [7, 8]
    assert remarks[0]["values"] == {"count": 2}


def test_rows_in_disorder_and_twice() -> None:
    times = np.array([0, 3, 2, 1, 3, 4]) * DAY
    values, even, remarks = on_grid(np.array([[0.0, 3, 2, 1, 5, np.nan]]), times)
    assert told(remarks) == ["sorted", "twice"]
    np.testing.assert_array_equal(values[0], [0, 1, 2, 4, np.nan])
    assert np.diff(even).tolist() == [DAY] * 4


def test_uneven_times_are_drawn_on_a_grid() -> None:
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.integers(400, 1600, 200)) * 10**6
    line = times / 1e9
    values, even, remarks = on_grid(np.stack([line, 2 * line]), times)
    assert told(remarks) == ["uneven"]
    assert len(set(np.diff(even))) <= 2
    np.testing.assert_allclose(values[0], even / 1e9, rtol=1e-6)
    np.testing.assert_allclose(values[1], 2 * values[0])


def test_a_long_pause_stays_a_gap_and_costs_no_memory() -> None:
    times = np.concatenate([np.arange(50), 10**9 + np.arange(50)]) * DAY // 10**5
    values, _, _ = on_grid(np.ones((1, 100)), times)
    assert values.shape[1] <= 400
    assert np.isnan(values[0]).sum() > 100
