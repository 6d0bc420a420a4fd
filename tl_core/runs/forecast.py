"""A whole forecasting: origins -> a quick look -> tuned -> classics -> what validation prefers; the exam when asked.

Over plain arrays, so that jobs, the command line and benchmarks ask the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy.stats import t

from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.forecast import Competitor, ForecastReport, Judgement
from tl_core.evaluation import forecast_spread as spread
from tl_core.evaluation import forecasts
from tl_core.evaluation.forecast_baselines import CLASSICS
from tl_core.evaluation.forecast_ways import Ways
from tl_core.evaluation.forecasts import LEAST_PAST, ORIGINS, Origins, best, judge, mase, pasts, scales, truths
from tl_core.evaluation.known import effect
from tl_core.evaluation.seasons import season_of
from tl_core.runs.forecast_table import Table
from tl_core.tasks.forecast import Forecaster
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.forecasting import Judged, Tuning, Windows, best_of, tune

MOST_LOOKED = 64  # series that validation is looked at by while tuning; evenly from all
CHANCE = 0.05  # that what learned is kept, and is no better than the starting model
MOST_ARIMA = 100  # fits of ARIMA: more series than this allows are judged without it

Part = Literal["validation", "test"]


@dataclass(frozen=True)
class Watch:
    """Who hears of a forecasting while it runs, and may end it; by default nobody."""

    phase: Callable[[str, int | None], None] = lambda name, total: None
    done: Callable[[int], None] = lambda count: None
    looked: Callable[[dict[Competitor, Judgement]], None] = lambda judgements: None  # before anything slow
    tuned: Callable[[Judged], None] = lambda judged: None
    stop: Callable[[], bool] = lambda: False
    checkpoints: Callable[[str], Checkpoints | None] = lambda part: None


@dataclass
class Forecasted:
    """A run's state: what it learned, what every way said, and what validation says of it."""

    table: Table
    ways: Ways
    origins: Origins
    report: ForecastReport
    judged: list[Judged] = field(default_factory=list)  # while tuning
    said: dict[tuple[Part, Competitor], np.ndarray] = field(default_factory=dict)  # (origin, series, step, level)
    told: dict[tuple[Part, Competitor], np.ndarray] = field(default_factory=dict)  # the same, widened
    took: dict[tuple[Part, Competitor], float] = field(default_factory=dict)  # seconds for one origin
    start: Forecaster | None = None  # what learning starts from
    stopped: bool = False  # before its end, with what it had

    def exam(self, watch: Watch = Watch()) -> ForecastReport:
        """Every way that validation judged, on the part at the end that nothing was learned from or chosen by."""
        names = [one.name for one in self.report.judgements]
        judgements = []
        for number, name in enumerate(names, start=1):
            if watch.stop():
                raise Stopped
            judgements.append(_judgement(self, name, "test"))
            watch.done(number)
        told = self.report.model_copy(
            update={"subset": "test", "origins": len(self.origins.test), "judgements": judgements}
        )
        return ForecastReport.model_validate(told.model_dump())

    def quantiles(self, part: Part) -> np.ndarray:
        """(way, origin, series, step, level), ways as in the report."""
        return np.stack([self.told[part, one.name] for one in self.report.judgements])

    def widened(self, name: Competitor) -> float:
        """By how much what ``name`` says is widened, by validation."""
        return next(one.widened for one in self.report.judgements if one.name == name)

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
        return spread.widened(_asked(self.ways, name, self.table, 0), self.widened(name))


def forecast_run(
    table: Table,
    forecaster: Forecaster,
    horizon: int,
    frozen: int,
    tuning: Tuning | None = Tuning(),  # noqa: B008 - frozen
    watch: Watch = Watch(),
    scratch: Forecaster | None = None,
) -> Forecasted:
    """Fine-tune ``forecaster`` (left as it is) on ``table`` with its first ``frozen`` stages as they are, and compare.

    ``tuning`` None: only compare. ``scratch``, the same network with random weights, learns instead where it is given.
    The number of steps is the one that validation likes best, none if the gain may be chance. A wish to stop ends it
    with what it has. Raises ``InputFault`` when the shortest series is too short for ``horizon`` or none ever moves,
    and ``Stopped`` before there is anything.
    """
    run, found = begin(table, forecaster, horizon, watch)
    run.start = scratch or forecaster
    if tuning is not None:
        learned: Competitor = "scratch" if scratch else "tuned"
        run.report = run.report.model_copy(update={"learned": learned})
        watch.phase("train", None)
        _tune(run, frozen, tuning, watch)
    _compare(run, found, watch)
    if tuning is not None and run.report.tuned_steps and not run.stopped:
        watch.phase("again", None)
        _learn_all(run, frozen, tuning, watch)
    return run


def begin(
    table: Table, forecaster: Forecaster, horizon: int, watch: Watch
) -> tuple[Forecasted, dict[Competitor, Judgement]]:
    """The origins, and on validation the starting model as it is and the value a season before.

    Raises ``InputFault`` and ``Stopped`` as ``forecast_run``.
    """
    run = _begun(table, forecaster, horizon)
    if not np.isfinite(scales(table.values, run.origins.validation, run.report.season)).any():
        raise InputFault("forecast.never_moves")
    watch.phase("compare", None)
    if table.known:
        run.ways = replace(run.ways, known_used=_known_helps(run))
    quick: tuple[Competitor, ...] = ("untuned", "seasonal_naive")
    found = {name: _judgement(run, name, "validation") for name in quick}
    if watch.stop():
        raise Stopped
    watch.looked(found)
    return run, found


def learned_by(
    begun: Forecasted, start: Forecaster, learned: Competitor, frozen: int, tuning: Tuning, watch: Watch
) -> tuple[Forecasted, Judgement]:
    """What a run that has ``begun`` so and tunes ``start`` comes to, and its figures on validation."""
    run = Forecasted(begun.table, begun.ways, begun.origins, begun.report.model_copy(update={"learned": learned}))
    run.start = start
    _tune(run, frozen, tuning, watch)
    return run, _judgement(run, learned, "validation")


def classics(begun: Forecasted, names: Sequence[Competitor], watch: Watch) -> dict[Competitor, Judgement]:
    """Figures of classic ways on validation, as far as there was no wish to stop."""
    found: dict[Competitor, Judgement] = {}
    watch.phase("evaluate", len(names))
    for number, name in enumerate(names, start=1):
        if watch.stop():
            break
        found[name] = _judgement(begun, name, "validation")
        watch.done(number)
    return found


def restored(table: Table, report: ForecastReport, untuned: Forecaster, tuned: Forecaster | None) -> Forecasted:
    """A run that has ended, by its validation ``report`` and what it learned; ``tuned`` None: nothing."""
    origins = _origins(table, untuned, report.horizon)
    ways = Ways(untuned, tuned or untuned, report.horizon, report.season, report.classic, report.known_used)
    return Forecasted(table, ways, origins, report)


def _begun(table: Table, forecaster: Forecaster, horizon: int) -> Forecasted:
    origins = _origins(table, forecaster, horizon)
    learned = pasts(table.values, origins.held)
    if table.known:  # what they add may hide a season
        learned = [one - effect(one, known, 1)[: len(one)] for one, known in zip(learned, table.known, strict=True)]
    season = season_of(learned, table.likely)
    empty = ForecastReport(
        subset="validation", horizon=horizon, season=season, origins=len(origins.validation),
        few_origins=len(origins.validation) < ORIGINS, judgements=[], known_used=False, tuned_steps=0,
        recommended="seasonal_naive", learned="untuned",
    )  # fmt: skip
    return Forecasted(table, Ways(forecaster, forecaster, horizon, season), origins, empty)


def _origins(table: Table, forecaster: Forecaster, horizon: int) -> Origins:
    least = max(LEAST_PAST, forecaster.spec.least)
    shortest = min(map(len, table.values), default=0)
    origins = forecasts.plan_origins(shortest, horizon, least)
    if origins is None:
        raise InputFault("forecast.too_short_for_horizon", horizon=horizon, least=least + 2 * horizon, known=shortest)
    return origins


def _compare(run: Forecasted, found: dict[Competitor, Judgement], watch: Watch) -> None:
    """Sets the report: every way on validation, cut short by a wish to stop."""
    learned = run.report.learned
    rest: list[Competitor] = [*([learned] if learned != "untuned" else []), *CLASSICS[1:]]
    if len(run.table.values) * (len(run.origins.validation) + len(run.origins.test)) > MOST_ARIMA:
        rest.remove("arima")
    watch.phase("evaluate", len(rest) + 1)
    for number, name in enumerate(rest, start=1):
        if name != learned and (run.stopped or watch.stop()):
            run.stopped = True
            continue
        found[name] = _judgement(run, name, "validation")
        watch.done(number)
    run.ways = replace(run.ways, classic=best({name: found[name] for name in CLASSICS if name in found}))
    found["mean"] = _judgement(run, "mean", "validation")
    watch.done(len(rest) + 1)
    order: list[Competitor] = ["untuned", "tuned", "scratch", *CLASSICS, "mean"]
    run.report = run.report.model_copy(
        update={
            "judgements": [found[name] for name in order if name in found],
            "recommended": best({name: found[name] for name in order if name in found}),
            "known_used": run.ways.known_used,
            "classic": run.ways.classic,
        }
    )


def _tune(run: Forecasted, frozen: int, tuning: Tuning, watch: Watch) -> None:
    """Sets ``tuned`` to what learned from the part before validation alone, and the report's steps."""
    backs, some = run.origins.validation, _some(run.table)
    truth, scale = truths(some.values, backs, run.ways.horizon), scales(some.values, backs, run.ways.season)

    def judged(forecaster: Forecaster) -> list[float]:
        ways = replace(run.ways, tuned=forecaster)
        return mase(np.stack([_asked(ways, "tuned", some, back) for back in backs]), truth, scale).tolist()

    assert run.start is not None
    tuned = run.start.copy()
    windows = _windows(run, run.origins.held, tuning)
    run.judged = tune(tuned, windows, frozen, tuning, judged, watch.tuned, watch.stop, watch.checkpoints("tune"))
    run.stopped = watch.stop()
    if run.report.learned == "scratch":
        run.ways = replace(run.ways, tuned=tuned)
    if not run.judged:
        return
    place = best_of(run.judged)
    gain = np.array(run.judged[0].each) - np.array(run.judged[place].each)
    if place and (run.report.learned == "scratch" or _beyond_chance(gain[np.isfinite(gain)])):
        run.ways = replace(run.ways, tuned=tuned)
        run.report = run.report.model_copy(update={"tuned_steps": run.judged[place].step})


def _beyond_chance(gain: np.ndarray) -> bool:
    """Whether its mean over origins (origin,) is above 0 by a t-test, one-sided; of one origin nobody can tell."""
    if len(gain) < 2:
        return False
    error = float(gain.std(ddof=1)) / np.sqrt(len(gain))
    return bool(gain.mean() > t.ppf(1 - CHANCE, len(gain) - 1) * error)


def _some(table: Table) -> Table:
    """Of many series some from everywhere."""
    count = len(table.values)
    chosen = np.unique(np.linspace(0, count - 1, min(MOST_LOOKED, count)).round().astype(int)).tolist()
    known = [table.known[k] for k in chosen] if table.known else []
    return replace(table, values=[table.values[k] for k in chosen], names=[table.names[k] for k in chosen], known=known)


def _learn_all(run: Forecasted, frozen: int, tuning: Tuning, watch: Watch) -> None:
    """The same number of steps again, on all but the test's part, as every classic learns from it too."""
    steps = run.report.tuned_steps
    assert run.start is not None
    tuned = run.start.copy()
    again = replace(tuning, steps=steps, judge_every=steps, patience=1, seed=tuning.seed + 1)
    order = iter((0.0, -1.0))  # what comes last is kept
    windows = _windows(run, run.origins.unseen, again)
    tune(tuned, windows, frozen, again, lambda forecaster: next(order), stop=watch.stop)
    run.stopped = watch.stop()
    if not run.stopped:
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


def _judgement(run: Forecasted, name: Competitor, part: Part) -> Judgement:
    """Keeps what was said; the mean of two is made of what those said before."""
    backs = run.origins.validation if part == "validation" else run.origins.test
    own = part, name
    if name == "mean":
        learned, classic = run.report.learned, run.ways.classic
        run.said[own] = (run.said[part, classic] + run.said[part, learned]) / 2
        run.took[own] = run.took[part, classic] + run.took[part, learned]
    else:
        began = time.perf_counter()
        run.said[own] = np.stack([_asked(run.ways, name, run.table, back) for back in backs])
        run.took[own] = (time.perf_counter() - began) / len(backs)
    truth, scale = _truth(run, backs)
    if part == "validation":
        stretches = (run.origins.held - run.origins.unseen) / run.ways.horizon
        run.told[own] = spread.left_out(run.said[own], truth, scale, stretches)
        factor = spread.factor(run.said[own], truth, scale, stretches)
    else:
        factor = run.widened(name)
        run.told[own] = spread.widened(run.said[own], factor)
    return judge(name, run.table.names, run.told[own], truth, scale, run.took[own], factor)


def _truth(run: Forecasted, backs: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """What came after each origin, and the scale of its errors."""
    values = run.table.values
    return truths(values, backs, run.ways.horizon), scales(values, backs, run.ways.season)


def _asked(ways: Ways, name: Competitor, table: Table, back: int) -> np.ndarray:
    """What ``name`` says comes after each series without its last ``back`` steps: (series, step, level)."""
    return ways.ask(name, pasts(table.values, back), table.known)
