"""How good are forecasts? Three well-known series, from five origins each, beside classic ways to forecast.

Figures are of the part at the end that nothing was learned from or chosen by.
"""

from __future__ import annotations

import importlib.util
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tl_core import backbones
from tl_core.backbones.fetch import fetch
from tl_core.backbones.load import load, load_forecaster
from tl_core.data.packages import fetch_package
from tl_core.data.series.calendar import seasons
from tl_core.data.series.forecast_table import read
from tl_core.domain.forecast import ForecastReport, Frequency
from tl_core.evaluation.forecasts import coverage, truths
from tl_core.runs.forecast import Forecasted, forecast_run
from tl_core.runs.forecast_table import Table
from tl_core.runs.forecasting import SCRATCH, random_forecaster
from tl_core.store.home import Home
from tl_core.tasks.forecast import Forecaster
from tl_core.training.forecasting import Tuning

AEON = ("aeon==1.6.0", "d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409")  # BSD-3
FROZEN = 0  # of six stages
RECOMMENDED, TUNED, WORSE, FIRST = 0.65, 0.85, 1.05, 2.0  # what must hold; FIRST: seconds, weights on disk


@dataclass(frozen=True)
class Work:
    """A series and how far to go on with it."""

    name: str
    horizon: int
    table: Callable[[Home], bytes]
    columns: dict[str, Any]


def _airline(home: Home) -> bytes:
    with zipfile.ZipFile(fetch_package(home, *AEON)) as wheel:
        return wheel.read("aeon/datasets/data/Airline/Airline.csv")


def _of_statsmodels(name: str) -> Callable[[Home], bytes]:
    """A table that lies in an installed package of ours, which is not imported."""

    def table(home: Home) -> bytes:
        spec = importlib.util.find_spec("statsmodels")
        assert spec is not None
        assert spec.submodule_search_locations is not None
        return Path(spec.submodule_search_locations[0], "datasets", name, f"{name}.csv").read_bytes()

    return table


WORKS = (
    Work("airline", 12, _airline, {}),
    Work("electrical equipment", 12, _of_statsmodels("elec_equip"), {}),
    Work("CO2", 52, _of_statsmodels("co2"), {}),
)


def measure(folder: Path, seeds: int, only: list[str]) -> Iterator[dict[str, Any]]:
    """A row a series and seed, one of the same network from scratch, then what must hold, over the fine-tuned ones."""
    home = Home.default()
    name = backbones.default("series")
    if not backbones.is_fetched(home, name):
        fetch(home, name, None)
    rows: list[dict[str, Any]] = []
    for work in WORKS:
        if only and work.name not in only:
            continue
        table = _table(work, home, folder)
        began = time.perf_counter()
        forecaster = Forecaster(load(home, name), load_forecaster(home, name))
        forecaster.quantiles(table.values, work.horizon)
        first = time.perf_counter() - began
        for seed in range(seeds):
            run = forecast_run(table, forecaster, work.horizon, FROZEN, Tuning(seed=seed))
            rows.append({**_row(work, seed, run, run.exam()), "first_forecast_seconds": round(first, 2)})
            yield rows[-1]
        scratch = random_forecaster(home, name, 0)
        run = forecast_run(table, forecaster, work.horizon, 0, SCRATCH, scratch=scratch)
        yield _row(work, 0, run, run.exam())
    yield _must_hold(rows)


def _table(work: Work, home: Home, folder: Path) -> Table:
    path, target = folder / "table.csv", folder / "series.jsonl"
    path.write_bytes(work.table(home))
    read({"path": str(path), "name": "table.csv", "columns": work.columns, "target": str(target)})
    [line] = [json.loads(text) for text in target.read_text("utf-8").splitlines()]
    values = np.array([np.nan if value is None else value for value in line["values"]])
    return Table([values], [work.name], tuple(seasons(Frequency.model_validate(line["frequency"]))))


def _row(work: Work, seed: int, run: Forecasted, exam: ForecastReport) -> dict[str, Any]:
    naive = next(one for one in exam.judgements if one.name == "seasonal_naive").mase.mean
    before = run.said  # as it was said, before any widening
    figures = {
        one.name: {
            "mase": _spread(one.mase.mean, one.mase.deviation),
            "beside_naive": round(one.mase.mean / naive, 3),
            "weighted_quantile_loss": round(one.weighted_quantile_loss.mean, 4),
            "inside_80": round(one.coverage[80].mean, 2),
            "inside_95": round(one.coverage[95].mean, 2),
            "widened": round(one.widened, 2),
            "inside_80_unwidened": _inside(run, before["test", one.name], 80),
            "inside_95_unwidened": _inside(run, before["test", one.name], 95),
            "seconds": round(one.seconds, 2),
        }
        for one in exam.judgements
    }
    validation = {one.name: round(one.mase.mean, 3) for one in run.report.judgements}
    return {
        "series": work.name,
        "horizon": work.horizon,
        "season": run.report.season,
        "seed": seed,
        "origins": exam.origins,
        "steps": run.report.tuned_steps,
        "recommended": run.report.recommended,
        "validation_mase": validation,
        "test": figures,
    }


def _inside(run: Forecasted, quantiles: np.ndarray, percent: int) -> float:
    truth = truths(run.table.values, run.origins.test, run.ways.horizon)
    return round(float(coverage(quantiles, truth, percent).mean()), 2)


def _spread(mean: float, deviation: float) -> str:
    return f"{mean:.3f} ({deviation:.3f})"


def _must_hold(rows: list[dict[str, Any]]) -> dict[str, Any]:
    def share(row: dict[str, Any], name: str) -> float:
        return row["test"][name]["beside_naive"]

    def middle(shares: list[float]) -> float:
        return round(float(np.exp(np.mean(np.log(shares)))), 3)

    recommended = middle([share(row, row["recommended"]) for row in rows])
    tuned = middle([share(row, "tuned") for row in rows])
    worst = round(max(share(row, "tuned") / share(row, "untuned") for row in rows), 3)
    slowest = max(row["first_forecast_seconds"] for row in rows)
    return {
        "recommended beside seasonal naive, geometric mean": recommended,
        "tuned beside seasonal naive, geometric mean": tuned,
        "tuned beside untuned, at worst": worst,
        "slowest first forecast, seconds": slowest,
        "holds": recommended <= RECOMMENDED and tuned <= TUNED and worst <= WORSE and slowest < FIRST,
    }
