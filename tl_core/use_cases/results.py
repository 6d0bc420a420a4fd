"""What is known of a model's quality: its reports, the samples behind them, and the sealed exam."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.crossed import Crossed
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.mixes import Mixes
from tl_core.domain.plan import AnswerPlan, CrossPlan, ExamPlan, ForecastPlan, MixPlan, TrainPlan
from tl_core.domain.report import Metric, Predictions, Report
from tl_core.domain.run import ENDED
from tl_core.domain.split import Subset
from tl_core.store import runs as index
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun, remembered_noun, remembered_part
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs


class Answered(Noun):
    """A judged sample and what the model said of it."""

    sample: Sample
    true: str
    said: str
    probability: float  # of ``said``
    chances: dict[str, float]  # of every class


def report(run_id: str, subset: Subset) -> Report | None:
    """A training judged on one subset; None while it is not (the exam sealed, say). Raises InputFault: no such job."""
    return _report(RunFolder.find(Home.default(), run_id), subset)


def judged(project_id: str, subset: Subset) -> set[str]:
    """The project's trainings that there is a ``report`` of."""
    home = Home.default()
    known = index.ids_of(home, project_id, "train")
    return {one for one in known if os.path.isfile(f"{home.path}/runs/{one}/evaluation/{subset}.json")}


def hit_rate(run_id: str, subset: Subset) -> Metric | None:
    """The average hit rate per class of a training's model; None where it was not judged so."""
    return remembered_part(f"{Home.default().path}/runs/{run_id}/evaluation/{subset}.json", _hit_rate)


def _hit_rate(report: dict) -> Metric:
    return Metric.model_validate(report["candidates"][0]["metrics"]["balanced_accuracy"])


def samples_in_cell(
    run_id: str, subset: Subset, true: str | None = None, predicted: str | None = None
) -> list[Answered]:
    """The samples of class ``true`` that were called ``predicted``; None: any class. Wrong ones and surest first."""
    found = [
        one
        for one in _answered(run_id, subset)
        if (true is None or one.true == true) and (predicted is None or one.said == predicted)
    ]
    return sorted(found, key=lambda one: one.true == one.said)


def samples_of(run_id: str, subset: Subset, ids: Collection[str]) -> list[Answered]:
    """Those of the samples ``ids`` that were judged, wrong ones and the surest first."""
    return [one for one in samples_in_cell(run_id, subset) if one.sample.id in ids]


def errors_at(
    run_id: str, subset: Subset, label: str, curve: Literal["roc", "pr"], point: tuple[float, float]
) -> list[Answered]:
    """The errors at a point (x, y) of a report's curve of ``label``: the class's own that the threshold there misses,
    then the others that it calls so; within each the worst first."""
    found = [(one.chances[label], one.true == label, one) for one in _answered(run_id, subset)]
    ranked = sorted(found, key=lambda each: -each[0])
    ours, others = ([one for _, is_class, one in ranked if is_class is side] for side in (True, False))
    if curve == "roc":
        alarms, hits = round(point[0] * len(others)), round(point[1] * len(ours))
    else:
        hits = round(point[0] * len(ours))
        first = next((place for place, one in enumerate(ranked) if one[1]), len(others))  # alarms before any hit
        alarms = round(hits / point[1]) - hits if point[1] else first
    return ours[hits:][::-1] + others[:alarms]


def answers(run_id: str, subset: Subset, right: bool) -> list[Answered]:
    """Wrong answers, the surest first: mislabelled samples show up here, too. Or right ones, the least sure first."""
    found = [one for one in _answered(run_id, subset) if (one.true == one.said) == right]
    return found[::-1] if right else found


def open_exam(run_id: str) -> str:
    """Open the sealed exam for one training's model, a forecasting or an assistant; returns the job's id.

    The answers do not change, so an exam that is open is not opened again. Raises InputFault.
    """
    home = Home.default()
    folder = RunFolder.find(home, run_id)
    plan = folder.plan()
    if not isinstance(plan, TrainPlan | ForecastPlan | AnswerPlan):
        raise InputFault("results.not_a_training")
    split = folder.split()
    if (split is None and not isinstance(plan, ForecastPlan)) or not folder.bundle.is_dir():
        raise InputFault("results.no_model")
    if split is not None and not split.ids("test"):
        raise InputFault("results.no_exam")
    if (folder.path / "evaluation" / "test.json").is_file():
        raise InputFault("results.already_open")
    if exam_at_work(plan.project, run_id):
        raise InputFault("results.being_marked")
    if mix_at_work(plan.project, run_id) is not None:
        raise InputFault("results.being_mixed")
    return runs.start(ExamPlan(project=plan.project, run=run_id))


def mixes(run_id: str) -> Mixes | None:
    """What a fine-tuning kept of the starting model's ability, at every mix measured; None where there is none.

    Raises InputFault: no such job.
    """
    file = RunFolder.find(Home.default(), run_id).path / "evaluation" / "mixes.json"
    return read_noun(file, Mixes)


def share_in_use(report: Report) -> float | None:
    """How much of the model that ``report`` judges is tuned: 0 the quick look, 1 fine-tuned; None from scratch."""
    return {"probe": 0.0, "finetuned": 1.0}.get(report.chosen, report.candidates[0].share)


def use_mix(run_id: str, share: float) -> str:
    """Make a mix the model of a fine-tuning; returns the job's id. Raises InputFault.

    An exam opened for the model before loses its figures; its opening stays counted.
    """
    folder = RunFolder.find(Home.default(), run_id)
    plan = folder.plan()
    if not isinstance(plan, TrainPlan):
        raise InputFault("results.not_a_training")
    if folder.status() is None or not folder.bundle.is_dir():
        raise InputFault("results.no_model")
    measured = mixes(run_id)
    if measured is None:
        raise InputFault("results.no_mixes")
    if all(abs(one.share - share) > 1e-9 for one in measured.mixes):
        raise InputFault("results.not_measured")
    if mix_at_work(plan.project, run_id) is not None:
        raise InputFault("results.being_mixed")
    if exam_at_work(plan.project, run_id):
        raise InputFault("results.being_marked")
    return runs.start(MixPlan(project=plan.project, run=run_id, share=share))


def mix_at_work(project_id: str, run_id: str) -> str | None:
    """The job that makes a mix the model of this training right now, or waits to."""
    for job in runs.runs_of(project_id, "mix"):
        if isinstance(job.plan, MixPlan) and job.plan.run == run_id and job.state not in ENDED:
            return job.id
    return None


def exam_at_work(project_id: str, run_id: str) -> bool:
    """Is the exam of this training's model being marked, or about to be?"""
    return any(
        isinstance(job.plan, ExamPlan) and job.plan.run == run_id and job.state not in ENDED
        for job in runs.runs_of(project_id, "exam")
    )


def exam_size(run_id: str) -> int:
    """Samples that were set aside for the exam when this training began. Raises InputFault: no such job."""
    split = RunFolder.find(Home.default(), run_id).split()
    return len(split.ids("test")) if split else 0


def exam_groups(run_id: str) -> int | None:
    """Groups that the exam's samples come from; None where the data know of none. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    plan, split = folder.plan(), folder.split()
    if not isinstance(plan, TrainPlan) or split is None or not split.grouped:
        return None
    exam = set(split.ids("test"))
    dataset = load_dataset(folder.home, plan.project, plan.dataset)
    return len({sample.group or sample.id for sample in dataset.samples if sample.id in exam})


def crossed(run_id: str) -> Crossed | None:
    """A training's recipe judged by cross-validation; None before anybody asked. Raises InputFault: no such job."""
    file = RunFolder.find(Home.default(), run_id).path / "evaluation" / "cross-validation.json"
    return read_noun(file, Crossed)


def cross_validate(run_id: str) -> str:
    """Judge a training's recipe by cross-validation, or join the job that does; its id. Raises InputFault."""
    plan = RunFolder.find(Home.default(), run_id).plan()
    if not isinstance(plan, TrainPlan):
        raise InputFault("results.not_a_training")
    asked = CrossPlan(project=plan.project, run=run_id)
    for job in runs.runs_of(plan.project, "crossval"):
        if job.plan == asked and job.state not in ENDED:
            return job.id
    return runs.start(asked)


def openings(project_id: str) -> int:
    """How often the project's sealed exam was opened, for whichever model."""
    return index.count_openings(Home.default(), project_id)


def _report(folder: RunFolder, subset: Subset) -> Report | None:
    return remembered_noun(folder.path / "evaluation" / f"{subset}.json", Report)


def _answered(run_id: str, subset: Subset) -> list[Answered]:
    """All judged samples, the surest answers first."""
    folder = RunFolder.find(Home.default(), run_id)
    file = folder.predictions(subset)
    try:
        return _sorted(folder.path, file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        return []


@lru_cache(maxsize=8)
def _sorted(folder: Path, file: Path, changed: int) -> list[Answered]:
    plan = RunFolder(folder).plan()
    assert isinstance(plan, TrainPlan)
    dataset = load_dataset(RunFolder(folder).home, plan.project, plan.dataset)
    by_id = {sample.id: sample for sample in dataset.samples}
    found = Predictions.model_validate_json(file.read_bytes())
    answered = []
    for sample_id, true, row in zip(found.samples, found.true, found.probabilities, strict=True):
        best = max(range(len(row)), key=row.__getitem__)
        if sample_id in by_id:
            said = {"true": dataset.classes[true], "said": dataset.classes[best], "probability": row[best]}
            chances = dict(zip(dataset.classes, row, strict=True))
            answered.append(Answered(sample=by_id[sample_id], chances=chances, **said))
    return sorted(answered, key=lambda one: -one.probability)
