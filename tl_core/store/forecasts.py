"""What a forecasting keeps in its folder: what every way said at every origin, and what it says comes next.

``evaluation/<subset>-forecasts.npy`` (way, origin, series, step, level) float32, and its names beside it as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tl_core.domain.forecast import Ahead, Competitor, ForecastReport
from tl_core.store.atomic import read_json, write_array, write_json
from tl_core.store.nouns import read_noun, remembered_noun
from tl_core.store.run_folder import RunFolder

if TYPE_CHECKING:
    import numpy as np

AHEAD = "ahead.json"
TUNED = "tuned.safetensors"  # the weights that "tuned" stands for, where any step of tuning helped

Judged = Literal["validation", "test"]


@dataclass(frozen=True)
class Said:
    """``quantiles`` (way, origin, series, step, level), read from the disk as it is asked for.

    ``backs``: steps before the end of each series that an origin lies, oldest first. ``series``: names.
    """

    ways: list[Competitor]
    backs: list[int]
    series: list[str]
    quantiles: np.ndarray


def write_said(
    folder: RunFolder,
    subset: Judged,
    ways: Sequence[Competitor],
    backs: Sequence[int],
    series: Sequence[str],
    quantiles: np.ndarray,
) -> None:
    """Raises InputFault ``store.disk_full``."""
    import numpy as np

    array, names = _files(folder, subset)
    write_array(array, np.asarray(quantiles, dtype=np.float32))
    write_json(names, {"ways": list(ways), "backs": list(backs), "series": list(series)})


def read_said(folder: RunFolder, subset: Judged) -> Said | None:
    """None while nothing was judged there."""
    import numpy as np

    array, names = _files(folder, subset)
    try:
        told = read_json(names)
        return Said(told["ways"], told["backs"], told["series"], np.load(array, mmap_mode="r", allow_pickle=False))
    except FileNotFoundError:
        return None


def write_report(folder: RunFolder, report: ForecastReport) -> None:
    write_json(folder.evaluation / f"{report.subset}.json", report)


def read_report(folder: RunFolder, subset: Judged) -> ForecastReport | None:
    """None while there is none: before it was judged, the exam sealed."""
    return remembered_noun(folder.path / "evaluation" / f"{subset}.json", ForecastReport)


def write_ahead(folder: RunFolder, ahead: Ahead) -> None:
    write_json(folder.path / AHEAD, ahead)


def read_ahead(folder: RunFolder) -> Ahead | None:
    return read_noun(folder.path / AHEAD, Ahead)


def _files(folder: RunFolder, subset: Judged) -> tuple[Path, Path]:
    return folder.evaluation / f"{subset}-forecasts.npy", folder.evaluation / f"{subset}-forecasts.json"
