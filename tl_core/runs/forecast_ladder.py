"""A freeze ladder of a forecasting: as it is, the forecast alone tuned, group after group thawed, from scratch.

Each rung is tuned on what comes before validation and judged at its origins, as a forecasting of that depth is. The
part of the test is neither learned from nor looked at.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tl_core.domain.card import learned
from tl_core.domain.event import Rung
from tl_core.domain.fault import Stopped
from tl_core.domain.forecast import Competitor, Judgement
from tl_core.domain.ladder import Ladder
from tl_core.domain.plan import ForecastPlan
from tl_core.domain.report import Energy, Metric
from tl_core.evaluation.forecast_baselines import CLASSICS
from tl_core.evaluation.ladder import recommend_forecast
from tl_core.evaluation.paired import mean_of
from tl_core.runs.forecast import Forecasted, begin, classics, learned_by
from tl_core.runs.forecast_telling import Telling
from tl_core.runs.forecasting import Job, prepare, random_forecaster, tuning_of, what_was_forgotten
from tl_core.store.atomic import write_array, write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import forget_peak, peak_memory
from tl_core.training.energy import Meter
from tl_core.training.recipes import forecast_rungs

WHOLE = Metric(value=1.0)  # ability of the starting model, as it is
QUICK: tuple[Competitor, ...] = ("smoothing", "theta")  # classics that need no search


@dataclass(frozen=True)
class _Climb:
    """What all rungs share."""

    folder: RunFolder
    home: Home
    job: Job
    begun: Forecasted
    todo: list[ForecastPlan]


def run(folder: RunFolder, base: ForecastPlan, home: Home, *, scratch: bool) -> dict[str, object]:
    """Try every rung that an earlier child has not told yet; returns what the status should add.

    Raises InputFault (the data or the plan cannot work) and Stopped (before there was a rung); a stop later on keeps
    the rungs so far.
    """
    job = prepare(folder, base, home)
    todo = forecast_rungs(base, job.forecaster.backbone.card, scratch=scratch)
    watch = Telling(folder, tuning_of(base), job.forecaster.device).watch()
    forget_peak(job.forecaster.device)
    with Meter(job.forecaster.device) as meter:
        begun, found = begin(job.table, job.forecaster, base.horizon, watch)
        spent = begun.took["validation", "untuned"] * len(begun.origins.validation), _whole(folder, meter)
    climb, stopped = _Climb(folder, home, job, begun, todo), False
    if _errors(folder, todo[0]) is None:
        _tell(climb, todo[0], found["untuned"], spent, peak_memory(job.forecaster.device))
    try:
        for asked in todo[1:]:
            if _errors(folder, asked) is None:
                _try(climb, asked)
    except Stopped:
        stopped = True
    found |= classics(begun, QUICK, watch)
    beside = {name: found[name].mase.mean for name in CLASSICS if name in found}
    _advise(climb, {name: value for name, value in beside.items() if np.isfinite(value)})
    if not stopped:
        Checkpoints(folder.checkpoints).clear()
    return {"state": "stopped" if stopped else "done", "model": False}


def _try(climb: _Climb, asked: ForecastPlan) -> None:
    """One rung, from the starting model as it was or from random weights. Raises Stopped."""
    gc.collect()
    start, scratch = climb.job.forecaster, asked.recipe == "scratch"
    if scratch:
        start = random_forecaster(climb.home, asked.backbone, asked.seed).to(start.device)
    way: Competitor = "scratch" if scratch else "tuned"
    tuning, name = tuning_of(asked), _name(asked)
    watch = Telling(climb.folder, tuning, start.device).watch()
    watch.phase("train", -(-tuning.steps // tuning.judge_every))
    forget_peak(start.device)
    with Meter(start.device) as meter:
        kept = replace(watch, checkpoints=lambda _: watch.checkpoints(name))
        found, judgement = learned_by(climb.begun, start, way, asked.frozen_stages or 0, tuning, kept)
        before = sum(look.seconds for look in climb.folder.view().epochs)  # an earlier child's, too
        spent = max(meter.seconds, before), _whole(climb.folder, meter)
    if found.stopped:
        raise Stopped
    memory, left = peak_memory(start.device), None if scratch else _kept(found)
    looks = -(-found.judged[-1].step // tuning.judge_every) if found.judged else 0
    _tell(climb, asked, judgement, spent, memory, looks, left)
    Checkpoints(climb.folder.checkpoints / name).clear()


def _whole(folder: RunFolder, meter: Meter) -> Energy | None:
    """What was used; None where a child before this one may have done a part of it."""
    return meter.spent() if folder.view().attempts == 1 else None


def _kept(found: Forecasted) -> Metric:
    """What is left of the starting model's ability: its error on general series before, over that after."""
    if not found.report.tuned_steps:  # nothing helped: it is the starting model
        return WHOLE
    ratio = what_was_forgotten(found).ratio
    ends = {"low": 1 / ratio.high, "high": 1 / ratio.low} if ratio.low and ratio.high else {}
    return ratio.model_copy(update={"value": 1 / ratio.value, **ends})


def _tell(
    climb: _Climb, asked: ForecastPlan, made: Judgement, spent: tuple[float, Energy | None], memory: int,
    looks: int | None = None, left: Metric | None = None,
) -> None:  # fmt: skip
    """Keep the rung's error at each origin, then tell it."""
    write_array(_file(climb.folder, asked), np.array(made.mase.each))
    figures = {"mase": made.mase, "weighted_quantile_loss": made.weighted_quantile_loss}
    known = {name: np.array([one for one in spread.each if np.isfinite(one)]) for name, spread in figures.items()}
    frozen, backbone = asked.frozen_stages or 0, climb.job.forecaster.backbone
    trained = learned(backbone.card.stages[frozen:]) + sum(p.numel() for p in climb.job.forecaster.head.parameters())
    climb.folder.append(
        Rung(
            frozen_stages=frozen, recipe=asked.recipe, of=len(climb.todo),
            metrics={f"validation/{name}": mean_of(each, asked.seed) for name, each in known.items() if len(each)},
            seconds=spent[0], memory=memory, energy=spent[1],
            trained_parameters=0 if asked.recipe == "untuned" else trained, epochs=looks,
            kept=left, original=WHOLE if left else None,
        )
    )  # fmt: skip


def _advise(climb: _Climb, beside: dict[Competitor, float]) -> None:
    """The recommendation, from the rungs there are."""
    told = {(rung.recipe, rung.frozen_stages): rung for rung in climb.folder.view().rungs}
    answered = [(told.get((plan.recipe, plan.frozen_stages or 0)), _errors(climb.folder, plan)) for plan in climb.todo]
    judged = [(rung, errors) for rung, errors in answered if rung and rung.metrics and errors is not None]
    advice = None
    if len(judged) > 1:
        advice = recommend_forecast([rung for rung, _ in judged], [errors for _, errors in judged], climb.todo[0].seed)
    found = Ladder(rungs=list(told.values()), advice=advice, beside=beside)
    write_json(climb.folder.evaluation / "ladder.json", found)


def _errors(folder: RunFolder, asked: ForecastPlan) -> np.ndarray | None:
    """MASE at each origin (origin,) of a rung that was told."""
    for rung in folder.view().rungs:
        if (rung.recipe, rung.frozen_stages) == (asked.recipe, asked.frozen_stages):
            return np.load(_file(folder, asked))
    return None


def _name(asked: ForecastPlan) -> str:
    return f"{asked.recipe}-{asked.frozen_stages}"


def _file(folder: RunFolder, asked: ForecastPlan) -> Path:
    return folder.path / "rungs" / f"{_name(asked)}.npy"
