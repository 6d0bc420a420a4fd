"""Hand-made forecasting: series, and runs in any state, written through the domain models, without a worker."""

from __future__ import annotations

import numpy as np

from tests.app import made
from tl_core.data.series.calendar import moments_after
from tl_core.data.series.timeline import Timeline, content_of, id_of, iso
from tl_core.domain.dataset import Dataset, Refusal, Sample
from tl_core.domain.event import Epoch, Event, Phase, Probed, Recommended, Rung, Started
from tl_core.domain.forecast import (
    Ahead,
    Competitor,
    Continued,
    ForecastParity,
    ForecastReport,
    Frequency,
    Judgement,
    Spread,
)
from tl_core.domain.ladder import Advice, Ladder, Versus
from tl_core.domain.plan import Columns, ExamPlan, ForecastPlan, LadderPlan, RungRecipe
from tl_core.domain.project import Project
from tl_core.domain.report import Metric
from tl_core.evaluation.forecasts import LEVELS, plan_origins
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset, save_dataset
from tl_core.store.forecasts import Judged, write_ahead, write_report, write_said
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import record_opening

MONTHS = Frequency(unit="month", count=1)
BEGIN = 631_152_000_000_000_000  # January 1990
WAYS: dict[Competitor, float] = {
    "tuned": 0.81, "mean": 0.84, "untuned": 1.1, "arima": 0.9, "smoothing": 0.95, "theta": 1.3, "seasonal_naive": 1.6,
    "scratch": 1.2,
}  # fmt: skip


def project(
    home: Home, names: tuple[str, ...] = ("north", "south"), length: int = 120, gaps: int = 2, known: int = 0
) -> Project:
    """Monthly series with a season; ``gaps`` of the first are missing, ``known`` steps beyond the end are told."""
    return bring(home, create_project(home, "Made of months", "forecasts"), names, length, gaps, known)


def bring(home: Home, of: Project, names: tuple[str, ...], length: int = 120, gaps: int = 0, known: int = 0) -> Project:
    """Its next data."""
    rng, samples = np.random.default_rng(0), []
    times = moments_after(BEGIN, MONTHS, np.arange(length + known))
    for number, name in enumerate(names):
        steps = np.arange(length)
        values = 100 * (number + 1) + steps + 20 * np.sin(steps * np.pi / 6) + rng.normal(0, 3, length)
        if number == 0 and gaps:
            values[20 : 20 + gaps] = np.nan
        holidays = np.tile(np.arange(length + known) % 12 == 11, (1 if known else 0, 1)).astype(float)
        one = Timeline(name, values, times, holidays, ("holidays",) if known else ())
        content = content_of(one)
        file = f"{id_of(content)}.npz"
        (home.samples(of.id) / file).write_bytes(content)
        samples.append(Sample(id=id_of(content), source=name, file=file))
    refusals = [Refusal(source="west", reason="forecast.too_short", values={"least": 16, "known": 3})]
    if gaps:
        told = {"source": names[0], "reason": "refusals.series_moments", "values": {"count": gaps}, "kept": True}
        refusals.append(Refusal.model_validate(told))
    columns = Columns(time="month", id="", values=list(names), known=["holidays"] if known else [], header=True)
    dataset = Dataset(
        id="", modality="series", task="forecast", classes=[], samples=samples, refusals=refusals,
        received=len(names) + 1, frequency=MONTHS, known=["holidays"] if known else [], columns=columns,
    )  # fmt: skip
    return set_dataset(home, of.id, save_dataset(home, of.id, dataset).id)


def plan(of: Project, **changes: object) -> ForecastPlan:
    values = {"project": of.id, "dataset": of.dataset, "backbone": "packaged:fracast-0", "horizon": 6}
    return ForecastPlan.model_validate(values | changes)


def going(looks: int, of: int = 8, best: int = 3) -> list[Event]:
    """A forecasting up to some look at validation: no better after ``best``; 0: never better than the start."""
    events: list[Event] = [
        Started(device="CPU, 2 cores"),
        Phase(name="prepare"),
        Phase(name="compare"),
        Probed(metrics={"validation/mase": Metric(value=1.1), "seasonal_naive/mase": Metric(value=1.6)}, seconds=2.6),
        Phase(name="train", total=of),
    ]
    for number in range(1, looks + 1):
        mase = 1.1 - 0.1 * min(number, best) + 0.02 * max(0, number - best)
        metrics = {"train/loss": 0.2 / number, "validation/mase": mase}
        events.append(
            Epoch(number=number, of=of, metrics=metrics, best=number <= best, seconds=8, rate=3.1, memory=2_500_000_000)
        )
    return events


def done(home: Home, of: Project, recommended: Competitor = "tuned", **changes: object) -> RunFolder:
    """A forecasting that came to its end, judged on validation, its bundle checked, what comes next said."""
    asked = plan(of, **changes)
    folder = made.run(home, asked)
    events = going(0 if asked.recipe == "untuned" else 5)
    told = Recommended(way=recommended, mase=WAYS[recommended], naive=WAYS["seasonal_naive"])
    made.tell(folder, [*events, Phase(name="evaluate"), told, Phase(name="bundle")])
    judge(folder, of, "validation", recommended)
    write_ahead(folder, ahead(home, of, asked.horizon, recommended))
    folder.bundle.mkdir(exist_ok=True)
    write_json(folder.bundle / "parity.json", ForecastParity(series=2, largest_difference=0.0))
    made.end(folder, "done")
    return folder


def climbed(count: int, stages: int = 6) -> list[Event]:
    """A ladder up to its ``count``-th rung: closer until four groups are frozen, then level, further from scratch."""
    asked: list[tuple[RungRecipe, int]] = [("untuned", stages), *(("finetune", n) for n in reversed(range(stages + 1)))]
    asked.append(("scratch", 0))
    events = going(0)[:-1]
    for recipe, frozen in asked[:count]:
        depth = stages - frozen + (recipe != "untuned")
        value = 1.3 if recipe == "scratch" else max(0.8, 1.1 - 0.1 * depth)
        if depth:
            events.append(Phase(name="train", total=8))
        metrics = {"mase": Metric(value=value, groups=5), "weighted_quantile_loss": Metric(value=value / 20, groups=5)}
        events.append(
            Rung(
                frozen_stages=frozen, recipe=recipe, of=len(asked), seconds=3.0 + 9 * depth, memory=900_000_000,
                metrics={f"validation/{name}": metric for name, metric in metrics.items()},
                trained_parameters=480_000 * depth, epochs=8 if depth else None,
                kept=Metric(value=1 - 0.05 * depth) if recipe == "finetune" else None,
                original=Metric(value=1.0) if recipe == "finetune" else None,
            )
        )  # fmt: skip
    return events


def ladder(home: Home, of: Project, count: int = 9, **changes: object) -> RunFolder:
    """Begun, and climbed so far."""
    folder = made.run(home, LadderPlan(base=plan(of, **changes)))
    made.tell(folder, climbed(count))
    return folder


def advised(folder: RunFolder, frozen: int = 4) -> None:
    """The ladder's last words: ``frozen`` groups are enough; a classic method is closer still."""
    everything = Versus(frozen_stages=0, recipe="finetune", gain=Metric(value=-0.02, groups=5), faster=1.8)
    scratch = Versus(frozen_stages=0, recipe="scratch", gain=Metric(value=0.5, groups=5), faster=2.2)
    advice = Advice(
        frozen_stages=frozen, recipe="finetune", reason="as_good", best=everything, everything=everything,
        scratch=scratch,
    )  # fmt: skip
    found = Ladder(rungs=folder.view().rungs, advice=advice, beside={"seasonal_naive": 1.6, "theta": 0.7})
    write_json(folder.evaluation / "ladder.json", found)


def judge(folder: RunFolder, of: Project, subset: Judged, recommended: Competitor = "tuned") -> ForecastReport:
    """Figures of every way, and what each said at each origin."""
    asked = folder.plan()
    assert isinstance(asked, ForecastPlan)
    dataset = load_dataset(folder.home, of.id, asked.dataset)
    names = [sample.source for sample in dataset.samples]
    origins = plan_origins(120, asked.horizon, 16)
    assert origins is not None
    backs = getattr(origins, subset)
    learned: Competitor = "scratch" if asked.recipe == "scratch" else "tuned"
    ways = [way for way in WAYS if way not in ("tuned", "scratch") or way == learned]
    judgements = [_judgement(way, WAYS[way], names, asked.horizon, len(backs)) for way in ways]
    report = ForecastReport(
        subset=subset, horizon=asked.horizon, season=12, origins=len(backs), few_origins=len(backs) < 5,
        judgements=judgements, known_used=bool(dataset.known), tuned_steps=30, recommended=recommended, classic="arima",
        learned=learned,
    )  # fmt: skip
    write_report(folder, report)
    middle = np.linspace(180, 200, asked.horizon)[None, None, None, :, None]
    width = np.array([(level - 0.5) * 40 for level in LEVELS])
    shape = (len(ways), len(backs), len(names), asked.horizon, len(LEVELS))
    write_said(folder, subset, ways, backs, names, np.broadcast_to(middle + width, shape))
    return report


def _judgement(way: Competitor, value: float, names: list[str], horizon: int, origins: int) -> Judgement:
    def spread(mean: float, deviation: float) -> Spread:
        each = [mean + deviation * (place - (origins - 1) / 2) for place in range(origins)]
        return Spread(mean=mean, deviation=deviation if origins > 1 else 0.0, each=each)

    return Judgement(
        name=way, mase=spread(value, 0.1), weighted_quantile_loss=spread(value / 20, 0.01),
        coverage={80: spread(0.6, 0.1), 95: spread(0.9, 0.05)},
        by_series={name: value + place / 10 for place, name in enumerate(names)},
        by_step=[value - 0.1 + 0.2 * step / max(1, horizon - 1) for step in range(horizon)], bias=0.2, seconds=0.4,
    )  # fmt: skip


def ahead(home: Home, of: Project, horizon: int, way: Competitor = "tuned") -> Ahead:
    """What comes after the end of every series."""
    dataset = load_dataset(home, of.id, str(of.dataset))
    times = iso(moments_after(BEGIN, MONTHS, np.arange(120, 120 + horizon)))
    rows = [[200.0 + step + 40 * (level - 0.5) for level in LEVELS] for step in range(horizon)]
    found = [Continued(name=sample.source, times=times, quantiles=rows) for sample in dataset.samples]
    return Ahead(way=way, levels=list(LEVELS), series=found)


def examined(home: Home, of: Project, folder: RunFolder) -> None:
    """The sealed exam was opened for this run."""
    job = made.run(home, ExamPlan(project=of.id, run=folder.id))
    made.tell(job, [Started(), Phase(name="predict", total=10)])
    judge(folder, of, "test")
    record_opening(home, of.id, folder.id)
    made.end(job, "done")
