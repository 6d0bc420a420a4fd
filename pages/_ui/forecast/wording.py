"""Times, spans, amounts and ways to forecast, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log10

from pages._ui.words import count, number, t
from pages._ui.words import listed as in_a_row
from tl_core.domain.forecast import Competitor, ForecastReport, Frequency

_SECOND = 1_000_000_000  # nanoseconds
_UNITS = (("week", 7 * 86_400), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))  # seconds
_DIGITS = 4  # of an amount that a person reads


def pace(frequency: Frequency) -> str:
    """ "every month", "every 15 minutes"."""
    unit, number = _unit(frequency)
    return t(f"forecast_page.every_{unit}", count=number)


def span(steps: int, frequency: Frequency) -> str:
    """How long so many steps are: "12 months", "2 weeks"."""
    unit, number = _unit(frequency)
    return t(f"forecast_page.span_{unit}", count=steps * number)


def moment(iso: str, frequency: Frequency) -> str:
    """A time of a series, no finer than its pace: "March 1960", "3 March 1960", "3 March 1960, 14:05"."""
    day, _, clock = iso.partition("T")
    year, month, number = day.lstrip("-").split("-")
    unit, _ = _unit(frequency)
    if unit == "year" and day.endswith(("-01-01", "-12-31")):
        return year
    name = t(f"shell.month_{int(month)}")
    if frequency.unit == "month":
        return t("forecast_page.in_month", month=name, year=year)
    said = t("forecast_page.on_day", day=int(number), month=name, year=year)
    if unit in ("hour", "minute", "second", "part"):
        said = t("forecast_page.at_time", day=said, clock=clock if unit in ("second", "part") else clock[:5])
    return said


def amount(value: float | None, largest: float | None = None) -> str:
    """A value of a series with as many digits as a person reads: 432.1, 0.03457, 1,234,568.

    ``largest``: of those it stands among, so that all of them have as many decimals.
    """
    if value is None or not isfinite(value):
        return "–"
    size = abs(value if largest is None else largest)
    places = min(12, max(0, _DIGITS - 1 - floor(log10(size)))) if size else 0
    if largest is None:
        places = len(f"{value:.{places}f}".partition(".")[2].rstrip("0"))
    return number(value, f",.{places}f").replace("-", "−")


def way(name: Competitor, report: ForecastReport | None) -> str:
    """A way to forecast; without a season, the value a season before is the last one."""
    if name == "seasonal_naive" and report is not None and report.season == 1:
        return t("forecast_page.way_last")
    if name == "mean" and report is not None:
        return t(
            "forecast_page.way_mean_of",
            learned=t(f"forecast_page.mean_{report.learned}"),
            classic=way(report.classic, report),
        )
    return t(f"forecast_page.way_{name}")


def listed(names: Sequence[str], most: int = 3) -> str:
    """The first names, and how many more."""
    shown = in_a_row(names[:most])
    more = len(names) - most
    return t("forecast_page.and_more", names=shown, count=more) if more > 0 else shown


def series(number: int) -> str:
    return t("data_page.samples_series", count=number, number=count(number))


def _unit(frequency: Frequency) -> tuple[str, int]:
    """The largest unit that a step is a whole number of; "part": a thousandth of a second."""
    if frequency.unit == "business_day":
        return "business_day", frequency.count
    if frequency.unit == "month":
        return ("year", frequency.count // 12) if frequency.count % 12 == 0 else ("month", frequency.count)
    for unit, seconds in _UNITS:
        if frequency.count % (seconds * _SECOND) == 0:
            return unit, frequency.count // (seconds * _SECOND)
    return "part", max(1, round(frequency.count / (_SECOND / 1000)))
