"""A job: say what comes next. prepare -> compare -> train -> evaluate -> again -> bundle; the exam for it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from tl_core import backbones, modalities
from tl_core.backbones.families.fracast import forecaster as head_of
from tl_core.backbones.load import load, load_forecaster
from tl_core.bundle.forecaster import certify, load_weights, save_weights, write_forecaster
from tl_core.data.series.timeline import Timeline
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Notice, Phase, Progress, Recommended
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Ahead, Forgotten
from tl_core.domain.plan import ExamPlan, ForecastPlan
from tl_core.evaluation import forecast_forgetting
from tl_core.evaluation.forecast_spread import widened
from tl_core.evaluation.forecasts import at_levels, pasts
from tl_core.runs.environment import write_environment
from tl_core.runs.forecast import Forecasted, Part, Watch, forecast_run, restored
from tl_core.runs.forecast_ahead import ahead_of
from tl_core.runs.forecast_table import Table, table_of, timelines_of
from tl_core.runs.forecast_telling import Telling
from tl_core.store import runs
from tl_core.store.datasets import load_dataset
from tl_core.store.forecasts import TUNED, read_report, write_ahead, write_report, write_said
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks.forecast import Forecaster
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import choose_device
from tl_core.training.forecasting import Tuning

SCRATCH = Tuning(steps=240, learning_rate=1e-3, patience=6)
VERSIONS = 2  # of each kind of general series: more say the same, and each costs a long look back
LARGEST = 200_000  # steps to forecast, of all series together


@dataclass(frozen=True)
class Job:
    """What is to be forecast, and by what."""

    dataset: Dataset
    timelines: list[Timeline]
    table: Table
    forecaster: Forecaster  # the starting model, where it computes


def prepare(folder: RunFolder, plan: ForecastPlan, home: Home) -> Job:
    """The data and the starting model of ``plan``. Raises InputFault: they cannot work."""
    folder.append(Phase(name="prepare"))
    dataset = load_dataset(home, plan.project, plan.dataset)
    timelines = timelines_of(home, plan.project, dataset)
    if len(timelines) * plan.horizon > LARGEST:
        raise InputFault("forecast.too_much", series=len(timelines), horizon=plan.horizon, limit=LARGEST)
    forecaster = _forecaster(home, plan)
    write_environment(folder, plan, forecaster.device)
    assert dataset.frequency is not None
    return Job(dataset, timelines, table_of(timelines, dataset.frequency), forecaster)


def run(folder: RunFolder, plan: ForecastPlan, home: Home) -> dict[str, object]:
    """Do what ``plan`` says, resuming whatever an earlier child left; returns what the status should add.

    Raises InputFault (the data or the plan cannot work), Stopped (before there was anything to keep).
    """
    job, frozen = prepare(folder, plan, home), _frozen(home, plan)
    telling = Telling(folder, tuning_of(plan), job.forecaster.device)
    tuning = None if plan.recipe == "untuned" else telling.tuning
    scratch = None
    if plan.recipe == "scratch":
        scratch = random_forecaster(home, plan.backbone, plan.seed).to(job.forecaster.device)
    found = forecast_run(job.table, job.forecaster, plan.horizon, frozen, tuning, telling.watch(), scratch)
    if found.report.tuned_steps and not found.stopped:
        folder.append(Phase(name="mixes"))
        found.report = found.report.model_copy(update={"forgotten": what_was_forgotten(found)})
    _keep(folder, found)
    folder.append(Phase(name="bundle"))
    bundled = _bundle(folder, found, job.dataset, job.timelines)
    _tell_end(folder, plan, found, bundled)
    Checkpoints(folder.checkpoints).clear()
    return {"model": True, "state": "stopped" if found.stopped else "done"}


def tuning_of(plan: ForecastPlan) -> Tuning:
    """What the plan leaves open is the recipe's own choice: random weights learn for longer, and faster."""
    usual = SCRATCH if plan.recipe == "scratch" else Tuning()
    return replace(
        usual, steps=plan.steps or usual.steps, learning_rate=plan.learning_rate or usual.learning_rate, seed=plan.seed
    )


def what_was_forgotten(found: Forecasted) -> Forgotten:
    """By general series that neither model has been tuned on."""
    before, after = found.ways.untuned, found.ways.tuned
    assert before is not None
    assert after is not None
    reference = modalities.get("series").reference()
    chosen = [place for place, unit in enumerate(reference.units) if reference.units[:place].count(unit) < VERSIONS]
    series = [np.asarray(reference.raws[place].values[0], dtype=np.float64) for place in chosen]
    known = [one[: -forecast_forgetting.HORIZON] for one in series]
    told = [at_levels(one.quantiles(known, forecast_forgetting.HORIZON), one.spec.quantiles) for one in (before, after)]
    errors = [forecast_forgetting.errors(series, quantiles) for quantiles in told]
    return forecast_forgetting.forgotten(errors[0], errors[1], [reference.units[place] for place in chosen])


def open_exam(folder: RunFolder, plan: ExamPlan, home: Home, training: RunFolder, asked: ForecastPlan) -> None:
    """Judge every way of a forecasting on what it has never seen; reports go to its own folder.

    Raises InputFault (nothing to judge) before the opening is counted, and Stopped.
    """
    validation = read_report(training, "validation")
    if validation is None or not training.bundle.is_dir():
        raise InputFault("results.no_model")
    dataset = load_dataset(home, asked.project, asked.dataset)
    timelines = timelines_of(home, asked.project, dataset)
    untuned = _forecaster(home, asked)
    tuned = untuned.copy() if (training.path / TUNED).is_file() else None
    if tuned is not None:
        load_weights(tuned, training.path / TUNED)
    assert dataset.frequency is not None
    found = restored(table_of(timelines, dataset.frequency), validation, untuned, tuned)
    runs.open_once(folder, asked.project, plan.run)
    total = len(validation.judgements)
    folder.append(Phase(name="evaluate", total=total))
    watch = Watch(done=lambda count: folder.append(Progress(done=count, total=total)), stop=folder.stop_requested)
    report = found.exam(watch)
    _write_said(training, found, "test")
    write_report(training, report)


def _forecaster(home: Home, plan: ForecastPlan) -> Forecaster:
    found = Forecaster(load(home, plan.backbone), load_forecaster(home, plan.backbone))
    return found.to(choose_device(plan.device))


def random_forecaster(home: Home, name: str, seed: int) -> Forecaster:
    """The network of a starting model with random weights, drawn from ``seed``."""
    backbone = load(home, name, pretrained=False, seed=seed)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        head = head_of(backbone.card, backbone.architecture).eval()
    return Forecaster(backbone, head)


def _frozen(home: Home, plan: ForecastPlan) -> int:
    stages = len(backbones.card(home, plan.backbone).stages)
    frozen = 0 if plan.recipe == "scratch" else plan.frozen_stages or 0
    if frozen > stages:
        raise InputFault("training.bad_frozen", asked=frozen, stages=stages)
    return frozen


def _keep(folder: RunFolder, found: Forecasted) -> None:
    """What the exam and the pages ask for later."""
    if (found.report.tuned_steps or found.report.learned == "scratch") and found.ways.tuned is not None:
        save_weights(found.ways.tuned, folder.path / TUNED)
    _write_said(folder, found, "validation")
    write_report(folder, found.report)


def _write_said(folder: RunFolder, found: Forecasted, part: Part) -> None:
    backs = found.origins.validation if part == "validation" else found.origins.test
    ways = [one.name for one in found.report.judgements]
    write_said(folder, part, ways, backs, found.table.names, found.quantiles(part))


def _bundle(folder: RunFolder, found: Forecasted, dataset: Dataset, timelines: Sequence[Timeline]) -> bool:
    """Write what comes next and the way to it, and have a fresh process confirm that it forecasts the same."""
    assert dataset.frequency is not None
    way, values, known = found.report.recommended, found.table.values, found.table.known
    write_forecaster(folder.bundle, found.ways, found.report, dataset.frequency, len(dataset.known))
    try:
        measured = found.ahead()
        write_ahead(folder, ahead_of(way, timelines, dataset.frequency, measured))
    except InputFault as fault:  # what is known beforehand ends too early: proven on what came before the end
        write_ahead(folder, Ahead(way=way, levels=[], series=[], reason=fault.key, values=fault.values))
        values = pasts(values, found.ways.horizon)
        measured = widened(found.ways.ask(way, values, known), found.widened(way))
    return certify(folder.bundle, values, known, measured).passed


def _tell_end(folder: RunFolder, plan: ForecastPlan, found: Forecasted, bundled: bool) -> None:
    report = found.report
    scores = {one.name: one.mase.mean for one in report.judgements}
    if found.table.known and not report.known_used:
        folder.append(Notice(key="forecast.known_unused", well=True))
    if plan.recipe == "finetune" and not report.tuned_steps:
        folder.append(Notice(key="forecast.untuned_kept", well=True))
    if "arima" not in scores and not found.stopped:
        folder.append(Notice(key="forecast.no_arima", well=True))
    if not bundled:
        folder.append(Notice(key="forecast.parity_failed"))
    naive = scores["seasonal_naive"]
    folder.append(Recommended(way=report.recommended, mase=scores[report.recommended], naive=naive))
