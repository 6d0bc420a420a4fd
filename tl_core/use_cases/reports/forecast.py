"""What a report says of a forecasting."""

from __future__ import annotations

from tl_core.bundle.forecaster_folder import is_forecaster, read_manifest
from tl_core.domain.fault import InputFault
from tl_core.domain.forecast import Competitor, ForecastReport, Judgement, Spread
from tl_core.domain.plan import ForecastPlan
from tl_core.domain.reporting import Block, Dot, Dots, Fact, Items, Line, Lines, Paragraph, Table
from tl_core.reporting import figures
from tl_core.reporting.figures import count, duration, metric, number, share
from tl_core.use_cases import forecasts
from tl_core.use_cases.reports import common
from tl_core.use_cases.reports.material import Material, Told
from tl_core.words import listed, pair, say

MOST_SERIES = 40  # whose errors stand in a table


def told(material: Material) -> Told:
    """Raises InputFault where nothing was judged yet."""
    plan = material.plan
    assert isinstance(plan, ForecastPlan)
    report = forecasts.report(material.run, "validation")
    if report is None:
        raise InputFault("report.nothing_judged")
    exam = forecasts.report(material.run, "test")
    judged = [report, *([exam] if exam else [])]
    latest = judged[-1]
    return Told(
        headline=_headline(latest),
        use=[say("report.forecast_use", count=plan.horizon), say("report.forecast_alike")],
        data=_data(material),
        split=[Items(items=[say("report.forecast_split", count=report.origins), say("report.forecast_split_exam")])],
        training=_training(plan, report),
        figures=[block for one in reversed(judged) for block in _figures(one)],
        limits=[say(f"report.forecast_limit_{name}") for name in ("past", "known", "bands", "few")],
        deciding=_bands(latest),
        exam=_exam(material, exam),
        transfer=_transfer(report),
        explaining=[Paragraph(text=say("report.forecast_explaining"))],
        failures=_failures(latest),
        weights=read_manifest(material.folder.bundle).sha256 if is_forecaster(material.folder.bundle) else "",
        parity=_parity(material),
    )


def way(name: Competitor, report: ForecastReport) -> str:
    """In words; without a season, the value a season before is the last one."""
    if name == "seasonal_naive" and report.season == 1:
        return say("forecast_page.way_last")
    if name == "mean":
        learned = say(f"forecast_page.mean_{report.learned}")
        return say("forecast_page.way_mean_of", learned=learned, classic=way(report.classic, report))
    return say(f"forecast_page.way_{name}")


def _judged(report: ForecastReport, name: Competitor) -> Judgement | None:
    return next((one for one in report.judgements if one.name == name), None)


def _best(report: ForecastReport) -> Judgement:
    return _judged(report, report.recommended) or report.judgements[0]


def _headline(report: ForecastReport) -> list[str]:
    best, naive = _best(report), _judged(report, "seasonal_naive")
    values = {"name": way(best.name, report), "figure": spread(best.mase), "count": report.origins}
    said = [say(f"report.forecast_headline_{report.subset}", **values)]
    if naive is not None and naive is not best:
        said.append(say("report.forecast_naive", figure=spread(naive.mase)))
    if report.few_origins:
        said.append(say("forecast_page.few_origins", count=report.origins))
    return said


def spread(one: Spread) -> str:
    """Mean and standard deviation over moments; of one moment alone, no spread is known."""
    if len(one.each) < 2:
        return number(one.mean)
    return figures.spread(one.mean, one.deviation)


def _data(material: Material) -> list[Block]:
    dataset = material.dataset
    remarks = dict.fromkeys(material.said(one.reason, one.values) for one in dataset.refusals if one.kept)
    known = [say("report.forecast_known", names=listed(dataset.known))] if dataset.known else []
    items = [say("report.forecast_series", count=len(dataset.samples)), *known, *remarks]
    return [Items(items=items)]


def _training(plan: ForecastPlan, report: ForecastReport) -> list[Fact]:
    facts = [
        Fact(name=say("report.made"), value=way(report.recommended, report)),
        Fact(name=say("report.recipe"), value=say(f"forecast_page.recipe_{plan.recipe}")),
        Fact(name=say("report.horizon"), value=say("report.steps", count=plan.horizon)),
        Fact(
            name=say("report.season"),
            value=say("report.steps", count=report.season) if report.season > 1 else say("forecast_page.season_none"),
        ),
        Fact(name=say("report.tuned_steps"), value=count(report.tuned_steps)),
        Fact(name=say("report.plan_seed"), value=str(plan.seed)),
    ]
    if plan.frozen_stages is not None:
        facts.append(Fact(name=say("report.frozen"), value=count(plan.frozen_stages)))
    return facts


def _figures(report: ForecastReport) -> list[Block]:
    """Every way beside the others, the recommended one first in looks."""
    dots = [_dot(one, report) for one in report.judgements]
    naive = _judged(report, "seasonal_naive")
    head = [say("forecast_page.column_way"), say("forecast_page.column_mase"), say("forecast_page.column_wql")]
    head += [say("forecast_page.column_in_80"), say("forecast_page.column_in_95"), say("forecast_page.column_seconds")]
    rows = [
        [
            way(one.name, report), spread(one.mase), spread(one.weighted_quantile_loss),
            *(share(one.coverage[asked].mean) if asked in one.coverage else "–" for asked in (80, 95)),
            duration(one.seconds),
        ]
        for one in report.judgements
    ]  # fmt: skip
    axis = say("forecast_page.axis_mase")
    chart = Dots(
        title=say(f"report.forecast_compared_{report.subset}"), about=pair(axis, common.dotted(dots)), axis=axis,
        dots=dots, mark=naive.mase.mean if naive else None,
        table=Table(title=say("report.all_figures"), head=head, rows=rows),
    )  # fmt: skip
    return [chart, Paragraph(text=say("report.forecast_spread"), tone="quiet")]


def _dot(one: Judgement, report: ForecastReport) -> Dot:
    mean, off = one.mase.mean, one.mase.deviation
    several = len(one.mase.each) > 1
    return Dot(
        label=way(one.name, report),
        value=mean,
        low=mean - off if several else None,
        high=mean + off if several else None,
        look="ours" if one.name == report.recommended else "other",
        said=spread(one.mase),
    )


def _bands(report: ForecastReport) -> list[Block]:
    """Whether the bands keep what they promise."""
    best = _best(report)
    rows = [
        [say("forecast_page.band", percent=asked), share(asked / 100), share(found.mean)]
        for asked, found in sorted(best.coverage.items())
    ]
    names = ("column_band", "column_asked", "column_found")
    head = [say(f"forecast_page.{name}") for name in names]
    widened = Paragraph(text=say("report.widened", times=number(best.widened)))
    return [Table(title=say("forecast_page.coverage_title"), head=head, rows=rows), widened]


def _exam(material: Material, exam: ForecastReport | None) -> list[Block]:
    if exam is None:
        first = say("report.forecast_exam_sealed")
    else:
        first = say("report.forecast_exam_open", figure=spread(_best(exam).mase), count=exam.origins)
    return [Paragraph(text=say("report.external_none")), Paragraph(text=first), common.openings(material)]


def _transfer(report: ForecastReport) -> list[Block]:
    before, after = _judged(report, "untuned"), _judged(report, "tuned")
    said: list[str] = []
    if before is not None and after is not None and report.tuned_steps:
        values = {"before": number(before.mase.mean), "after": number(after.mase.mean)}
        said.append(say("forecast_page.tuning_brought", count=report.tuned_steps, **values))
    elif before is not None:
        said.append(say("forecast_page.tuning_nothing" if after else "forecast_page.tuning_not_asked"))
    if report.forgotten is not None:
        said.append(say("report.forecast_forgotten", ratio=metric(report.forgotten.ratio)))
    else:
        said.append(say("report.not_measured"))
    return [Paragraph(text=text) for text in said]


def _failures(report: ForecastReport) -> list[Block]:
    """Where its errors lie: by step ahead, by series, and on which side."""
    best = _best(report)
    bias = "none" if abs(best.bias) < 0.05 else "low" if best.bias > 0 else "high"
    blocks: list[Block] = [Paragraph(text=say(f"forecast_page.bias_{bias}", size=number(abs(best.bias))))]
    if len(best.by_step) > 1:
        steps = [float(step) for step in range(1, len(best.by_step) + 1)]
        rows = [[count(int(step)), number(error)] for step, error in zip(steps, best.by_step, strict=True)]
        axis = [say("forecast_page.column_step"), say("forecast_page.column_mase")]
        line = Line(label=way(best.name, report), x=steps, y=best.by_step, look="ours")
        about = say(
            "forecast_page.by_step", first=number(best.by_step[0]), last=number(best.by_step[-1]), count=len(steps)
        )
        blocks.append(
            Lines(
                title=say("forecast_page.steps_title"), about=about, x_axis=say("forecast_page.axis_step"),
                y_axis=say("forecast_page.axis_mase"), lines=[line], y_span=(0, max(best.by_step)),
                table=Table(title=say("forecast_page.steps_title"), head=axis, rows=rows),
            )
        )  # fmt: skip
    series = sorted(best.by_series.items(), key=lambda each: (-each[1] if each[1] == each[1] else 0.0, each[0]))
    if len(series) > 1:
        rows = [[name, number(error) if error == error else "–"] for name, error in series[:MOST_SERIES]]
        head = [say("forecast_page.series"), say("forecast_page.column_mase")]
        blocks.append(Table(title=say("report.forecast_series_table"), head=head, rows=rows))
    return blocks


def _parity(material: Material) -> str:
    found = forecasts.parity(material.run)
    if found is None:
        return say("report.parity_none")
    return say("report.parity_passed" if found.passed else "report.parity_failed", count=found.series)
