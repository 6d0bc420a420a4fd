"""Forecasting as pages see it: data to go on with, ways to do so judged beside each other, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from tl_core import backbones
from tl_core.bundle.forecaster_folder import read_parity
from tl_core.data.series.calendar import seasons
from tl_core.data.series.timeline import Timeline, iso, load
from tl_core.domain.base import Noun
from tl_core.domain.card import SeriesInput
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Ahead, Competitor, Fan, ForecastParity, ForecastReport, Spread
from tl_core.domain.plan import Columns, ForecastPlan, PredictPlan
from tl_core.domain.run import State
from tl_core.evaluation.forecasts import LEAST_PAST, LEVELS, LONGEST, MIDDLE, pasts, plan_origins
from tl_core.evaluation.seasons import season_of
from tl_core.store import forecasts as kept
from tl_core.store.datasets import load_dataset
from tl_core.store.forecasts import Judged
from tl_core.store.home import Home
from tl_core.store.nouns import remembered_part
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import data, results
from tl_core.use_cases import runs as jobs
from tl_core.use_cases.tables import Row, csv_of

HORIZON = 12  # steps, where the series allow as many
INSPECT_SECONDS = 60  # CPU time


class SeriesTable(Noun):
    """How a table of series would be read; every part of ``columns`` can be changed and inspected again."""

    name: str  # of the file
    columns: Columns  # time, values, id, known and how cells are parted: filled in, guessed where nothing was asked
    header: list[str]
    rows: list[list[str]]  # the first ones, cells cut for showing
    sheets: list[str]  # of a workbook
    numeric: list[str]  # columns that could be values


class Limits(Noun):
    """How far ahead can be forecast and still be judged honestly."""

    shortest: int  # moments of the shortest series
    least: int  # moments that the past must have at the first origin
    longest: int  # steps at most; 0: the shortest series is too short for any
    season: int  # steps; 1: none

    def origins_at(self, horizon: int) -> int:
        """Moments from which a forecast of so many steps is judged, on validation and again in the exam."""
        planned = plan_origins(self.shortest, horizon, self.least)
        return len(planned.validation) if planned else 0


class History(Noun):
    """A series as it came. ``known`` may go on after its end: ``values`` are None there, as in gaps."""

    name: str
    times: list[str]  # ISO
    values: list[float | None]
    end: int  # how many of ``times`` lie up to the last value
    known: dict[str, list[float]]


class Forecasting(Noun):
    """A forecasting job in a list."""

    id: str
    plan: ForecastPlan
    title: str  # of its starting model
    state: State
    created: float
    started: float | None
    model: bool  # there is something to go on by
    way: Competitor | None = None  # recommended
    score: float | None = None  # its MASE on validation
    naive: float | None = None  # of the value a season before, there
    reason: str | None  # one sentence, when it failed


class Residual(Noun):
    """A true value less its forecast."""

    series: str
    origin: str  # ISO
    time: str  # ISO
    step: int  # from 1
    value: float  # in the unit of the series


def inspect_table(path: Path | str, columns: Columns | None = None) -> SeriesTable:
    """How the table in ``path`` (a file, or an upload's folder or zip) would be read. Raises InputFault."""
    how = "tl_core.data.series.forecast_table:inspect"
    return SeriesTable(**data.inspected(path, columns, how, INSPECT_SECONDS))


def default_plan(project_id: str) -> ForecastPlan:
    """What is sound when nobody chose anything. Raises InputFault without data, or where they are too short."""
    project = read_project(Home.default(), project_id)
    if project.dataset is None:
        raise InputFault("plans.no_data")
    found = limits(project_id)
    if not found.longest:
        raise InputFault("forecast.too_short", least=found.least + 2, known=found.shortest)
    return ForecastPlan(
        project=project.id, dataset=project.dataset, backbone=backbones.default(project.modality),
        horizon=min(HORIZON, found.longest),
    )  # fmt: skip


def limits(project_id: str) -> Limits:
    """Of the data in use. Raises InputFault without data."""
    home, project = Home.default(), read_project(Home.default(), project_id)
    if project.dataset is None:
        raise InputFault("data.no_data")
    spec = backbones.card(home, backbones.default(project.modality)).input
    least = max(LEAST_PAST, spec.least if isinstance(spec, SeriesInput) else 0)
    return _limits(home, project_id, project.dataset, least)


def series_names(project_id: str) -> list[str]:
    """In the order they came. Raises InputFault without data."""
    return [sample.source for sample in _data(project_id).samples]


def data_of(run_id: str) -> Dataset:
    """The data that a forecasting learned from, which may not be those in use. Raises InputFault: no such job."""
    return _run(run_id)[2]


def history(project_id: str, series: str | None = None, version: str | None = None) -> History:
    """The series of that name (None: the first), of a version of the data (None: the one in use).

    Raises InputFault: no data, no such series.
    """
    home = Home.default()
    dataset = load_dataset(home, project_id, version) if version else _data(project_id)
    one = _timeline(home, project_id, dataset, series)
    beyond = len(one.times) - len(one.values)
    return History(
        name=one.name,
        times=iso(one.times),
        values=[*_plain(one.values), *([None] * beyond)],
        end=len(one.values),
        known={name: row.tolist() for name, row in zip(one.known_names, one.known, strict=True)},
    )


def runs(project_id: str) -> list[Forecasting]:
    """A project's forecastings, newest first."""
    home, found = Home.default(), []
    for job in jobs.runs_of(project_id, "forecast"):
        if not isinstance(job.plan, ForecastPlan):
            continue
        told = job.recommended
        same = job.model_dump(include={"id", "state", "created", "started", "model", "reason"})
        chosen = {"way": told.way, "score": told.mase, "naive": told.naive} if told else {}
        title = backbones.title(home, job.plan.backbone)
        found.append(Forecasting.model_validate({"plan": job.plan, "title": title, **same, **chosen}))
    return found


def report(run_id: str, subset: Judged) -> ForecastReport | None:
    """Every way judged on one part; None while it is not (the exam sealed, say). Raises InputFault: no such job."""
    return kept.read_report(RunFolder.find(Home.default(), run_id), subset)


def error_of(run_id: str, subset: Judged) -> Spread | None:
    """MASE of the way that a forecasting recommends; None while it is not judged there."""
    return remembered_part(f"{Home.default().path}/runs/{run_id}/evaluation/{subset}.json", _error)


def _error(report: dict) -> Spread:
    told = ForecastReport.model_validate(report)
    return next(one.mase for one in told.judgements if one.name == told.recommended)


def fans(run_id: str, subset: Judged, series: str | None = None) -> list[Fan]:
    """What every way said about one series (None: the first) at each origin, oldest first, and what came.

    Empty while it is not judged. Raises InputFault: no such job, no such series.
    """
    folder, plan, dataset = _run(run_id)
    said = kept.read_said(folder, subset)
    if said is None:
        return []
    name = series or said.series[0]
    if name not in said.series:
        raise InputFault("forecast.no_such_series")
    place = said.series.index(name)
    one = _timeline(folder.home, plan.project, dataset, name)
    horizon, found = said.quantiles.shape[3], []
    for number, back in enumerate(said.backs):
        start = len(one.values) - back
        ahead = slice(start, start + horizon)
        found.append(
            Fan(
                series=name,
                origin=iso(one.times[start - 1 : start])[0],
                times=iso(one.times[ahead]),
                ways={way: said.quantiles[k, number, place].tolist() for k, way in enumerate(said.ways)},
                levels=list(LEVELS),
                truth=_plain(one.values[ahead]),
            )
        )
    return found


def residuals(run_id: str, subset: Judged, series: str | None = None, way: Competitor | None = None) -> list[Residual]:
    """True values less their forecasts, of one series (None: the first) by one way (None: the recommended one)."""
    told = report(run_id, subset)
    if told is None:
        return []
    way = way or told.recommended
    return [
        Residual(series=fan.series, origin=fan.origin, time=time, step=step, value=true - row[MIDDLE])
        for fan in fans(run_id, subset, series)
        if way in fan.ways
        for step, (time, true, row) in enumerate(zip(fan.times, fan.truth, fan.ways[way], strict=True), start=1)
        if true is not None
    ]


def ahead(job_id: str) -> Ahead | None:
    """What comes next: of a forecasting, or of a job that went on with newer data. None while it is not known."""
    return kept.read_ahead(RunFolder.find(Home.default(), job_id))


def ahead_csv(job_id: str) -> bytes:
    """The same as a table: a row a series and step. Raises InputFault while there is none."""
    found = ahead(job_id)
    if found is None or not found.series:
        raise InputFault("predict.not_ready")
    return csv_of(rows_of(found))


def rows_of(found: Ahead) -> list[Row]:
    """Its series' names, when, and each quantile."""
    return [
        {"series": one.name, "time": time, **{f"q{level:g}": v for level, v in zip(found.levels, row, strict=True)}}
        for one in found.series
        for time, row in zip(one.times, one.quantiles, strict=True)
    ]


def open_exam(run_id: str) -> str:
    """Open the sealed exam for a forecasting; returns the job's id. Raises InputFault."""
    return results.open_exam(run_id)


def go_on(run_id: str, path: Path | str, columns: Columns | None = None) -> str:
    """What comes after newer data, by what a forecasting learned; returns the job's id. Raises InputFault.

    ``columns`` None: those that the forecasting's own table was read by, where they are there.
    """
    folder, plan, _ = _run(run_id)
    if not folder.bundle.is_dir():
        raise InputFault("predict.no_model")
    return jobs.start(PredictPlan(project=plan.project, run=run_id, paths=[str(path)], columns=columns))


def parity(run_id: str) -> ForecastParity | None:
    """The certificate of what is taken along; None before there is one. Raises InputFault: no such job."""
    return read_parity(RunFolder.find(Home.default(), run_id).bundle)


def _run(run_id: str) -> tuple[RunFolder, ForecastPlan, Dataset]:
    folder = RunFolder.find(Home.default(), run_id)
    plan = folder.plan()
    if not isinstance(plan, ForecastPlan):
        raise InputFault("results.not_a_training")
    return folder, plan, load_dataset(folder.home, plan.project, plan.dataset)


def _data(project_id: str) -> Dataset:
    version = read_project(Home.default(), project_id).dataset
    if version is None:
        raise InputFault("data.no_data")
    return load_dataset(Home.default(), project_id, version)


def _timeline(home: Home, project_id: str, dataset: Dataset, series: str | None) -> Timeline:
    for sample in dataset.samples:
        if sample.file is not None and series in (None, sample.source):
            return _loaded(home.samples(project_id) / sample.file)
    raise InputFault("forecast.no_such_series")


@lru_cache(maxsize=32)
def _loaded(file: Path) -> Timeline:
    """Files are named by what they hold."""
    return load(file)


@lru_cache(maxsize=16)
def _limits(home: Home, project_id: str, version: str, least: int) -> Limits:
    """A version never changes."""
    dataset = load_dataset(home, project_id, version)
    values = [load(home.samples(project_id) / sample.file).values for sample in dataset.samples if sample.file]
    shortest = min(map(len, values), default=0)
    longest = max(0, min(LONGEST, (shortest - least) // 2))
    origins = plan_origins(shortest, min(HORIZON, longest), least) if longest else None
    seen = pasts(values, origins.held) if origins else values
    likely = seasons(dataset.frequency) if dataset.frequency else []
    return Limits(shortest=shortest, least=least, longest=longest, season=season_of(seen, likely))


def _plain(values: Sequence[float] | np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
