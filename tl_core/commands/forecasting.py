"""``train --task forecast``: from a table with times to what comes next, every way to forecast beside each other."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tl_core import backbones
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import ForecastReport, Judgement
from tl_core.store.atomic import write_bytes
from tl_core.store.home import Home
from tl_core.use_cases.tables import Row, csv_of
from tl_core.words import say

if TYPE_CHECKING:
    import numpy as np

    from tl_core.runs.forecast_table import ReadTable

HORIZON = 12  # steps, when nobody chose
LONGEST = 1000


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--horizon", type=int, metavar="N")
    parser.add_argument("--known-columns", nargs="+", default=[], metavar="C")


def add_columns(parser: argparse.ArgumentParser) -> None:
    """Of a table that a forecaster goes on with."""
    parser.add_argument("--id-column", metavar="C")
    parser.add_argument("--time-column", metavar="C")
    parser.add_argument("--value-columns", nargs="+", default=[], metavar="C")
    parser.add_argument("--known-columns", nargs="+", default=[], metavar="C")


def is_forecaster(bundle: Path) -> bool:
    return (bundle / "forecaster.json").is_file()


def go_on(args: argparse.Namespace) -> dict[str, Any]:
    """``predict`` with a forecaster: what comes after each series of the table, as another table.

    Raises ``InputFault``, also for a table of another pace than the forecaster's.
    """
    from tl_core.bundle.forecaster import LoadedForecaster
    from tl_core.runs.forecast_table import read_table

    began = time.monotonic()
    loaded = LoadedForecaster(args.bundle)
    told = read_table(args.data.resolve(), _columns(args))
    if told.frequency != loaded.manifest.frequency:
        raise InputFault("forecast.not_its_pace")
    known = told.table.known
    if loaded.manifest.known and (not known or len(known[0]) != loaded.manifest.known):
        raise InputFault("forecast.known_missing", count=loaded.manifest.known)
    _write(args.out, told, loaded.ahead(told.table.values, known))
    return {
        "status": "done",
        "bundle": str(args.bundle),
        "out": str(args.out),
        "rows": loaded.manifest.horizon * len(told.table.names),
        "way": loaded.manifest.way,
        "refused": {name: say(key, **values) for name, (key, values) in told.refused.items()},
        "seconds": {"total": time.monotonic() - began},
    }


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Read, fine-tune, compare and forecast, in this process; with ``--out`` a folder of what is recommended, and its
    forecasts as a table. ``bundle`` is told only where a fresh process forecasts the same from it.

    Raises ``InputFault``.
    """
    horizon = HORIZON if args.horizon is None else args.horizon
    if args.modality != "series":
        raise InputFault("forecast.series_only")
    if not 1 <= horizon <= LONGEST:
        raise InputFault("forecast.bad_horizon", limit=LONGEST)
    if not args.data.is_file():
        raise InputFault("training.no_path", path=str(args.data))
    home, name = Home.default(), args.backbone or backbones.default("series")
    frozen = _frozen(args, len(backbones.card(home, name).stages))

    if args.out and not _may_hold(args.out):
        raise InputFault("training.out_in_use", path=str(args.out))

    from tl_core.backbones.load import load, load_forecaster
    from tl_core.bundle.forecaster import certify, write_forecaster
    from tl_core.runs.forecast import forecast_run
    from tl_core.runs.forecast_table import read_table
    from tl_core.tasks.forecast import Forecaster
    from tl_core.training.forecasting import Tuning

    began = time.monotonic()
    told = read_table(args.data.resolve(), _columns(args))
    prepared = time.monotonic()
    forecaster = Forecaster(load(home, name), load_forecaster(home, name))
    run = forecast_run(told.table, forecaster, horizon, frozen, Tuning(seed=args.seed))
    trained = time.monotonic()
    reports = [run.report, *([run.exam()] if args.exam else [])]
    ahead = _ahead(run)
    passed = None
    if args.out:
        known = len(told.table.known[0]) if told.table.known else 0
        write_forecaster(args.out, run.ways, run.report, told.frequency, known)
        if ahead is not None:
            passed = certify(args.out, told.table.values, told.table.known, ahead).passed
            _write(args.out / "forecasts.csv", told, ahead)
    return {
        "status": "done",
        "columns": told.columns,
        "frequency": told.frequency.model_dump(),
        "season": run.report.season,
        "horizon": horizon,
        "series": told.table.names,
        "refused": {name: say(key, **values) for name, (key, values) in told.refused.items()},
        "remarks": {name: [say(key, **values) for key, values in them] for name, them in told.remarks.items() if them},
        "known_used": run.report.known_used,
        "tuned_steps": run.report.tuned_steps,
        "recommended": run.report.recommended,
        "metrics": _figures(reports, run.report.recommended),
        "baselines": {one.name: _figures(reports, one.name) for one in run.report.judgements},
        "bundle": str(args.out.resolve()) if args.out and passed else None,
        "parity": passed,
        "forecasts": str(args.out.resolve() / "forecasts.csv") if args.out and ahead is not None else None,
        "seconds": {
            "prepare": prepared - began, "train": trained - prepared, "evaluate": time.monotonic() - trained,
            "total": time.monotonic() - began,
        },
    }  # fmt: skip


def tell(result: dict[str, Any]) -> str:
    """The end for people."""
    value = result["metrics"]["validation/mase"]["value"]
    return say("forecast.told", name=say(f"forecast.name_{result['recommended']}"), value=value)


def _columns(args: argparse.Namespace) -> dict[str, Any]:
    return {"time": args.time_column, "values": args.value_columns, "id": args.id_column, "known": args.known_columns}


def _may_hold(out: Path) -> bool:
    """Not there yet, empty, or holding a forecaster that will be replaced."""
    return not out.exists() or (out.is_dir() and (is_forecaster(out) or not any(out.iterdir())))


def _frozen(args: argparse.Namespace, stages: int) -> int:
    asked = args.frozen_stages
    if asked is None:
        return 0
    if asked != "all" and not (asked.isdigit() and int(asked) <= stages):
        raise InputFault("training.bad_frozen", asked=asked, stages=stages)
    return stages if asked == "all" else int(asked)


def _ahead(run: Any) -> np.ndarray | None:
    """None where what is known beforehand ends too early."""
    try:
        return run.ahead()
    except InputFault:
        return None


def _figures(reports: list[ForecastReport], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for report in reports:
        one = next(judgement for judgement in report.judgements if judgement.name == name)
        found |= {f"{report.subset}/{figure}": value for figure, value in _of(one).items()}
    return found


def _of(one: Judgement) -> dict[str, Any]:
    spreads = {"mase": one.mase, "weighted_quantile_loss": one.weighted_quantile_loss}
    spreads |= {f"coverage_{percent}": spread for percent, spread in one.coverage.items()}
    return {name: {"value": s.mean, "deviation": s.deviation, "origins": s.each} for name, s in spreads.items()}


def _write(out: Path, told: ReadTable, ahead: np.ndarray) -> None:
    """One row a series and step: its name, when, and each quantile."""
    import numpy as np

    from tl_core.data.series.calendar import moments_after
    from tl_core.evaluation.forecasts import LEVELS

    rows: list[Row] = []
    for name, end, steps in zip(told.table.names, told.ends, ahead, strict=True):
        moments = moments_after(end, told.frequency, np.arange(1, len(steps) + 1)).astype("datetime64[ns]")
        for moment, values in zip(moments.astype("datetime64[s]"), steps.tolist(), strict=True):
            quantiles = {f"q{level:g}": value for level, value in zip(LEVELS, values, strict=True)}
            rows.append({"series": name, "time": str(moment), **quantiles})
    write_bytes(out, csv_of(rows))
