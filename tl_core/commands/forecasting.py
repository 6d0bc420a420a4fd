"""``train --task forecast``: from a table with times to what comes next, every way to forecast beside each other."""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path
from typing import Any

from tl_core import backbones
from tl_core.bundle.forecaster_folder import MANIFEST, read_manifest, read_parity
from tl_core.bundle.forecaster_folder import is_forecaster as is_forecaster  # verbs ask here
from tl_core.commands import training_arguments as training
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import ForecastReport, Judgement
from tl_core.domain.plan import Columns, ExamPlan, ForecastPlan, ForecastRecipe, Recipe
from tl_core.domain.run import RunView, Status
from tl_core.evaluation.forecasts import LONGEST
from tl_core.store.atomic import write_bytes
from tl_core.store.datasets import load_dataset
from tl_core.store.forecasts import Judged, read_ahead, read_report
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases.forecasts import HORIZON, rows_of
from tl_core.use_cases.tables import csv_of
from tl_core.words import say

FORECASTS = "forecasts.csv"
RECIPES: dict[Recipe, ForecastRecipe] = {"probe": "untuned", "finetune": "finetune", "scratch": "scratch"}
PHASES = {"prepare": ("prepare",), "train": ("compare", "train", "again"), "evaluate": ("evaluate", "bundle")}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--horizon", type=int, metavar="N")
    parser.add_argument("--known-columns", nargs="+", default=[], metavar="C")


def add_columns(parser: argparse.ArgumentParser) -> None:
    """Of a table that a forecaster goes on with."""
    parser.add_argument("--id-column", metavar="C")
    parser.add_argument("--time-column", metavar="C")
    parser.add_argument("--value-columns", nargs="+", default=[], metavar="C")
    parser.add_argument("--known-columns", nargs="+", default=[], metavar="C")


def go_on(args: argparse.Namespace) -> dict[str, Any]:
    """``predict`` with a forecaster: what comes after each series of the table, as another table.

    Raises ``InputFault``, also for a table of another pace than the forecaster's.
    """
    from tl_core.runs.forecast_ahead import go_on

    began = time.monotonic()
    manifest = read_manifest(args.bundle)
    with tempfile.TemporaryDirectory(prefix="thaw-") as work:
        found, _ = go_on(args.bundle, [str(args.data.resolve())], _columns(args), Path(work))
    write_bytes(args.out, csv_of(rows_of(found)))
    return {
        "status": "done",
        "bundle": str(args.bundle),
        "out": str(args.out),
        "rows": manifest.horizon * len(found.series),
        "way": found.way,
        "refused": {one.series: say(one.reason, **one.values) for one in found.refused},
        "seconds": {"total": time.monotonic() - began},
    }


def perform(args: argparse.Namespace) -> dict[str, Any]:
    """Intake, forecasting and, with ``--exam``, the sealed exam; the same jobs that the pages start.

    With ``--out`` a folder of what is recommended, and its forecasts as a table. ``bundle`` is told only where a fresh
    process forecasts the same from it. Raises ``InputFault``.
    """
    check(args)
    home = Home.default()
    card = backbones.card(home, args.backbone or backbones.default("series"))
    frozen = training.frozen(args.frozen_stages, len(card.stages)) or 0
    training.check_out(args.out, MANIFEST)

    project = training.create_project_of(home, args)
    taken, status = training.take_in(home, args, project)
    ended = [status]
    if status.state == "stopped":
        return {"status": "stopped", "run": taken.id, "folder": str(taken.path)}
    plan = plan_of(args, taken).model_copy(update={"frozen_stages": frozen, "recipe": RECIPES[args.recipe]})
    folder, status = training.do(home, plan, _looks)
    ended.append(status)
    if args.exam and status.state == "done":
        ended.append(training.do(home, ExamPlan(project=project.id, run=folder.id))[1])
    bundle = _deliver(folder, args.out) if args.out and status.model else None
    return _result(load_dataset(home, project.id, plan.dataset), folder, bundle, status, ended)


def check(args: argparse.Namespace) -> None:
    """What can be known to be wrong before any work. Raises InputFault."""
    if args.modality != "series":
        raise InputFault("forecast.series_only")
    if not 1 <= _horizon(args) <= LONGEST:
        raise InputFault("forecast.bad_horizon", limit=LONGEST)
    training.check(args)


def plan_of(args: argparse.Namespace, taken: RunFolder) -> ForecastPlan:
    """What the arguments choose, of the data that ``taken`` brought in; how it learns is the caller's."""
    return ForecastPlan(
        project=str(taken.plan().project), dataset=str(taken.view().result["dataset"]), horizon=_horizon(args),
        backbone=args.backbone or backbones.default("series"), seed=args.seed, device=args.device,
    )  # fmt: skip


def _horizon(args: argparse.Namespace) -> int:
    return HORIZON if args.horizon is None else args.horizon


def _result(
    dataset: Dataset, folder: RunFolder, bundle: Path | None, status: Status, ended: list[Status]
) -> dict[str, Any]:
    plan = folder.plan()
    assert isinstance(plan, ForecastPlan)
    parts: tuple[Judged, ...] = ("validation", "test")
    reports = [report for part in parts if (report := read_report(folder, part)) is not None]
    if not reports:
        return {"status": status.state, "run": folder.id, "folder": str(folder.path)}
    certificate = read_parity(folder.bundle)
    passed = certificate.passed if certificate and bundle else None
    table = bundle / FORECASTS if bundle else None
    report, columns = reports[0], dataset.columns
    assert columns is not None
    assert dataset.frequency is not None
    spent = [job.seconds for job in ended]
    seconds = {name: sum(s.get(part, 0.0) for s in spent for part in parts_) for name, parts_ in PHASES.items()}
    seconds["prepare"] += spent[0].get("total", 0.0)
    return {
        "status": status.state,
        "run": folder.id,
        "folder": str(folder.path),
        "columns": {**columns.model_dump(include={"time", "values", "known"}), "id": columns.id or None},
        "frequency": dataset.frequency.model_dump(),
        "season": report.season,
        "horizon": report.horizon,
        "series": [sample.source for sample in dataset.samples],
        "refused": {one.source: one.why for one in dataset.refusals if not one.kept},
        "remarks": _remarks(dataset),
        "known_used": report.known_used,
        "tuned_steps": report.tuned_steps,
        "recommended": report.recommended,
        "forgotten": report.forgotten.model_dump() if report.forgotten else None,
        "metrics": _figures(reports, report.recommended),
        "baselines": {one.name: _figures(reports, one.name) for one in report.judgements},
        "bundle": str(bundle) if bundle and passed else None,
        "parity": passed,
        "forecasts": str(table) if table and table.is_file() else None,
        "seconds": {**seconds, "total": sum(s.get("total", 0.0) for s in spent)},
    }


def _looks(seen: RunView) -> list[str]:
    """One line a look at validation."""
    return [
        say("forecast.told_look", number=one.number, of=one.of, value=one.metrics["validation/mase"])
        for one in seen.epochs
    ]


def _remarks(dataset: Dataset) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in dataset.refusals:
        if one.kept:
            found.setdefault(one.source, []).append(say(one.reason, **one.values))
    return found


def _deliver(folder: RunFolder, out: Path) -> Path:
    """The bundle, and beside it what comes next."""
    delivered, ahead = training.deliver(folder, out), read_ahead(folder)
    if ahead is not None and ahead.series:
        write_bytes(delivered / FORECASTS, csv_of(rows_of(ahead)))
    return delivered


def tell(result: dict[str, Any]) -> str:
    """The end for people."""
    value = result["metrics"]["validation/mase"]["value"]
    return say("forecast.told", name=say(f"forecast.name_{result['recommended']}"), value=value)


def _columns(args: argparse.Namespace) -> Columns:
    return Columns(time=args.time_column, values=args.value_columns, id=args.id_column, known=args.known_columns)


def _figures(reports: list[ForecastReport], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for report in reports:
        one = next(judgement for judgement in report.judgements if judgement.name == name)
        found |= {f"{report.subset}/{figure}": value for figure, value in _of(one).items()}
    return found


def _of(one: Judgement) -> dict[str, Any]:
    spreads = {"mase": one.mase, "weighted_quantile_loss": one.weighted_quantile_loss}
    spreads |= {f"coverage_{percent}": spread for percent, spread in one.coverage.items()}
    return {
        name: {"value": _known(s.mean), "deviation": s.deviation, "origins": [_known(one) for one in s.each]}
        for name, s in spreads.items()
    }


def _known(value: float) -> float | None:
    """JSON for others knows no NaN."""
    return value if math.isfinite(value) else None
