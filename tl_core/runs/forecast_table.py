"""A person's table -> what a forecasting is run on. Read in a limited child."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tl_core.data.limited import run_one
from tl_core.data.refused import Refused
from tl_core.data.series.calendar import seasons
from tl_core.data.series.timeline import Timeline, load
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Frequency
from tl_core.store.home import Home

SECONDS = 120  # of one table
MEMORY_MB = 3000

Said = tuple[str, dict[str, Any]]  # key of a sentence, and its values


@dataclass(frozen=True)
class Table:
    """Series to go on with.

    ``values`` (time,) of each, NaN for gaps; ``known`` (column, time and longer) of each, or none.
    ``likely``: seasons by the calendar, in steps (``data.series.calendar.seasons``).
    """

    values: list[np.ndarray]
    names: list[str]
    likely: tuple[int, ...] = ()
    known: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True)
class ReadTable:
    """``columns`` as they were used; ``refused`` and ``remarks`` by a series' name."""

    timelines: list[Timeline]
    frequency: Frequency
    columns: dict[str, Any]
    refused: dict[str, Said]
    remarks: dict[str, list[Said]]

    @property
    def table(self) -> Table:
        return table_of(self.timelines, self.frequency)


def table_of(timelines: Sequence[Timeline], frequency: Frequency) -> Table:
    return Table(
        [one.values for one in timelines],
        [one.name for one in timelines],
        tuple(seasons(frequency)),
        [one.known for one in timelines] if timelines and timelines[0].known_names else [],
    )


def timelines_of(home: Home, project_id: str, dataset: Dataset) -> list[Timeline]:
    """The series of a dataset, in its order. Raises ``InputFault`` where it holds none to forecast."""
    if dataset.task != "forecast" or dataset.frequency is None:
        raise InputFault("forecast.no_series")
    return [load(home.samples(project_id) / sample.file) for sample in dataset.samples if sample.file]


def read_table(path: Path, columns: dict[str, Any], name: str | None = None) -> ReadTable:
    """``columns`` as ``data.series.forecast_table.read`` takes them; ``name`` of the file, where ``path`` is another.

    Series that come at another pace than the first are refused. Raises ``InputFault`` where no series is left.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "series.jsonl"
        item = {"path": str(path), "name": name or path.name, "columns": columns, "target": str(target)}
        try:
            told = run_one("tl_core.data.series.forecast_table:read", item, seconds=SECONDS, memory_mb=MEMORY_MB)
        except Refused as refused:
            raise InputFault(refused.reason, **refused.values) from None
        lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    _tell_apart(lines)
    refused_: dict[str, Said] = {line["name"]: (line["refused"], line["values"]) for line in lines if "refused" in line}
    found = [line for line in lines if "refused" not in line]
    if not found:
        key, values = next(iter(refused_.values()), ("data.table_empty", {}))
        raise InputFault(key, **values)
    pace = found[0]["frequency"]
    refused_ |= {line["name"]: ("forecast.other_pace", {}) for line in found if line["frequency"] != pace}
    found = [line for line in found if line["frequency"] == pace]
    return ReadTable(
        [_timeline(line) for line in found], Frequency.model_validate(pace), told["columns"], refused_,
        {line["name"]: [(one["reason"], one["values"]) for one in line["remarks"]] for line in found},
    )  # fmt: skip


def _tell_apart(lines: list[dict[str, Any]]) -> None:
    """Names that others have already, cut ones say, get a number."""
    seen: set[str] = set()
    for line in lines:
        name, number = line["name"], 2
        while line["name"] in seen:
            line["name"], number = f"{name} ({number})", number + 1
        seen.add(line["name"])


def _timeline(line: dict[str, Any]) -> Timeline:
    values = np.array([np.nan if value is None else value for value in line["values"]], dtype=np.float64)
    times = np.array(line["times"], dtype=np.int64)
    known = np.array(line["known"], dtype=np.float64).reshape(len(line["known_names"]), len(times))
    return Timeline(line["name"], values, times, known, tuple(line["known_names"]))
