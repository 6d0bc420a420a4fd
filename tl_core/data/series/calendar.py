"""How often rows come, and rows at odd times -> every moment of that calendar once. Months, business days, fixed steps.

Times are int64 nanoseconds since 1970 (UTC), as ``times.moments`` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tl_core.data.refused import Refused
from tl_core.data.series.times import Remark, in_order, on_grid
from tl_core.domain.forecast import Frequency

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
LEAST = 3  # moments that show how often they come
SHORTEST_MONTH = 27 * DAY
SAME = 0.002  # of a step: four weeks are always as long, but for an hour; months are not, nor years
EXACT = 0.01  # of a step
LONGEST = 2_000_000  # moments


@dataclass(frozen=True)
class Even:
    """``values`` (channel, time), NaN where a moment brought nothing, at the ``times`` (time,) of a ``frequency``."""

    values: np.ndarray
    times: np.ndarray
    frequency: Frequency
    remarks: list[Remark]


def even(values: np.ndarray, times: np.ndarray) -> Even:
    """``values`` (channel, n) at ``times`` (n,), in any order -> evenly spaced, and what was done to them.

    Several values of one moment become their mean; moments that are missing become gaps; where moments follow no
    calendar, values between two of them are drawn from one to the other. Raises ``Refused`` (area forecast) for fewer
    than three moments.
    """
    values, times, remarks = in_order(values, times)
    if len(times) < LEAST:
        raise Refused("forecast.few_moments", least=LEAST, moments=len(times))
    found = frequency(times)
    places = _places(times, found)
    if places is None:
        values, times, told = on_grid(values, times)
        return Even(values, times, frequency(times), remarks + told)
    if places[-1] >= LONGEST:
        raise Refused("forecast.too_many_moments", limit=LONGEST)
    whole = np.full((len(values), int(places[-1]) + 1), np.nan)
    whole[:, places] = values
    if missing := whole.shape[1] - len(times):
        remarks.append({"reason": "refusals.series_moments", "values": {"count": missing}})
    return Even(whole, moments_after(int(times[0]), found, np.arange(whole.shape[1])), found, remarks)


def frequency(times: np.ndarray) -> Frequency:
    """How often distinct, rising ``times`` (n,) come; of those that follow no calendar, their usual distance."""
    gaps = np.diff(times)
    usual = int(np.median(gaps))
    steps = gaps / usual
    if np.median(gaps) >= SHORTEST_MONTH and (np.abs(steps - np.round(steps)) > SAME).any():
        months = _months(times)
        if (np.diff(months) > 0).all():
            return Frequency(unit="month", count=int(np.gcd.reduce(np.diff(months))))
    if round(usual / DAY) == 1 and _weekdays_only(times):
        return Frequency(unit="business_day", count=1)
    whole = round(usual / SECOND) * SECOND  # clocks that drift a little
    return Frequency(unit="nanosecond", count=whole if abs(whole - usual) < EXACT * usual else usual)


def moments_after(start: int, frequency: Frequency, steps: np.ndarray) -> np.ndarray:
    """The moments ``steps`` (n,) after ``start``, in nanoseconds: months keep the day, as far as they have it."""
    if frequency.unit == "nanosecond":
        return start + steps.astype(np.int64) * frequency.count
    moment = np.datetime64(start, "ns")
    day = moment.astype("datetime64[D]")
    rest = (moment - day).astype(np.int64)
    if frequency.unit == "business_day":
        days = np.busday_offset(day, steps * frequency.count, roll="forward")
        return days.astype("datetime64[ns]").astype(np.int64) + rest
    month = day.astype("datetime64[M]")
    within = (day - month.astype("datetime64[D]")).astype(np.int64)
    last = within == ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64) - 1
    months = month + steps * frequency.count
    long = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    kept = long - 1 if last else np.minimum(within, long - 1)
    return (months.astype("datetime64[D]") + kept).astype("datetime64[ns]").astype(np.int64) + rest


def seasons(frequency: Frequency) -> list[int]:
    """After how many steps things tend to come back, by the calendar alone, likeliest first; none for years."""
    if frequency.unit == "month":
        return [12 // frequency.count] if frequency.count < 12 and 12 % frequency.count == 0 else []
    if frequency.unit == "business_day":
        return [5]
    found = []
    for rounds in (60 * SECOND, 3600 * SECOND, DAY, 7 * DAY):
        steps = rounds / frequency.count
        if steps >= 2 and abs(steps - round(steps)) < EXACT * steps:
            found.append(round(steps))
    year = 365.25 * DAY / frequency.count
    if year >= 4 and frequency.count >= DAY:
        found.append(round(year))
    day = [steps for steps in found if steps * frequency.count == DAY]
    return day + [steps for steps in found if steps not in day]


def _places(times: np.ndarray, found: Frequency) -> np.ndarray | None:
    """The number of each moment in the calendar; None where steps are all as long."""
    if found.unit == "month":
        months = _months(times)
        return (months - months[0]) // found.count
    if found.unit == "business_day":
        days = times.astype("datetime64[ns]").astype("datetime64[D]")
        return np.busday_count(days[0], days)
    return None


def _months(times: np.ndarray) -> np.ndarray:
    """Since 1970. The last hours of a month are those of the next where its first days are otherwise never met: times
    of a zone ahead of UTC."""
    moments = times.astype("datetime64[ns]")
    ahead = (moments + np.timedelta64(14, "h")).astype("datetime64[D]")
    first = (ahead - ahead.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) == 0
    late = (moments - moments.astype("datetime64[D]")).astype(np.int64) > 0
    return (ahead if (first & late).all() else moments).astype("datetime64[M]").astype(np.int64)


def _weekdays_only(times: np.ndarray) -> bool:
    """No Saturday or Sunday in two weeks or more."""
    days = times.astype("datetime64[ns]").astype("datetime64[D]")
    return bool((days[-1] - days[0]).astype(int) >= 14 and np.is_busday(days).all())
