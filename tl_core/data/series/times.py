"""A column of times -> nanoseconds, and values at odd times -> values on an even grid.

One form is read for a whole column: where 3.4. or 4/3 could be two days, the column's other cells decide, and the day
comes first where they do not. Times with a zone become UTC; numbers count seconds, unless they are so large that they
can only be a computer's clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tl_core.data.names import cleaned
from tl_core.data.refused import Refused
from tl_core.data.series.cells import SHOWN, number
from tl_core.data.series.stored import SECOND

CLOCKS = ((1e17, 1), (1e14, 1_000), (1e11, 1_000_000), (5e8, SECOND))  # at least -> nanoseconds of one unit
PARTS = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp][Mm])?)?"
)
MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 2**62  # nanoseconds either way: 146 years

NEAR = 0.25  # of a step: months are no longer than that beside each other
BLOWN = 4  # times as many moments as were measured, at most, on the grid

Remark = dict[str, Any]


def moments(cells: Sequence[str]) -> np.ndarray:
    """(n,) int64 nanoseconds. Raises ``Refused`` (area refusals) for a cell that is no time."""
    values = [number(cell) for cell in cells]
    if all(value is not None and np.isfinite(value) for value in values):
        return _counted(np.array(values, dtype=np.float64))
    read = _reader(cells)
    return np.array([_nanoseconds(read, cell) for cell in cells], dtype=np.int64)


def is_time(cell: str) -> bool:
    """A date or a time of day of a date; a plain number is none."""
    if number(cell) is not None:
        return False
    return any(_fits(read, cell) for read in (_iso, _month, _day_first, _month_first))


def in_order(values: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[Remark]]:
    """``values`` (channel, n) at ``times`` (n,) by their moments; several of one moment become their mean. And what was
    done."""
    remarks: list[Remark] = []
    if (np.diff(times) < 0).any():
        order = np.argsort(times, kind="stable")
        values, times = values[:, order], times[order]
        remarks.append({"reason": "refusals.series_sorted", "values": {}})
    distinct, place = np.unique(times, return_inverse=True)
    if len(distinct) < len(times):
        remarks.append({"reason": "refusals.series_twice", "values": {"count": len(times) - len(distinct)}})
        values, times = _means(values, place, len(distinct)), distinct
    return values, times, remarks


def on_grid(values: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[Remark]]:
    """``values`` (channel, n) at ``times`` (n,) in nanoseconds -> in order and evenly spaced, and what was done.

    Moments that are missing become gaps; several values of one moment their mean. Where moments follow no step, values
    between two of them are drawn straight from one to the other.
    """
    values, times, remarks = in_order(values, times)
    if len(times) < 3:
        return values, times, remarks
    gaps = np.diff(times)
    step = float(np.median(gaps))
    steps = np.round(gaps / step)
    off = np.abs(gaps / step - steps)
    if (steps >= 1).all() and (off <= NEAR * np.minimum(steps, 2)).all():
        places = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
        missing = int(places[-1]) + 1 - len(times)
        if missing <= BLOWN * len(times):
            return (*_spread(values, times, places, missing), [*remarks, *_told(missing)])
    grid = _even(times, step)
    remarks.append({"reason": "refusals.series_uneven", "values": {}})
    return _drawn(values, times, grid), grid, remarks


def _counted(values: np.ndarray) -> np.ndarray:
    most = float(np.abs(values).max(initial=0.0))
    unit = next((unit for least, unit in CLOCKS if most >= least), SECOND)
    if most * unit > MOST:
        raise Refused("refusals.series_time", cell=f"{most:g}")
    if unit == 1:
        return values.astype(np.int64)
    return np.round(values * unit).astype(np.int64)


def _reader(cells: Sequence[str]) -> Callable[[str], datetime | None]:
    """The first form that fits every cell, else the one that fits the first."""
    for read in (_iso, _month, _day_first, _month_first):
        if all(_fits(read, cell) for cell in cells):
            return read
    return next((read for read in (_iso, _month, _day_first, _month_first) if _fits(read, cells[0])), _iso)


def _fits(read: Callable[[str], datetime | None], cell: str) -> bool:
    try:
        return read(cell.strip()) is not None
    except (ValueError, OverflowError):
        return False


def _nanoseconds(read: Callable[[str], datetime | None], cell: str) -> int:
    try:
        found = read(cell.strip())
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Refused("refusals.series_time", cell=cleaned(cell, SHOWN))
    since = (found if found.tzinfo else found.replace(tzinfo=UTC)) - EPOCH
    whole = (since // timedelta(microseconds=1)) * 1000
    if abs(whole) > MOST:
        raise Refused("refusals.series_time", cell=cleaned(cell, SHOWN))
    return whole


def _iso(cell: str) -> datetime | None:
    return datetime.fromisoformat(cell)


def _month(cell: str) -> datetime | None:
    found = MONTH.fullmatch(cell)
    return datetime(int(found[1]), int(found[2]), 1) if found else None


def _day_first(cell: str) -> datetime | None:
    return _of_parts(cell, 0, 1)


def _month_first(cell: str) -> datetime | None:
    return _of_parts(cell, 1, 0)


def _of_parts(cell: str, day: int, month: int) -> datetime | None:
    found = PARTS.fullmatch(cell)
    if not found:
        return None
    head = [int(found[k]) for k in (1, 2, 3)]
    hour, minute, second = (int(found[k] or 0) for k in (4, 5, 6))
    if found[8]:
        hour = hour % 12 + 12 * (found[8].lower() == "pm")
    fraction = int((found[7] or "0").ljust(6, "0")[:6])
    if len(found[1]) == 4:  # the year leads, whatever parts it
        return datetime(head[0], head[1], head[2], hour, minute, second, fraction)
    year = head[2] + (2000 if head[2] < 70 else 1900) if head[2] < 100 else head[2]
    return datetime(year, head[month], head[day], hour, minute, second, fraction)


def _means(values: np.ndarray, place: np.ndarray, count: int) -> np.ndarray:
    """(channel, count) mean of what is known of each place."""
    made = np.full((len(values), count), np.nan)
    for row, channel in zip(made, values, strict=True):
        there = np.isfinite(channel)
        sums = np.bincount(place[there], channel[there], count)
        counts = np.bincount(place[there], minlength=count)
        row[counts > 0] = sums[counts > 0] / counts[counts > 0]
    return made


def _spread(values: np.ndarray, times: np.ndarray, places: np.ndarray, missing: int) -> tuple[np.ndarray, np.ndarray]:
    if not missing:
        return values, times
    made = np.full((len(values), int(places[-1]) + 1), np.nan)
    made[:, places] = values
    return made, np.round(np.interp(np.arange(made.shape[1]), places, times - times[0])).astype(np.int64) + times[0]


def _told(missing: int) -> list[Remark]:
    return [{"reason": "refusals.series_moments", "values": {"count": missing}}] if missing else []


def _even(times: np.ndarray, step: float) -> np.ndarray:
    span = int(times[-1] - times[0])
    count = min(round(span / step) + 1, BLOWN * len(times))
    return times[0] + np.round(np.linspace(0, span, max(2, count))).astype(np.int64)


def _drawn(values: np.ndarray, times: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Between two known values a straight line, unless they lie further apart than most do: that stays a gap."""
    made = np.full((len(values), len(grid)), np.nan)
    start = times[0]
    for row, channel in zip(made, values, strict=True):
        there = np.isfinite(channel)
        known = times[there]
        if len(known) < 2:
            continue
        widest = 3 * max(float(np.median(np.diff(known))), float(np.median(np.diff(times))))
        after = np.clip(np.searchsorted(known, grid), 1, len(known) - 1)
        inside = (grid >= known[0]) & (grid <= known[-1])
        inside &= (known[after] - known[after - 1] <= widest) | np.isin(grid, known)
        row[inside] = np.interp(grid - start, known - start, channel[there])[inside]
    return made
