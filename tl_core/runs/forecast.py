"""A whole forecasting: origins -> untuned -> tuned -> classics -> what validation prefers; the exam when asked.

Over plain arrays, so that pages, the command line and benchmarks ask the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.forecast import Competitor, ForecastReport, Judgement
from tl_core.evaluation import forecasts
from tl_core.evaluation.forecast_baselines import CLASSICS
from tl_core.evaluation.forecast_ways import Ways
from tl_core.evaluation.forecasts import ORIGINS, Origins, best, judge, mase, pasts, scales, truths
from tl_core.evaluation.known import effect
from tl_core.evaluation.seasons import season_of
from tl_core.tasks.forecast import Forecaster
from tl_core.training.forecasting import Judged, Tuning, Windows, tune

LEAST_PAST = 16  # steps before the first origin
MOST_ARIMA = 100  # fits of ARIMA: more series than this allows are judged without it


@dataclass(frozen=True)
class Table:
    """Series to go on with.

    ``values`` (time,) of each, NaN for gaps; ``known`` (column, time and longer) of each, or none.
    ``likely``: seasons by the calendar, in steps (``data.series.calendar.seasons``).
    """

    values: list[np.ndarray]
    names: list[str]
    likely: tuple[int, ...] = ()
    known: list[np.ndarray] = field(default_factory=list)


@dataclass
class Forecasted:
    """A run's state: what it learned, and what validation says of it."""

    table: Table
    ways: Ways
    origins: Origins
    report: ForecastReport
    judged: list[Judged] = field(default_factory=list)  # while tuning

    def exam(self) -> ForecastReport:
        """Every way to forecast, judged on the part at the end that nothing was learned from or chosen by."""
        judgements = _judge_all(self, self.origins.test)
        told = self.report.model_copy(
            update={"subset": "test", "origins": len(self.origins.test), "judgements": list(judgements.values())}
        )
        return ForecastReport.model_validate(told.model_dump())

    def ahead(self, name: Competitor | None = None) -> np.ndarray:
        """What comes after the end of each series, (series, step, level), by ``name`` or what is recommended.

        Raises ``InputFault`` where what is known beforehand does not reach as far.
        """
        name = name or self.report.recommended
        horizon = self.ways.horizon
        if self.ways.known_used:
            for values, known in zip(self.table.values, self.table.known, strict=True):
                if known.shape[1] < len(values) + horizon:
                    raise InputFault("forecast.known_ends", steps=known.shape[1] - len(values), horizon=horizon)
        return _asked(self.ways, name, self.table, 0)


def forecast_run(
    table: Table,
    forecaster: Forecaster,
    horizon: int,
    frozen: int,
    tuning: Tuning = Tuning(),  # noqa: B008 - frozen
    tell: Callable[[Judged], None] = lambda judged: None,
    stop: Callable[[], bool] = lambda: False,
) -> Forecasted:
    """Fine-tune ``forecaster`` (left as it is) on ``table`` with its first ``frozen`` stages as they are, and compare.

    The number of steps is the one that validation likes best, none if the gain is not more than one standard error of
    the difference over origins. Raises ``InputFault`` when the shortest series is too short for ``horizon``, and
    ``Stopped``.
    """
    least = max(LEAST_PAST, forecaster.spec.least)
    shortest = min(map(len, table.values), default=0)
    origins = forecasts.plan_origins(shortest, horizon, least)
    if origins is None:
        raise InputFault("forecast.too_short_for_horizon", horizon=horizon, least=least + 2 * horizon, known=shortest)
    learned = pasts(table.values, origins.held)
    if table.known:  # what they add may hide a season
        learned = [one - effect(one, known, 1)[: len(one)] for one, known in zip(learned, table.known, strict=True)]
    season = season_of(learned, table.likely)
    empty = ForecastReport(
        subset="validation", horizon=horizon, season=season, origins=len(origins.validation),
        few_origins=len(origins.validation) < ORIGINS, judgements=[], known_used=False, tuned_steps=0,
        recommended="seasonal_naive",
    )  # fmt: skip
    run = Forecasted(table, Ways(forecaster, forecaster, horizon, season), origins, empty)
    if table.known:
        run.ways = replace(run.ways, known_used=_known_helps(run))
    _tune(run, frozen, tuning, tell, stop)
    judgements = _judge_all(run, origins.validation, stop)
    classic = best({name: judgements[name] for name in CLASSICS if name in judgements})
    run.ways = replace(run.ways, classic=classic)
    judgements["mean"] = _judgement(run, "mean", origins.validation)
    run.report = run.report.model_copy(
        update={
            "judgements": list(judgements.values()),
            "recommended": best(judgements),
            "known_used": run.ways.known_used,
        }
    )  # fmt: skip
    _learn_all(run, frozen, tuning, stop)
    return run


def _tune(
    run: Forecasted, frozen: int, tuning: Tuning, tell: Callable[[Judged], None], stop: Callable[[], bool]
) -> None:
    """Sets ``tuned`` to what learned from the part before validation alone, and the report's steps."""
    backs = run.origins.validation
    truth, scale = _truth(run, backs)
    each: list[np.ndarray] = []

    def judged(forecaster: Forecaster) -> float:
        ways = replace(run.ways, tuned=forecaster)
        found = np.stack([_asked(ways, "tuned", run.table, back) for back in backs])
        each.append(mase(found, truth, scale))
        return float(np.nanmean(each[-1]))

    assert run.ways.untuned is not None
    tuned = run.ways.untuned.copy()
    windows = _windows(run, run.origins.held, tuning)
    run.judged = tune(tuned, windows, frozen, tuning, judged, tell, stop)
    if stop():
        raise Stopped
    if not run.judged:
        return
    place = int(np.argmin([one.score for one in run.judged]))
    gain = each[0] - each[place]
    gain = gain[np.isfinite(gain)]
    error = float(gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else 0.0
    if place and gain.mean() > error:
        run.ways = replace(run.ways, tuned=tuned)
        run.report = run.report.model_copy(update={"tuned_steps": run.judged[place].step})


def _learn_all(run: Forecasted, frozen: int, tuning: Tuning, stop: Callable[[], bool]) -> None:
    """The same number of steps again, on all but the test's part, as every classic learns from it too."""
    steps = run.report.tuned_steps
    if not steps:
        return
    assert run.ways.untuned is not None
    tuned = run.ways.untuned.copy()
    again = replace(tuning, steps=steps, judge_every=steps, patience=1, seed=tuning.seed + 1)
    order = iter((0.0, -1.0))  # what comes last is kept
    tune(tuned, _windows(run, run.origins.unseen, again), frozen, again, lambda forecaster: next(order), stop=stop)
    if stop():
        raise Stopped
    run.ways = replace(run.ways, tuned=tuned)


def _windows(run: Forecasted, back: int, tuning: Tuning) -> Windows:
    """Of the series without their last ``back`` steps, and without what known columns add where they are used."""
    ends = pasts(run.table.values, back)
    if run.ways.known_used:
        known = zip(ends, run.table.known, strict=True)
        ends = [end - effect(end, row, run.ways.season)[: len(end)] for end, row in known]
    assert run.ways.untuned is not None
    spec = run.ways.untuned.spec
    return Windows(ends, min(run.ways.horizon, spec.horizon), max(LEAST_PAST, spec.least), tuning.seed)


def _known_helps(run: Forecasted) -> bool:
    """Whether both the starting model and the value a season before are less far off, together, with known columns."""
    backs = run.origins.validation
    truth, scale = _truth(run, backs)
    errors = []
    for used in (False, True):
        ways = replace(run.ways, known_used=used)
        names: tuple[Competitor, ...] = ("untuned", "seasonal_naive")
        answers = [np.stack([_asked(ways, name, run.table, back) for back in backs]) for name in names]
        errors.append(sum(float(np.nanmean(mase(answer, truth, scale))) for answer in answers))
    return errors[1] < errors[0]


def _judge_all(
    run: Forecasted, backs: tuple[int, ...], stop: Callable[[], bool] = lambda: False
) -> dict[Competitor, Judgement]:
    """By name; the mean of two only where the best classic is known."""
    found: dict[Competitor, Judgement] = {}
    names: list[Competitor] = ["untuned", "tuned", *CLASSICS, *(["mean"] if run.report.judgements else [])]  # type: ignore[list-item]
    fits = len(run.table.values) * (len(run.origins.validation) + len(run.origins.test))
    for name in names:
        if stop():
            raise Stopped
        if name == "arima" and fits > MOST_ARIMA:
            continue
        found[name] = _judgement(run, name, backs)
    return found


def _judgement(run: Forecasted, name: Competitor, backs: tuple[int, ...]) -> Judgement:
    began = time.perf_counter()
    quantiles = np.stack([_asked(run.ways, name, run.table, back) for back in backs])
    seconds = (time.perf_counter() - began) / len(backs)
    truth, scale = _truth(run, backs)
    return judge(name, run.table.names, quantiles, truth, scale, seconds)


def _truth(run: Forecasted, backs: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """What came after each origin, and the scale of its errors."""
    values = run.table.values
    return truths(values, backs, run.ways.horizon), scales(values, backs, run.ways.season)


def _asked(ways: Ways, name: Competitor, table: Table, back: int) -> np.ndarray:
    """What ``name`` says comes after each series without its last ``back`` steps: (series, step, level)."""
    return ways.ask(name, pasts(table.values, back), table.known)
