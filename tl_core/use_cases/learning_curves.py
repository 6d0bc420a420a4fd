"""Learning curves: started, found for a training, and what they say in words."""

from __future__ import annotations

from math import ceil

from tl_core.domain.fault import InputFault
from tl_core.domain.learning_curve import LearningCurve, Matched, Need, Outlook, Span
from tl_core.domain.plan import AnswerPlan, LearningCurvePlan, TrainPlan
from tl_core.store.home import Home
from tl_core.store.nouns import remembered_noun
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs
from tl_core.words import listed, number, say, tenths

START = 3.0  # seconds to load the samples and the starting model
A_SAMPLE = 0.05  # seconds, of those to learn from: all draws of both methods together
STEP = 5.0  # seconds; nobody knows it better
SAME = ("dataset", "split", "backbone", "options", "class_weights", "seed", "precision")  # what a curve depends on


def start(base: TrainPlan | AnswerPlan) -> str:
    """Queue the curve of a training's data and starting model; the job's id. Raises InputFault as ``runs.start``."""
    return runs.start(LearningCurvePlan(base=base))


def of_training(plan: TrainPlan | AnswerPlan) -> runs.RunSummary | None:
    """The newest job that measures, or has measured, the curve of a training's data and starting model."""
    for job in runs.runs_of(plan.project, "learning_curve"):
        if isinstance(job.plan, LearningCurvePlan) and _same(job.plan.base, plan):
            return job
    return None


def _same(one: TrainPlan | AnswerPlan, other: TrainPlan | AnswerPlan) -> bool:
    return all(getattr(one, name, None) == getattr(other, name, None) for name in SAME)


def found(run_id: str) -> LearningCurve | None:
    """What a job has measured; None while it has not ended, or failed. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    if not isinstance(folder.plan(), LearningCurvePlan):
        raise InputFault("learning_curve.not_one")
    return remembered_noun(folder.path / "evaluation" / "learning-curve.json", LearningCurve)


def seconds_about(training: str) -> float:
    """How long a training's curve will take, its features being in the cache. Raises InputFault: no such job."""
    split = RunFolder.find(Home.default(), training).split()
    return STEP * ceil((START + A_SAMPLE * (len(split.ids("train")) if split else 0)) / STEP)


def words(curve: LearningCurve) -> list[str]:
    """What the curve says, a sentence each: what transfer bought, what more labels may bring and to which class."""
    said = [_matched(curve.matched), _outlook(curve.outlook)]
    if len(curve.classes) > 1:
        said.append(_need(curve.need))
    if curve.left_out:
        shares = listed(say("shell.percent", value=number(100 * share, ".0f")) for share in curve.left_out)
        said.append(say("learning_curve.left_out", shares=shares))
    return said


def _matched(found: Matched) -> str:
    if found.labels is None:
        return say("learning_curve.matched_never", of=found.of)
    values = {"labels": round(found.labels.value), "of": found.of}
    if found.labels.low is None or found.labels.high is None:
        return say("learning_curve.matched_unsure", **values)
    if found.first:
        return say("learning_curve.matched_first", **values)
    low, high = round(found.labels.low), round(found.labels.high)
    return say("learning_curve.matched", **values, low=low, high=high)


def _outlook(found: Outlook) -> str:
    if found.gain is None:
        return say("learning_curve.outlook_too_few")
    return say(f"learning_curve.outlook_{found.verdict}", labels=found.labels, **_points("points", found.gain))


def _need(found: Need) -> str:
    if found.label is None or found.rise is None or found.hit_rate is None:
        return say("learning_curve.need_none")
    values = _points("rise", found.rise)
    return say("learning_curve.need", label=found.label, found=round(100 * found.hit_rate), **values)


def _points(name: str, span: Span) -> dict[str, str]:
    """Hundredths of the hit rate for people, with their range."""
    return {name: points(span.value), "low": points(span.low or 0.0), "high": points(span.high or 0.0)}


def points(value: float) -> str:
    """0.0213 -> "2.1"; whole ones have no decimal."""
    text = tenths(100 * value)
    return text.replace("-", "−") if text != "-0" else "0"
