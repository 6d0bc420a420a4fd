"""What comes next, as people read it: quantiles and their moments; of newer data by a forecaster's files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tl_core.bundle.forecaster import LoadedForecaster
from tl_core.data.series.calendar import moments_after
from tl_core.data.series.timeline import Timeline, iso
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Ahead, Competitor, Continued, Frequency, Remark
from tl_core.domain.plan import Columns
from tl_core.evaluation.forecasts import LEVELS
from tl_core.runs.forecast_intake import read_upload
from tl_core.runs.forecast_table import ReadTable, Said


def ahead_of(way: Competitor, timelines: Sequence[Timeline], frequency: Frequency, quantiles: np.ndarray) -> Ahead:
    """``quantiles`` (series, step, level)."""
    steps = np.arange(1, quantiles.shape[1] + 1)
    return Ahead(
        way=way,
        levels=list(LEVELS),
        series=[
            Continued(name=one.name, times=iso(moments_after(one.end, frequency, steps)), quantiles=rows.tolist())
            for one, rows in zip(timelines, quantiles, strict=True)
        ],
    )


def go_on(bundle: Path, paths: list[str], columns: Columns | None, work: Path) -> tuple[Ahead, ReadTable]:
    """What comes after each series of an upload's first table. ``work``: an empty folder for what passes through.

    Raises ``InputFault``, also for a table of another pace than the forecaster's.
    """
    loaded = LoadedForecaster(bundle)
    manifest = loaded.manifest
    told, others = read_upload(paths, columns, work)
    if told.frequency != manifest.frequency:
        raise InputFault("forecast.not_its_pace")
    table = told.table
    if manifest.known and (not table.known or len(table.known[0]) != manifest.known):
        raise InputFault("forecast.known_missing", count=manifest.known)
    found = ahead_of(manifest.way, told.timelines, told.frequency, loaded.ahead(table.values, table.known))
    remarks = [(name, one) for name, them in told.remarks.items() for one in them]
    refused = [*told.refused.items(), *((name, ("forecast.other_file", {})) for name in others)]
    changes = {"refused": _remarks(refused), "remarks": _remarks(remarks)}
    return found.model_copy(update=changes), told


def _remarks(said: Sequence[tuple[str, Said]]) -> list[Remark]:
    return [Remark(series=name, reason=key, values=values) for name, (key, values) in said]
