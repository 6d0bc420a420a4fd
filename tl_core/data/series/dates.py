"""Ways in which tables to forecast from write days, months, quarters and years, made plain for ``times.moments``."""

from __future__ import annotations

import re
from collections.abc import Sequence

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR = re.compile(r"((?:1[5-9]|20)\d\d)(?:\.0*)?")
DAY = re.compile(r"((?:1[5-9]|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\.0*)?")
QUARTER = re.compile(r"(\d{4})[\s./-]?[Qq]([1-4])|[Qq]([1-4])[\s./-]?(\d{4})")
WEEK = re.compile(r"(\d{4})-?W(\d{2})")
TOKENS = re.compile(r"[A-Za-z]+|\d+")
SPELT = re.compile(r"[\w\s,./-]{6,24}")


def plain(cells: Sequence[str]) -> Sequence[str]:
    """The same cells, unless all are of one of these forms; then as ``YYYY-MM-DD``, the first day of each."""
    for form in (_year, _day, _quarter, _week, _spelt):
        found = [form(cell.strip()) for cell in cells]
        if all(found):
            return [one for one in found if one]
    return cells


def is_plain(cell: str) -> bool:
    """A form that no plain number has."""
    return any(form(cell.strip()) for form in (_quarter, _week, _spelt))


def _year(cell: str) -> str | None:
    found = YEAR.fullmatch(cell)
    return f"{found[1]}-01-01" if found else None


def _day(cell: str) -> str | None:
    found = DAY.fullmatch(cell)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else None


def _quarter(cell: str) -> str | None:
    found = QUARTER.fullmatch(cell)
    if not found:
        return None
    return f"{found[1] or found[4]}-{3 * int(found[2] or found[3]) - 2:02}-01"


def _week(cell: str) -> str | None:
    found = WEEK.fullmatch(cell)
    return f"{found[1]}-W{found[2]}-1" if found else None


def _spelt(cell: str) -> str | None:
    """A month by its name, a year of four digits, a day or none: Jan-1-1995, 5 March 2020, Dec 1999."""
    if not SPELT.fullmatch(cell):
        return None
    tokens = TOKENS.findall(cell)
    names = [token[:3].lower() for token in tokens if token.isalpha()]
    numbers = [token for token in tokens if token.isdigit()]
    years = [token for token in numbers if len(token) == 4]
    days = [int(token) for token in numbers if len(token) <= 2]
    if len(names) != 1 or names[0] not in MONTHS or len(years) != 1 or len(days) + 1 != len(numbers) or len(days) > 1:
        return None
    return f"{years[0]}-{MONTHS.index(names[0]) + 1:02}-{days[0] if days else 1:02}"
