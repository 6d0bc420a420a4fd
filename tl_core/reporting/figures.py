"""Figures in words, for reports: as texts of the table, so that they are written as each language writes them."""

from __future__ import annotations

from tl_core.domain.report import Metric
from tl_core.words import duration as duration
from tl_core.words import say
from tl_core.words import share as share


def number(value: float, low: float | None = None, high: float | None = None) -> str:
    """ "0.84", "0.84 (0.79 to 0.88)", "1,234": as many decimals as a person reads."""
    if low is not None and high is not None:
        return _whole(say("report.interval", value=number(value), low=number(low), high=number(high)))
    size = abs(value)
    whole = size >= 100 or (size >= 10 and value == round(value))
    name = "whole" if whole else "tenths" if size >= 10 else "hundredths"
    said = say(f"report.number_{name}", value=value + 0.0)
    return said.replace("-", "−") if said.strip("-0.,") else said.removeprefix("-")


def metric(one: Metric | None) -> str:
    """With its interval, or why there is none."""
    if one is None:
        return "–"
    if one.low is None or one.high is None:
        return _whole(say("report.no_interval", value=number(one.value), count=one.groups))
    return number(one.value, one.low, one.high)


def spread(mean: float, deviation: float) -> str:
    """ "0.81 ± 0.10", on one line."""
    said = say("forecast_page.spread", mean=number(mean), deviation=number(deviation))
    return said.replace(" ", "\u00a0")


def people(one: Metric) -> str:
    """Whole ones, of a thousand."""
    if one.low is None or one.high is None:
        return count(one.value)
    return _whole(say("report.interval", value=count(one.value), low=count(one.low), high=count(one.high)))


def count(value: float) -> str:
    return say("report.number_whole", value=value)


def _whole(said: str) -> str:
    """A line may end before the bracket, not within it."""
    first, space, rest = said.partition(" ")
    return first + space + rest.replace(" ", "\u00a0")
