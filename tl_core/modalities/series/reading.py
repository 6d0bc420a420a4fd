"""A stranger's time series -> a series of our own with its small picture. Runs in the limited child. No torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tl_core.data.refused import Refused
from tl_core.data.series.layout import LEAST
from tl_core.data.series.picture import picture
from tl_core.data.series.stored import SUFFIX, Series, content_of, series
from tl_core.data.series.stored import load as load  # the way back
from tl_core.data.series.tables import ENDINGS, whole
from tl_core.data.series.times import on_grid
from tl_core.data.sizes import check_size
from tl_core.data.tables import Converter
from tl_core.data.written import write_whole

TABLES, LISTS = True, False  # classes come from folders, or from a table or a .ts file of many series
CONVERTER = Converter("tl_core.data.series.tables:convert", ENDINGS, alone=True)
LARGEST = 300_000_000  # bytes
LONGEST = 100_000  # moments kept
CHANNELS = 64


def read(item: dict) -> dict:
    """``{"path"}`` of a file, or ``{"series"}`` of a table, with ``"samples"`` and ``"thumbnails"`` (may be None) ->
    ``{"id", "file", "fresh", "traits", "remarks"}``.

    Writes the series and its picture into the two folders, named by the digest of what it holds. Raises ``Refused``
    (areas refusals, data).
    """
    told = item.get("series")
    if told is None:
        path = Path(item["path"])
        check_size(path, LARGEST)
        told = whole(path, item.get("columns") or {})["series"]
    found, remarks = _even(told)
    own = found.id
    content = content_of(found)
    fresh = write_whole(Path(item["samples"]) / f"{own}{SUFFIX}", content)
    if item["thumbnails"] is not None:
        write_whole(Path(item["thumbnails"]) / f"{own}.webp", picture(found))
    return {
        "id": own, "file": f"{own}{SUFFIX}", "fresh": fresh,
        "traits": {**_traits(found), "bytes": len(content)}, "remarks": remarks,
    }  # fmt: skip


def _even(told: dict[str, Any]) -> tuple[Series, list[dict[str, Any]]]:
    """The series on an even grid, without gaps at its ends, and remarks."""
    values = np.array(told["values"], dtype=np.float64)
    times = np.array(told["times"], dtype=np.int64)
    if values.size == 0 or not np.isfinite(values).any():
        raise Refused("refusals.series_empty")
    if len(values) > CHANNELS:
        raise Refused("refusals.series_wide", limit=CHANNELS)
    values[~np.isfinite(values)] = np.nan
    remarks: list[dict[str, Any]] = []
    if len(times):
        values, times, remarks = on_grid(values, times)
    there = np.flatnonzero(np.isfinite(values).any(axis=0))
    inner = slice(int(there[0]), int(there[-1]) + 1)
    values, times = values[:, inner], times[inner] if len(times) else times
    if values.shape[1] < LEAST:
        raise Refused("refusals.series_short", limit=LEAST)
    if values.shape[1] > LONGEST:
        remarks.append({"reason": "refusals.series_cut", "values": {"limit": LONGEST}})
        values, times = values[:, :LONGEST], times[:LONGEST]
    return series(values, told["channels"], times), remarks


def _traits(found: Series) -> dict[str, str | int | float]:
    gaps = int(np.isnan(found.values).sum())
    traits: dict[str, str | int | float] = {
        "moments": found.length,
        "series_channels": len(found.channels),
        "channel_names": ", ".join(found.channels),
        "gaps": round(gaps / found.values.size, 4),
    }
    return traits if found.step is None else {**traits, "step": round(found.step, 9)}
