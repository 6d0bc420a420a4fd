"""What a decision means, in words, for people who do not read charts. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import groupby

from pages._ui.sentences import of_hundred
from pages._ui.words import joined, number, share, t
from tl_core.domain.comparison import Comparison
from tl_core.domain.decision import Coverage, Decision, MissRule
from tl_core.domain.reliability import Bin, Reliability
from tl_core.domain.report import Metric
from tl_core.domain.screening import NetBenefit, Screening
from tl_core.use_cases.decisions import Calibrated

_ASKED = 0.8  # how sure an answer people picture is


def calibration(found: Calibrated, corrected: bool) -> str:
    """ "When it says 80 %, it is right in about 74 of 100." """
    near = _nearest(found.told)
    values = {"right": of_hundred(near.right.value), "interval": _hundred(near.right)}
    told = t("decide.comes_true", said=share(near.said), **values)
    if not corrected:
        return told
    network = _nearest(found.network)
    return joined((told, t("decide.was", said=share(network.said), right=of_hundred(network.right.value))))


def calibration_error(found: Calibrated, corrected: bool) -> str:
    told = t("decide.apart", points=_points(found.told.ece.value), interval=_likely(found.told.ece, _points))
    return joined((told, t("decide.apart_was", points=_points(found.network.ece.value)))) if corrected else told


def threshold(decided: Decision) -> str:
    """From when on the class to find is called, and what that promises."""
    cut, rule = decided.cut, decided.wishes.rule
    if cut.threshold is None:
        return t("decide.says_likeliest")
    told = t("decide.says_from", label=cut.positive, threshold=share(cut.threshold))
    if not isinstance(rule, MissRule):
        return told
    if cut.bound is None:
        return joined((told, t("decide.promise_unknown", label=cut.positive)))
    values = {"most": share(rule.most), "bound": share(cut.bound)}
    if cut.proven:
        return joined((told, t("decide.promise", **values)))
    return joined((told, t("decide.promise_short", label=cut.positive, count=needed(rule.most), **values)))


def needed(most: float) -> int:
    """So many samples of a class, none of them missed, prove that at most ``most`` are."""
    return math.ceil(math.log(0.05) / math.log(1 - most))


def people(found: Screening) -> str:
    """Of 1,000: found, missed, alarmed for nothing; and how often a call is right."""
    have = round(1000 * found.prevalence)
    told = [
        t("decide.thousand", count=have, label=found.positive),
        t("decide.thousand_found", found=_people(found.found), missed=_people(found.missed)),
        t("decide.thousand_alarms", alarms=_people(found.alarms), label=found.positive),
    ]
    if found.ppv is None:
        told.append(t("decide.never_called", label=found.positive))
    else:
        values = {"right": of_hundred(found.ppv.value), "interval": _hundred(found.ppv)}
        told.append(t("decide.calls_right", label=found.positive, **values))
    return joined(told)


def worth(found: NetBenefit) -> str:
    """Where acting on it is surely worth more than calling everybody or nobody: the widest stretch of thresholds."""
    better = [
        (model.value if model.low is None else model.low) > max(0.0, everybody)
        for model, everybody in zip(found.model, found.everybody, strict=True)
    ]
    stretches = [
        [at for at, _ in stretch]
        for so, stretch in groupby(zip(found.thresholds, better, strict=True), key=lambda pair: pair[1])
        if so
    ]
    if not stretches:
        return t("decide.worth_nowhere")
    widest = max(stretches, key=lambda stretch: stretch[-1] - stretch[0])
    return t("decide.worth_range", low=share(widest[0]), high=share(widest[-1]))


def trade(found: Coverage | None, plain: Coverage) -> str:
    """What "not sure" brings."""
    if found is None:
        return t("decide.too_few_sets")
    told = t("decide.answers", answered=of_hundred(found.answered.value), interval=_hundred(found.answered))
    if found.wrong is None or plain.wrong is None:
        return joined((told, t("decide.answers_none")))
    values = {"wrong": of_hundred(found.wrong.value), "interval": _hundred(found.wrong)}
    return joined((told, t("decide.answers_wrong", plain=of_hundred(plain.wrong.value), **values)))


def compared(found: Comparison) -> str:
    """ "Better by 3.1 points, very likely -0.4 to 6.5: not proven." """
    gain = found.gain
    way = "better" if gain.value >= 0 else "worse"
    points = _points(abs(gain.value))
    if gain.low is None or gain.high is None:
        return t(f"compare.{way}_few", points=points, count=gain.groups)
    side = 1 if gain.value >= 0 else -1
    low, high = sorted((side * gain.low, side * gain.high))
    proven = t("compare.proven" if found.proven else "compare.not_proven")
    return t(f"compare.{way}", points=points, low=_points(low), high=_points(high), proven=proven)


def _nearest(found: Reliability) -> Bin:
    return min(found.bins, key=lambda one: abs(one.said - _ASKED))


def _points(value: float) -> str:
    """0.031 -> "3.1"."""
    return number(100 * value, "z.1f").replace("-", "−")


def _likely(metric: Metric, said: Callable[[float], object]) -> str:
    """Between what a figure very likely lies, each end as ``said`` puts it; or why that cannot be told."""
    if metric.low is None or metric.high is None:
        return t("evaluate_page.too_few", count=metric.groups)
    return t("decide.very_likely", low=said(metric.low), high=said(metric.high))


def _hundred(metric: Metric) -> str:
    return _likely(metric, lambda share: round(100 * share))


def _people(metric: Metric) -> str:
    """ "44 (39 to 47)" of 1,000."""
    value = number(metric.value, ".0f")
    if metric.low is None or metric.high is None:
        return value
    low, high = number(metric.low, ".0f"), number(metric.high, ".0f")
    return f"{value} ({t('evaluate_page.interval', low=low, high=high)})"
