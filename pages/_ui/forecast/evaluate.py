"""How good forecasts are: every way judged from the same moments of the past, and the last part kept as an exam."""

from __future__ import annotations

import streamlit as st

from pages._ui import exam, findings, shell, tabled, trainings, views
from pages._ui.forecast import forecastings, judgement, lines, sentences, wording
from pages._ui.forecast.data import pace_of, pick
from pages._ui.forecast.forecastings import Forecasting
from pages._ui.runs import page as runs_page
from pages._ui.words import joined, t
from tl_core.domain.forecast import Competitor, Fan, ForecastReport, Frequency, Judgement
from tl_core.domain.project import Project
from tl_core.use_cases import checks, forecasts
from tl_core.use_cases.forecasts import History
from tl_core.use_cases.tables import Row

LOOKS = ("steps", "series", "residuals")
_BEFORE = 4  # times the horizon, at least, of the past that is drawn before a forecast


def show(project: Project) -> None:
    shell.current_dataset(project)
    among = forecastings.of_project(project)
    judged = [one for one in among if forecastings.report_of(one)]
    shown = trainings.named(judged or among)
    report = forecastings.report_of(shown) if shown else None
    if shown is None or report is None:
        trainings.nothing_to_judge(shown, t("forecast_page.empty_text"))
    shell.keep_run(shown.id)
    dataset = forecasts.data_of(shown.id)
    pace = pace_of(dataset)
    validated, examined = report, forecasts.report(shown.id, "test")
    head = st.container()
    with st.container(key="which", horizontal=True, vertical_alignment="bottom", gap="medium"):
        trainings.choose(judged, shown)
        runs_page.link(len(among))
        if examined is not None and exam.looked_at(shown.id, lambda part: t(f"forecast_page.subset_{part}")):
            report = examined
    with head:
        ahead = wording.span(report.horizon, pace)
        context = t(f"forecast_page.context_{report.subset}", count=report.origins, ahead=ahead)
        shell.page_head(t("evaluate_page.question"), context)
    findings.line(checks.findings_of(project.id, shown.plan.dataset) or [])
    shell.show_hint(sentences.headline(report))
    scratch = _from_scratch(shown, judged, report)
    known = sentences.judged(report, "scratch") or scratch
    said = [sentences.learning(report, known), sentences.forgotten(report), sentences.beforehand(report, dataset.known)]
    shell.quiet(joined(said))
    _overview(shown, report, scratch)
    st.space("small")
    way = _fans(shown, report, pace)
    st.space("small")
    waits = t("forecast_page.exam_text", count=validated.origins, ahead=ahead)
    exam.show(project, shown.id, waits=waits, result=sentences.exam(examined) if examined else "")
    st.space("medium")
    _closer(shown, report, way)
    st.space("medium")
    shell.link("use", t("evaluate_page.to_use"), icon=":material/arrow_forward:", run=shown.id)


def _from_scratch(shown: Forecasting, among: list[Forecasting], report: ForecastReport) -> Judgement | None:
    """What the same network reached without starting knowledge in the newest comparable run."""
    for one in among:
        same = (one.plan.dataset, one.plan.horizon) == (shown.plan.dataset, shown.plan.horizon)
        if same and one.id != shown.id and one.plan.recipe == "scratch":
            other = forecasts.report(one.id, report.subset)
            return sentences.judged(other, "scratch") if other else None
    return None


def _overview(shown: Forecasting, report: ForecastReport, scratch: Judgement | None) -> None:
    with st.container(key="pair-overview"):
        left, right = st.columns([11, 9], gap="large")
    with left:
        judgement.ways(report, scratch, key=f"{shown.id}-{report.subset}")
    with right:
        judgement.coverage(report, report.recommended)


def _fans(shown: Forecasting, report: ForecastReport, pace: Frequency) -> Competitor:
    """What one way said at one moment, upon what came; returns the way that is looked at."""
    shell.section(t("forecast_page.fans_title"), help=t("forecast_page.fans_help"))
    names = list(report.judgements[0].by_series)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="fan-choice"):
        series = pick(names, key=f"fan-series-{shown.id}")
        ways = [one.name for one in judgement.ordered(report)]
        way = st.selectbox(
            t("forecast_page.column_way"),
            ways,
            index=ways.index(report.recommended),
            format_func=lambda name: wording.way(name, report),
            key=f"fan-way-{shown.id}-{report.subset}",
            width=320,
        )
        fans = forecasts.fans(shown.id, report.subset, series)
        numbers = list(range(len(fans)))
        number = st.select_slider(
            t("forecast_page.origin"),
            numbers,
            value=numbers[-1] if numbers else None,
            format_func=lambda number: wording.moment(fans[number].origin, pace),
            key=f"fan-origin-{shown.id}-{report.subset}",
        ) if len(numbers) > 1 else 0  # fmt: skip
    if fans and way in fans[number].ways:
        _fan(shown, report, fans[number], way, pace)
    return way


def _fan(shown: Forecasting, report: ForecastReport, fan: Fan, way: Competitor, pace: Frequency) -> None:
    label = wording.way(way, report)
    past = before(forecasts.history(shown.plan.project, fan.series, shown.plan.dataset), fan.origin, report)
    band = lines.Band(fan.times, fan.ways[way], fan.levels, way, label, fan.truth)
    origin = wording.moment(fan.origin, pace)
    alt = t("forecast_page.fan_alt", name=label, series=fan.series, origin=origin, count=len(fan.times))
    middle = lines.middle_of(fan.levels)
    rows: list[Row] = [
        {
            t("forecast_page.column_time"): time,
            t("forecast_page.came"): "–" if true is None else tabled.Exact(wording.amount(true), true),
            label: tabled.Exact(wording.amount(row[middle]), row[middle]),
            t("forecast_page.column_low"): tabled.Exact(wording.amount(row[0]), row[0]),
            t("forecast_page.column_high"): tabled.Exact(wording.amount(row[-1]), row[-1]),
        }
        for time, true, row in zip(fan.times, fan.truth, fan.ways[way], strict=True)
    ]
    lines.fan(past, band, rows, key=f"fan-{shown.id}", alt=alt, title=t("forecast_page.fans_title"))


def before(history: History, origin: str, report: ForecastReport) -> History:
    """The end of a series up to ``origin``, long enough to see what a forecast goes on from."""
    end = history.times.index(origin) + 1 if origin in history.times else history.end
    start = max(0, end - max(_BEFORE * report.horizon, 3 * report.season, 60))
    cut = {"times": history.times[start:end], "values": history.values[start:end], "end": end - start, "known": {}}
    return history.model_copy(update=cut)


def _closer(shown: Forecasting, report: ForecastReport, way: Competitor) -> None:
    """Where the errors of the way that is looked at lie."""
    several = len(report.judgements[0].by_series) > 1
    looks = {name: t(f"forecast_page.{name}_title") for name in LOOKS if name != "series" or several}
    key = f"{shown.id}-{report.subset}"
    look = views.choose("look", looks, label=t("evaluate_page.look"))
    shell.quiet(t("forecast_page.looked_at", name=wording.way(way, report)))
    match look:
        case "series":
            judgement.series(report, way, key=key)
        case "residuals":
            _residuals(shown, report, way, key)
        case _:
            judgement.steps(report, way, key=key)


def _residuals(shown: Forecasting, report: ForecastReport, way: Competitor, key: str) -> None:
    series = pick(list(report.judgements[0].by_series), key=f"residual-series-{shown.id}")
    found = forecasts.residuals(shown.id, report.subset, series, way)
    if not found:
        st.text(t("forecast_page.residuals_none"))
        return
    one = sentences.judged(report, way)
    said = sentences.bias(one) if one else ""
    rows: list[Row] = [
        {
            t("forecast_page.origin"): each.origin,
            t("forecast_page.column_time"): each.time,
            t("forecast_page.column_step"): each.step,
            t("forecast_page.column_residual"): tabled.Exact(wording.amount(each.value), each.value),
        }
        for each in found
    ]
    lines.residuals(found, rows, key=f"residuals-{key}", said=said)
