"""How a table holds series: a row a series (wide), several rows a series (long), or one series in all (one)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from tl_core.data.columns import HINTS, Role, has_header
from tl_core.data.refused import Refused
from tl_core.data.series.cells import is_missing, is_number
from tl_core.data.series.times import is_time

Kind = Literal["wide", "long", "one"]

TIMES = (
    "time",
    "timestamp",
    "when",
    "datetime",
    "date",
    "ds",
    "seconds",
    "second",
    "ms",
    "t",
    "tick",
    "month",
    "day",
    "year",
)
IDS = (
    "series", "series_id", "unique_id", "id", "case", "case_id", "instance", "recording", "trial", "segment", "episode",
    "sequence", "sample", "window", "experiment", "cycle", "unit", "machine", "device",
)  # fmt: skip
LEAST = 4  # moments of a series: fewer show no shape
MANY = 12  # columns of numbers from which on a row is likely a series
NUMERIC = 0.5  # share of numbers among the cells of a column of values
RUN = 3.0  # rows of one series below each other, on average
MOST_LABELS = 60
NUMBERED = re.compile(r"(.*?)[\W_]*(\d+)\W*")


@dataclass(frozen=True)
class Layout:
    """Numbers of columns. ``values`` holds the columns of each channel: one, or of a wide table one a moment."""

    kind: Kind
    values: list[list[int]]
    channels: list[str]
    label: int | None = None
    group: int | None = None
    id: int | None = None
    time: int | None = None
    attributes: dict[str, int] = field(default_factory=dict)


def headed(rows: Sequence[Sequence[str]]) -> bool:
    """Does the first row name the columns? Where most of its cells are numbers, only if they count the moments."""
    first = [cell.strip() for cell in rows[0] if cell.strip()]
    counted = [float(cell) for cell in first if is_number(cell) and "," not in cell]
    if 2 * len(counted) <= len(first):
        return has_header(rows)
    steps = {round(b - a, 9) for a, b in pairwise(counted)}
    return len(counted) > 2 and len(steps) == 1 and 0 not in steps


def layout(
    names: Sequence[str], rows: Sequence[Sequence[str]], asked: dict[str, Any], *, labelled: bool, alone: bool = False
) -> Layout:
    """By what a person ``asked`` (the fields of ``domain.plan.Columns``), the columns' names and the first rows.

    ``alone``: the table is one series, its class known otherwise. Raises ``Refused`` (area data).
    """
    looks = [_Look(name, [row[k] if k < len(row) else "" for row in rows]) for k, name in enumerate(names)]
    named = {role: _place(asked.get(role), names) for role in ("label", "group", "id", "time")}
    said = {role: bool(asked.get(role)) or asked.get(role) == "" for role in named}
    attributes = {names[at]: at for name in asked.get("attributes") or [] if (at := _place(name, names)) is not None}
    wanted = [at for name in asked.get("values") or [] if (at := _place(name, names)) is not None]
    taken = {at for at in (*named.values(), *attributes.values(), *wanted) if at is not None}

    time = named["time"] if said["time"] else _time(looks, taken)
    numeric = [
        k for k, look in enumerate(looks)
        if k not in taken and k != time and (look.numeric > NUMERIC or (alone and not look.filled))
    ]  # fmt: skip
    case = named["id"] if said["id"] else _case(looks, taken | {time}, bool(wanted) or time is not None, len(numeric))
    if alone:
        found = wanted or [k for k in numeric if k != case]
        return _upright("one", looks, found, time, attributes)
    label = named["label"] if said["label"] else _label(looks, taken | {time, case}, guessed=labelled)
    if labelled and label is None:
        raise Refused("data.no_label_column")
    group = named["group"] if said["group"] else _group(looks, taken | {time, case, label})
    if case is not None:
        found = wanted or [k for k in numeric if k not in (case, label, group)]
        return _upright("long", looks, found, time, attributes, label=label, group=group, id=case)
    if said["time"] and time is not None:
        if labelled:
            raise Refused("data.no_id_column")
        return _upright("one", looks, wanted or numeric, time, attributes)
    roles = {label, group, *attributes.values()}
    numbered = {k for k, look in enumerate(looks) if look.hint(IDS) and look.distinct == look.filled > 1}
    cells = wanted or [
        k for k, look in enumerate(looks)
        if k not in roles | numbered and (look.numeric > NUMERIC or not look.filled)
    ]  # fmt: skip
    if len(cells) < LEAST or (time is not None and len(cells) < MANY):
        if labelled or not cells:
            raise Refused("data.no_id_column" if cells else "data.no_value_columns")
        return _upright("one", looks, cells, time, attributes)
    return Layout("wide", *_channels(names, cells), label, group, None, None, attributes)


def _upright(
    kind: Kind, looks: list[_Look], found: list[int], time: int | None, attributes: dict[str, int], **roles: int | None
) -> Layout:
    if not found:
        raise Refused("data.no_value_columns")
    return Layout(kind, [[k] for k in found], [looks[k].name for k in found], time=time, attributes=attributes, **roles)


def _channels(names: Sequence[str], cells: list[int]) -> tuple[list[list[int]], list[str]]:
    """``x_0 x_1 ... y_0 y_1 ...`` are two channels; anything else is one, in the order of the columns."""
    parts = [NUMBERED.fullmatch(names[k]) for k in cells]
    by_name: dict[str, list[int]] = {}
    for k, part in zip(cells, parts, strict=True):
        by_name.setdefault(part[1] if part else "", []).append(k)
    if len(by_name) > 1 and all(parts) and len({len(one) for one in by_name.values()}) == 1:
        return list(by_name.values()), list(by_name)
    return [cells], ["value"]


class _Look:
    """What one column looks like."""

    def __init__(self, name: str, cells: Sequence[str]) -> None:
        filled = [cell.strip() for cell in cells if not is_missing(cell)]
        self.name = name
        self.filled = len(filled)
        self.distinct = len(set(filled))
        self.numeric = sum(map(is_number, filled)) / max(1, len(filled))
        self.whole = all(cell.lstrip("+-").removesuffix(".0").isdigit() for cell in filled)
        self.times = bool(filled) and all(map(is_time, filled[:20]))
        changes = sum(a != b for a, b in pairwise(filled))
        self.run = self.filled / (changes + 1)

    def hint(self, names: Sequence[str]) -> float:
        """1 for the likeliest name, less for others, 0 for none."""
        plain = re.sub(r"([a-z])([A-Z])", r"\1_\2", self.name.strip()).lower()
        words = {plain, plain.replace(" ", "_"), *re.split(r"[\W_]+", plain)}
        return max((1 - k / (2 * len(names)) for k, name in enumerate(names) if name in words), default=0.0)

    def role(self, role: Role) -> float:
        return self.hint(HINTS[role])


Taken = set[int] | set[int | None]


def _free(looks: list[_Look], taken: Taken) -> list[tuple[int, _Look]]:
    return [(k, look) for k, look in enumerate(looks) if k not in taken]


def _time(looks: list[_Look], taken: Taken) -> int | None:
    """A column of dates; else one of rising numbers that is called so."""
    dates = [k for k, look in _free(looks, taken) if look.times]
    if dates:
        return max(dates, key=lambda k: looks[k].hint(TIMES))
    called = [
        (look.hint(TIMES), k)
        for k, look in _free(looks, taken)
        if look.hint(TIMES) and look.numeric == 1 and look.distinct > 1
    ]
    return max(called)[1] if called else None


def _case(looks: list[_Look], taken: Taken, told: bool, numeric: int) -> int | None:
    """Which series a row belongs to: a column that is called so, and stays the same for some rows."""
    if not told and numeric > MANY:
        return None
    called = [
        (look.hint(IDS), k)
        for k, look in _free(looks, taken)
        if look.hint(IDS) and 1 < look.distinct < look.filled and look.run >= RUN and (look.whole or look.numeric < 1)
    ]
    return max(called)[1] if called else None


def _label(looks: list[_Look], taken: Taken, *, guessed: bool) -> int | None:
    """A column that is called so and is no measurement; else, if it may be ``guessed``, one of repeated words, or of
    whole numbers at either end."""
    fitting = [(k, look) for k, look in _free(looks, taken) if 1 <= look.distinct <= 200]
    called = [
        (look.numeric < NUMERIC, look.role("label"), -look.distinct, k)
        for k, look in fitting
        if look.role("label") and (look.numeric < NUMERIC or (look.whole and look.distinct <= _few(look.filled)))
    ]
    if called:
        return max(called)[3]
    if not guessed:
        return None
    words = [
        (-look.distinct, k)
        for k, look in fitting
        if look.numeric < NUMERIC and look.distinct < look.filled and not look.role("group")
    ]
    if words:
        return max(words)[1]
    ends = [k for k in (0, len(looks) - 1) if k not in taken]
    return next((k for k in ends if looks[k].whole and 1 < looks[k].distinct <= _few(looks[k].filled)), None)


def _few(rows: int) -> int:
    return min(MOST_LABELS, max(2, rows // 2))


def _group(looks: list[_Look], taken: Taken) -> int | None:
    called = [
        (look.role("group"), k)
        for k, look in _free(looks, taken)
        if look.role("group") and 1 < look.distinct < look.filled and (look.whole or look.numeric < 1)
    ]
    return max(called)[1] if called else None


def _place(asked: str | None, names: Sequence[str]) -> int | None:
    """A column a person named, whatever its case; "" means none."""
    if not asked:
        return None
    found = [k for k, name in enumerate(names) if name == asked]
    found = found or [k for k, name in enumerate(names) if name.casefold() == asked.casefold()]
    if not found:
        raise Refused("data.column_missing", column=asked, known=", ".join(names[:20]))
    return found[0]
