"""What a comparison of forecasts means, in words. Pure."""

from __future__ import annotations

from pages._ui.forecast import wording
from pages._ui.sentences import figure, of_hundred
from pages._ui.words import joined, t
from tl_core.domain.comparison import ForecastComparison
from tl_core.domain.forecast import LEARNED, Competitor, ForecastReport, Judgement, Spread

_LIKE = 0.07  # how far a share inside a band may lie from the one asked for
_SMALL = 0.05  # a bias below this, in the scale of MASE, is none


def judged(report: ForecastReport, name: Competitor) -> Judgement | None:
    return next((one for one in report.judgements if one.name == name), None)


def headline(report: ForecastReport) -> str:
    """The way to take, how it compares with repeating the past, and how sure that is."""
    name = report.recommended
    best, naive = judged(report, name), judged(report, "seasonal_naive")
    if best is None or naive is None:
        return ""
    said = [t(f"forecast_page.best_{_kind(name)}", name=wording.way(name, report))]
    if name != "seasonal_naive":
        said.append(_against(best.mase, naive.mase, report))
    if report.few_origins:
        said.append(t("forecast_page.few_origins", count=report.origins))
    return joined(said)


def _kind(name: Competitor) -> str:
    if name == "seasonal_naive":
        return "naive"
    return name if name in LEARNED else "classic"


def _against(best: Spread, naive: Spread, report: ForecastReport) -> str:
    """By how much it misses less than the value a season before, and how often."""
    what = t("forecast_page.repeating_season" if report.season > 1 else "forecast_page.repeating_last")
    pairs = list(zip(best.each, naive.each, strict=True))
    wins = sum(ours < theirs for ours, theirs in pairs)
    if naive.mean <= 0 or best.mean >= naive.mean:
        return t("forecast_page.against_worse", what=what, wins=wins, count=len(pairs))
    less = max(1, round(100 * (1 - best.mean / naive.mean)))
    return t("forecast_page.against", less=less, what=what, wins=wins, count=len(pairs))


def learning(report: ForecastReport, scratch: Judgement | None) -> str:
    """What fine-tuning brought, and what it would be without the starting model, where that is known."""
    said = _tuning(report)
    before = judged(report, "untuned")
    if scratch is None or before is None:
        return joined((said, t("forecast_page.scratch_none")))
    values = {"value": figure(scratch.mase.mean), "untuned": figure(before.mase.mean)}
    return joined((said, t("forecast_page.scratch_told", **values)))


def _tuning(report: ForecastReport) -> str:
    if report.learned == "scratch":
        return ""
    before, after = judged(report, "untuned"), judged(report, "tuned")
    if before is None or after is None:
        return t("forecast_page.tuning_not_asked")
    if not report.tuned_steps:
        return t("forecast_page.tuning_nothing")
    values = {"before": figure(before.mase.mean), "after": figure(after.mase.mean)}
    return t("forecast_page.tuning_brought", count=report.tuned_steps, **values)


def beforehand(report: ForecastReport, names: list[str]) -> str:
    """Whether what is known beforehand was of use; empty where there is nothing of the kind."""
    if not names:
        return ""
    key = "known_used" if report.known_used else "known_unused"
    return t(f"forecast_page.{key}", names=wording.listed(names))


def covered(one: Judgement) -> str:
    """What the two bands are worth: how many of a hundred true values lie inside."""
    said = [t("forecast_page.covered", asked=asked, found=of_hundred(one.coverage[asked].mean)) for asked in (80, 95)]
    off = one.coverage[80].mean - 0.8
    key = "bands_fit" if abs(off) <= _LIKE else "bands_narrow" if off < 0 else "bands_wide"
    if abs(one.widened - 1) > _LIKE:
        said.append(t(f"forecast_page.{'widened' if one.widened > 1 else 'narrowed'}", times=figure(one.widened)))
    return joined([*said, t(f"forecast_page.{key}")])


def forgotten(report: ForecastReport) -> str:
    """What learning cost of the general ability; empty where nothing learned, or it was not measured."""
    if report.forgotten is None:
        return ""
    ratio = report.forgotten.ratio
    values = {"times": figure(ratio.value)}
    if ratio.low is None or ratio.high is None or ratio.low <= 1 <= ratio.high:
        return t("forecast_page.forgot_nothing", **values)
    key = "forgotten" if ratio.low > 1 else "learned_more"
    return t(f"forecast_page.{key}", **values, low=figure(ratio.low), high=figure(ratio.high))


def bias(one: Judgement) -> str:
    """Whether it forecasts too low or too high on the whole."""
    if abs(one.bias) < _SMALL:
        return t("forecast_page.bias_none")
    return t("forecast_page.bias_low" if one.bias > 0 else "forecast_page.bias_high", size=figure(abs(one.bias)))


def by_step(one: Judgement) -> str:
    """Whether it grows less sure the further it looks."""
    first, last = one.by_step[0], one.by_step[-1]
    if len(one.by_step) < 2:
        return ""
    return t("forecast_page.by_step", first=figure(first), last=figure(last), count=len(one.by_step))


def by_series(one: Judgement) -> str:
    """The hardest and the easiest series."""
    known = {name: value for name, value in one.by_series.items() if value == value}
    if len(known) < 2:
        return ""
    hard, easy = max(known, key=lambda name: known[name]), min(known, key=lambda name: known[name])
    values = {"hard": hard, "hard_error": figure(known[hard]), "easy": easy, "easy_error": figure(known[easy])}
    return t("forecast_page.by_series", **values)


def exam(report: ForecastReport) -> str:
    """The sealed exam's result."""
    best, naive = judged(report, report.recommended), judged(report, "seasonal_naive")
    if best is None or naive is None:
        return ""
    values = {"value": figure(best.mase.mean), "naive": figure(naive.mase.mean)}
    return t("forecast_page.exam_result", name=wording.way(best.name, report), count=report.origins, **values)


def spread(one: Spread) -> str:
    """ "0.71 ± 0.12"; of one moment alone, no spread is known."""
    return (
        t("forecast_page.spread", mean=figure(one.mean), deviation=figure(one.deviation))
        if len(one.each) > 1
        else (figure(one.mean))
    )


def compared(found: ForecastComparison) -> str:
    """ "Its error (MASE) is lower by 0.08, very likely 0.02 to 0.14: proven." """
    gain = found.gain
    way, side = ("closer", 1) if gain.value >= 0 else ("further", -1)
    size = figure(abs(gain.value))
    if gain.low is None or gain.high is None:
        return t(f"compare.{way}_few", size=size, count=found.moments)
    low, high = sorted((side * gain.low, side * gain.high))
    proven = t("compare.proven" if found.proven else "compare.not_proven")
    return t(f"compare.{way}", size=size, low=figure(low), high=figure(high), proven=proven)


def shared(found: ForecastComparison) -> str:
    """From which moments, how far ahead, and what was left out for it."""
    series, steps = t("report.forecast_series", count=found.series), t("report.steps", count=found.horizon)
    said = [t("compare.forecast_shared", count=found.moments, series=series, steps=steps)]
    if found.apart:
        said.append(t("compare.forecast_apart", count=found.apart))
    if found.changed:
        said.append(t("compare.forecast_changed", count=found.changed))
    return joined(said)
