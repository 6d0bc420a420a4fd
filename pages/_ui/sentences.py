"""What figures mean, in words: sentences made from a report's numbers, for people who do not read charts. Pure."""

from __future__ import annotations

from fractions import Fraction

from pages._ui.words import duration, joined, number, t
from tl_core.domain.report import Candidate, ClassReport, Curve, Metric, Report
from tl_core.domain.run import RunView

_PARTS = (2, 3, 4, 5, 10, 20)  # denominators people can picture
_NEAR = 0.031  # how far the pictured share may lie from the true one


def figure(value: float) -> str:
    """Two decimals at most, and a minus that is one."""
    return number(value, "z.2f").replace("-", "−")


def interval(metric: Metric) -> str:
    """ "0.74 to 0.84", or why there is none."""
    if metric.low is None or metric.high is None:
        return t("evaluate_page.too_few", count=metric.groups)
    return t("evaluate_page.interval", low=figure(metric.low), high=figure(metric.high))


def ratio(value: float) -> str:
    """0.79 -> "about 4 of 5"; a share that is not whole never reads as all or none."""
    if value >= 1:
        return t("evaluate_page.ratio_all")
    if value <= 0:
        return t("evaluate_page.ratio_none")
    for whole in _PARTS:
        part = round(value * whole)
        if 0 < part < whole and abs(part / whole - value) <= _NEAR and Fraction(part, whole).denominator == whole:
            return t("evaluate_page.ratio", part=part, whole=whole)
    return t("evaluate_page.ratio", part=min(99, max(1, round(100 * value))), whole=100)


def of_hundred(value: float) -> int:
    return min(99, max(1, round(100 * value))) if 0 < value < 1 else round(100 * value)


def alarm_class(report: Report) -> ClassReport:
    """Of two classes the one people look for: the rarer; the later of two equals."""
    return min(reversed(report.classes), key=lambda one: one.samples)


def headline(report: Report) -> str:
    """The result in two or three sentences."""
    metric = report.candidates[0].metrics["balanced_accuracy"]
    if len(report.classes) == 2:
        one = alarm_class(report)
        first = t("evaluate_page.found", ratio=ratio(one.recall.value), label=one.label)
        if one.precision.samples and one.precision.value == 1:
            first = joined((first, t("evaluate_page.alarms_all", label=one.label)))
        elif one.precision.samples:
            first = joined((first, t("evaluate_page.alarms", label=one.label, right=of_hundred(one.precision.value))))
        else:
            first = joined((first, t("evaluate_page.no_alarms", label=one.label)))
    else:
        first = t("evaluate_page.found_average", ratio=ratio(metric.value))
    return joined((first, sureness(metric)))


def exam(report: Report) -> str:
    """The sealed exam's result."""
    metric = report.candidates[0].metrics["balanced_accuracy"]
    key = "exam_result" if metric.low is not None else "exam_result_unsure"
    return t(f"evaluate_page.{key}", value=figure(metric.value), interval=interval(metric))


def sureness(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return t("evaluate_page.unsure", count=metric.groups)
    return t("evaluate_page.sure", low=figure(metric.low), high=figure(metric.high))


def recommended(report: Report) -> str:
    """That a method without any transfer is to be preferred, where the validation samples say so; else empty."""
    if report.recommended in ("", report.chosen):
        return ""
    return t("evaluate_page.recommended_other", name=t(f"evaluate_page.candidate_{report.recommended}"))


def comparison(report: Report, scratch: list[Candidate]) -> str:
    """What transfer learning brought, against the classic method and against starting from nothing."""
    said = [better] if (better := recommended(report)) else []
    gain = report.gain_over_classic
    if gain is not None:
        name = t(f"evaluate_page.against_{report.against}")
        values = {"gain": figure(abs(gain.value)), "interval": interval(gain), "name": name}
        if gain.low is None or gain.high is None:
            key = "gain_unsure_more" if gain.value >= 0 else "gain_unsure_less"
            said.append(t(f"evaluate_page.{key}", **values, count=gain.groups))
        elif gain.low > 0:
            said.append(t("evaluate_page.gain_clear", **values))
        elif gain.high < 0:
            said.append(t("evaluate_page.gain_worse", **values))
        else:
            said.append(t("evaluate_page.gain_unclear", **values))
    for one in scratch[:1]:
        epochs = one.epochs or 0
        said.append(
            t(
                "evaluate_page.scratch",
                value=figure(one.metrics["balanced_accuracy"].value),
                count=epochs,
                seconds=duration(one.seconds),
            )
        )
    return joined(said)


def confusion(report: Report) -> str:
    """The commonest mistake."""
    wrong = [
        (number, true, said)
        for true, row in enumerate(report.confusion)
        for said, number in enumerate(row)
        if true != said and number
    ]
    if not wrong:
        return t("evaluate_page.no_mistakes", count=sum(map(sum, report.confusion)))
    number, true, said = max(wrong)
    return t(
        "evaluate_page.commonest",
        true=report.classes[true].label,
        said=report.classes[said].label,
        count=number,
        of=report.classes[true].samples,
    )


def per_class(report: Report) -> str:
    """The weakest class by hits."""
    seen = [one for one in report.classes if one.samples]
    if all(one.recall.value == 1 for one in seen):
        return t("evaluate_page.classes_perfect")
    worst, best = min(seen, key=lambda one: one.recall.value), max(seen, key=lambda one: one.recall.value)
    if ratio(worst.recall.value) == ratio(best.recall.value):
        return t("evaluate_page.classes_alike", ratio=ratio(worst.recall.value))
    return t(
        "evaluate_page.classes_range",
        worst=worst.label,
        worst_ratio=ratio(worst.recall.value),
        best=best.label,
        best_ratio=ratio(best.recall.value),
    )


def roc(curve: Curve) -> str:
    return t("evaluate_page.roc_reads", label=curve.label, right=of_hundred(curve.area))


def precision_recall(curve: Curve) -> str:
    """What finding nine of ten would cost in false alarms."""
    reachable = [y for x, y in zip(curve.x, curve.y, strict=True) if x >= 0.9]
    if not reachable:
        return ""
    return t("evaluate_page.pr_reads", label=curve.label, false=100 - of_hundred(max(reachable)))


def progress(view: RunView, patience: int) -> str:
    """How the training goes, from its curve."""
    if not view.epochs:
        return ""
    last, best = view.epochs[-1].number, view.best_epoch
    if best is None:
        return t("train_page.reads_none")
    if best == last:
        return t("train_page.reads_better", epoch=best)
    return t("train_page.reads_waiting", epoch=best, count=last - best, patience=patience)


def verdict(view: RunView) -> str:
    """Which candidate became the model, and why."""
    if view.chosen is None:
        return ""
    return t(f"train_page.chosen_{view.chosen.candidate}" + ("_only" if not view.epochs else ""))
