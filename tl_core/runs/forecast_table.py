"""A person's table -> what a forecasting is run on. Read in a limited child."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tl_core.data.limited import run_one
from tl_core.data.refused import Refused
from tl_core.data.series.calendar import seasons
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Frequency
from tl_core.runs.forecast import Table

SECONDS = 120  # of one table
MEMORY_MB = 3000


@dataclass(frozen=True)
class ReadTable:
    """``ends``: nanoseconds; ``refused`` and ``remarks``: by a series' name, keys of sentences with values."""

    table: Table
    frequency: Frequency
    ends: list[int]
    columns: dict[str, Any]
    refused: dict[str, tuple[str, dict[str, Any]]]
    remarks: dict[str, list[tuple[str, dict[str, Any]]]]


def read_table(path: Path, columns: dict[str, Any]) -> ReadTable:
    """``columns`` as ``data.series.forecast_table.read`` takes them.

    Series that come at another pace than the first are refused. Raises ``InputFault`` where no series is left.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "series.jsonl"
        item = {"path": str(path), "name": path.name, "columns": columns, "target": str(target)}
        try:
            told = run_one("tl_core.data.series.forecast_table:read", item, seconds=SECONDS, memory_mb=MEMORY_MB)
        except Refused as refused:
            raise InputFault(refused.reason, **refused.values) from None
        lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    refused_ = {line["name"]: (line["refused"], line["values"]) for line in lines if "refused" in line}
    found = [line for line in lines if "refused" not in line]
    if not found:
        key, values = next(iter(refused_.values()), ("data.table_empty", {}))
        raise InputFault(key, **values)
    pace = found[0]["frequency"]
    refused_ |= {line["name"]: ("forecast.other_pace", {}) for line in found if line["frequency"] != pace}
    found = [line for line in found if line["frequency"] == pace]
    frequency = Frequency.model_validate(pace)
    table = Table(
        [np.array([np.nan if value is None else value for value in line["values"]]) for line in found],
        [line["name"] for line in found],
        tuple(seasons(frequency)),
        [np.array(line["known"]) for line in found] if found[0]["known_names"] else [],
    )
    return ReadTable(
        table, frequency, [line["times"][-1] for line in found], told["columns"], refused_,
        {line["name"]: [(one["reason"], one["values"]) for one in line["remarks"]] for line in found},
    )  # fmt: skip
