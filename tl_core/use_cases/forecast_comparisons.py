"""Two forecastings side by side, on the series that both forecast from the same moments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tl_core.data.series.timeline import Timeline, load
from tl_core.domain.comparison import ForecastComparison
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ForecastPlan
from tl_core.evaluation.forecast_paired import gain, saved
from tl_core.evaluation.forecasts import scales
from tl_core.store.datasets import load_dataset
from tl_core.store.forecasts import Judged, read_report, read_said
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


class Side(NamedTuple):
    """What a forecasting said by the way that it recommends."""

    dataset: str  # version
    horizon: int
    season: int
    backs: list[int]  # steps before the end of each series that a moment lies, oldest first
    lines: dict[str, Timeline]
    said: dict[str, np.ndarray]  # (moment, step, level) of each series


class Pair(NamedTuple):
    moment: int  # of the first, by number
    series: str
    first: np.ndarray  # (step, level)
    second: np.ndarray
    truth: np.ndarray  # (step,)
    scale: float


def compare(run_id: str, other_id: str, subset: Judged) -> ForecastComparison:
    """``run_id`` beside ``other_id``, each by the way it recommends, whatever versions of the data they learned from.

    Raises InputFault: one was not judged, or they share no series at the same moment.
    """
    folders = [RunFolder.find(Home.default(), one) for one in (run_id, other_id)]
    try:
        changed = tuple((one.path / "evaluation" / f"{subset}.json").stat().st_mtime_ns for one in folders)
    except FileNotFoundError:
        raise InputFault("results.no_model") from None
    return _compare(folders[0].path, folders[1].path, subset, changed)


@lru_cache(maxsize=32)
def _compare(first: Path, second: Path, subset: Judged, changed: tuple[int, ...]) -> ForecastComparison:
    ours, theirs = (_side(RunFolder(path), subset) for path in (first, second))
    met = list(_met(ours, theirs))
    agreed = [pair for pair in met if pair is not None]
    found = [(pair, value) for pair, value in zip(agreed, _saved(agreed), strict=True) if np.isfinite(value)]
    if not found:
        raise InputFault("compare.no_moments")
    moments = sorted({pair.moment for pair, _ in found})
    each = [float(np.mean([value for pair, value in found if pair.moment == number])) for number in moments]
    steps, places = min(ours.horizon, theirs.horizon), [-ours.backs[number] for number in moments]
    return ForecastComparison(
        first=first.name, second=second.name, subset=subset, same_data=ours.dataset == theirs.dataset,
        gain=gain(np.array(each), places, steps, len(found)), horizon=steps, moments=len(moments),
        series=len({pair.series for pair, _ in found}), closer=sum(value > 0 for _, value in found),
        further=sum(value < 0 for _, value in found), changed=len(met) - len(agreed),
        apart=sum(len(one.said) * len(one.backs) - len(met) for one in (ours, theirs)),
    )  # fmt: skip


def _saved(pairs: list[Pair]) -> list[float]:
    if not pairs:
        return []
    said = [np.stack([pair.first for pair in pairs]), np.stack([pair.second for pair in pairs])]
    truth, scale = np.stack([pair.truth for pair in pairs]), np.array([pair.scale for pair in pairs])
    return saved(said[0], said[1], truth, scale).tolist()


def _side(folder: RunFolder, subset: Judged) -> Side:
    plan, report, said = folder.plan(), read_report(folder, subset), read_said(folder, subset)
    if not isinstance(plan, ForecastPlan):
        raise InputFault("results.not_a_training")
    if report is None or said is None or report.recommended not in said.ways:
        raise InputFault("results.no_model")
    dataset = load_dataset(folder.home, plan.project, plan.dataset)
    samples = folder.home.samples(plan.project)
    lines = {one.source: load(samples / one.file) for one in dataset.samples if one.file}
    told = np.asarray(said.quantiles[said.ways.index(report.recommended)], dtype=np.float64)
    return Side(
        plan.dataset, told.shape[2], report.season, said.backs, lines,
        {name: told[:, place] for place, name in enumerate(said.series)},
    )  # fmt: skip


def _met(ours: Side, theirs: Side) -> Iterator[Pair | None]:
    """Forecasts of one series from one moment; None where the two do not agree about what came."""
    steps, season = min(ours.horizon, theirs.horizon), min(ours.season, theirs.season)
    for name in ours.said:
        if name not in theirs.said:
            continue
        line, their_line = ours.lines[name], theirs.lines[name]
        scale, their_scale = (
            scales([a.values], b.backs, season)[:, 0] for a, b in ((line, ours), (their_line, theirs))
        )
        then = {_ahead(their_line, back, steps): number for number, back in enumerate(theirs.backs)}
        for number, back in enumerate(ours.backs):
            other = then.get(_ahead(line, back, steps))
            if other is None:
                continue
            came, said = _came(line, back, steps), ours.said[name][number, :steps]
            if not np.allclose(came, _came(their_line, theirs.backs[other], steps), equal_nan=True):
                yield None
                continue
            size = (scale[number] + their_scale[other]) / 2  # alike, unless the past is told otherwise by now
            yield Pair(number, name, said, theirs.said[name][other, :steps], came, float(size))


def _ahead(line: Timeline, back: int, steps: int) -> tuple[int, ...]:
    """The last moment known and those that are forecast from it."""
    last = len(line.values) - back - 1
    return tuple(line.times[last : last + 1 + steps].tolist())


def _came(line: Timeline, back: int, steps: int) -> np.ndarray:
    start = len(line.values) - back
    return line.values[start : start + steps]
