"""What is known of an assistant, in words. Pure."""

from __future__ import annotations

from pages._ui.answer import wording
from pages._ui.sentences import figure, interval, ratio
from pages._ui.words import joined, t
from tl_core.domain.answer import WITH_TUNED, AnswerReport, FinderName, FinderReport, Phrased, RetrievalMetric
from tl_core.domain.report import Metric

FIRST_FIVE: RetrievalMetric = "recall@5"


def judged(report: AnswerReport, name: FinderName) -> FinderReport | None:
    return next((one for one in report.finders if one.name == name), None)


def metric_of(report: AnswerReport, name: FinderName, metric: RetrievalMetric = FIRST_FIVE) -> Metric | None:
    one = judged(report, name)
    return one.metrics.get(metric) if one else None


def headline(report: AnswerReport) -> str:
    """What it finds, beside what words alone find, and how sure that is."""
    if report.few_questions:
        return t("answer_page.few_questions", count=report.questions)
    found = metric_of(report, report.recommended)
    if found is None:
        return ""
    said = [t("answer_page.finds", ratio=ratio(found.value)), _sure(found), _against(report)]
    return joined(said)


def _sure(found: Metric) -> str:
    if found.low is None or found.high is None:
        return t("answer_page.unsure", count=found.groups)
    return t("answer_page.sure", low=figure(found.low), high=figure(found.high))


def _against(report: AnswerReport) -> str:
    """Whether it is clearly ahead of words alone."""
    gain = report.gain
    if gain is None or report.recommended == "words":
        return ""
    if gain.value == gain.low == gain.high == 0:
        return t("answer_page.gain_none")
    values = {"gain": figure(abs(gain.value)), "interval": interval(gain)}
    if gain.low is not None and gain.low > 0:
        return t("answer_page.gain_clear", **values)
    if gain.high is not None and gain.high < 0:
        return t("answer_page.gain_worse", **values)
    return t("answer_page.gain_unclear", **values)


def not_knowing(report: AnswerReport) -> str:
    """What the threshold does: shares answered of what can be answered, and of what cannot."""
    if report.answered is None or report.wrong is None:
        return ""
    return t("answer_page.refuses", answered=ratio(report.answered.value), wrong=ratio(report.wrong.value))


def verdict(report: AnswerReport) -> str:
    """Which way to find is used, in a sentence."""
    if report.few_questions:
        return t("answer_page.few_questions", count=report.questions)
    found = metric_of(report, report.recommended)
    if found is None:
        return ""
    name = wording.finder(report.recommended)
    return t("answer_page.verdict", name=name, score=figure(found.value))


def tuning(report: AnswerReport) -> str:
    """Whether what was tuned is in use, and what the starting model has forgotten by it."""
    if judged(report, "tuned") is None:
        return ""
    key = "tuning_used" if report.recommended in WITH_TUNED else "tuning_not_used"
    said = t(f"answer_page.{key}")
    if report.kept is None or report.original is None:
        return said
    values = {"after": figure(report.kept.value), "before": figure(report.original.value)}
    return joined((said, t("answer_page.kept", **values)))


def exam(report: AnswerReport) -> str:
    """The sealed exam's result."""
    found = metric_of(report, report.recommended)
    if found is None:
        return t("answer_page.exam_few", count=report.questions)
    values = {"value": figure(found.value), "interval": interval(found)}
    return joined((t("answer_page.exam_result", **values), not_knowing(report)))


def written(one: Phrased) -> str:
    """Whether answers in a language model's own words are as well supported as quoted ones."""
    values = {"quoted": round(one.quoted.value * one.questions), "written": round(one.written.value * one.questions)}
    said = t("answer_page.phrased", count=one.questions, **values)
    return joined((said, t("answer_page.phrased_offered" if one.offered else "answer_page.phrased_not_offered")))
