"""The ``.ts`` format of sktime and aeon: a head of ``@`` lines, then a line a case, channels parted by colons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from tl_core.data.refused import Refused
from tl_core.data.series.cells import numbers

LINE = 50_000_000  # characters
HEAD = 10_000  # lines before the data, at most


@dataclass(frozen=True)
class Case:
    """``values`` (channel, time) float64, NaN for gaps; channels of one case may end at different times."""

    values: np.ndarray
    label: str | None


def is_ts(path: Path) -> bool:
    """By its first lines, whatever it is called."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in islice(iter(lambda: file.readline(1000), ""), 1000):
            if line.strip() and not line.startswith("#"):
                return line.lstrip("\ufeff").lower().startswith(("@problemname", "@timestamps", "@univariate", "@data"))
    return False


def cases(path: Path) -> Iterator[tuple[int, Case | Refused]]:
    """Every case with the number of its line. Raises ``Refused`` (area data) for a head that is none, or has times."""
    with open(path, encoding="utf-8", errors="replace") as file:
        labelled, number = _head(file)
        channels = 0
        while line := file.readline(LINE):
            number += 1
            if len(line) == LINE:
                raise Refused("data.ts_broken", line=number)
            if not line.strip() or line.startswith("#"):
                continue
            try:
                case = _case(line.strip(), labelled)
            except Refused as refused:
                yield number, refused
                continue
            channels = channels or len(case.values)
            if len(case.values) != channels:
                yield number, Refused("refusals.series_channels", count=len(case.values), expected=channels)
            else:
                yield number, case


def _head(file: TextIO) -> tuple[bool, int]:
    """Whether cases have a class, and how many lines the head has."""
    labelled = False
    for number, line in enumerate(islice(iter(lambda: file.readline(LINE), ""), HEAD), start=1):
        words = line.lstrip("\ufeff").lower().split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "@data":
            return labelled, number
        if not words[0].startswith("@"):
            raise Refused("data.ts_broken", line=number)
        if words[0] == "@classlabel":
            labelled = words[1:2] == ["true"]
        if words[0] == "@timestamps" and words[1:2] == ["true"]:
            raise Refused("data.ts_timestamps")
        if words[0] == "@targetlabel" and words[1:2] == ["true"]:
            raise Refused("data.ts_target")
    raise Refused("data.ts_broken", line=1)


def _case(line: str, labelled: bool) -> Case:
    parts = line.split(":")
    label = parts.pop().strip() if labelled else None
    if not parts:
        raise Refused("refusals.series_empty")
    rows = [numbers(part.split(",")) if part.strip() else np.zeros(0) for part in parts]
    longest = max(map(len, rows))
    values = np.full((len(rows), longest), np.nan)
    for row, found in zip(values, rows, strict=True):
        row[: len(found)] = found
    return Case(values, label or None)
