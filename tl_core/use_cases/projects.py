"""Projects and the way through them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from tl_core import backbones
from tl_core.domain.base import Noun
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import AnswerPlan, ForecastPlan, TrainPlan
from tl_core.domain.project import MODALITY_OF, Project, Purpose, Task
from tl_core.store import datasets
from tl_core.store import projects as kept
from tl_core.store import runs as index
from tl_core.store.answers import read_report
from tl_core.store.home import Home
from tl_core.store.questions import read_questions
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs
from tl_core.use_cases.runs import RunSummary
from tl_core.words import say

StepName = Literal["data", "model", "train", "evaluate", "use"]
StepState = Literal["done", "current", "open", "busy"]
STEPS: tuple[StepName, ...] = ("data", "model", "train", "evaluate", "use")
DELETE_PATIENCE = 2.0  # seconds for jobs to end by themselves before their project is deleted under them


class Step(Noun):
    """One page of the guide, as the sidebar shows it."""

    name: StepName
    state: StepState  # current: the first that is not done
    fact: str = ""  # one line of what is known, for people


class Summary(Noun):
    """A project on the home page."""

    project: Project
    steps: list[Step]
    counts: dict[str, int]  # samples per class of the data in use
    jobs: list[RunSummary]  # newest first


def purposes() -> list[Purpose]:
    """What a project can be for, in the order they are shown."""
    return list(MODALITY_OF)


def create(name: str, purpose: Purpose, sample_set: str | None = None) -> Project:
    """A new, empty project. Raises InputFault for a name that is no name."""
    return kept.create_project(Home.default(), name, purpose, sample_set)


def rename(project_id: str, name: str) -> Project:
    return kept.rename_project(Home.default(), project_id, name)


def delete(project_id: str) -> None:
    """Take away everything of a project. Its jobs are asked to stop, and ended if they do not do so at once."""
    home = Home.default()
    kept.read_project(home, project_id)
    going = [RunFolder(home.runs / run_id) for run_id in index.ids_of(home, project_id)]
    going = [folder for folder in going if folder.path.is_dir() and folder.status() is None]
    for folder in going:
        runs.stop(folder.id)
    until = time.monotonic() + DELETE_PATIENCE
    while time.monotonic() < until and any(folder.locked() for folder in going):
        time.sleep(0.05)
    kept.delete_project(home, project_id)


def list_projects() -> list[Project]:
    """Newest first."""
    return kept.list_projects(Home.default())


def project(project_id: str) -> Project:
    """Raises InputFault when it is not there."""
    return kept.read_project(Home.default(), project_id)


def is_private(project_id: str) -> bool:
    """Whether it holds scans; False where there is no such project."""
    try:
        return project(project_id).private
    except InputFault:
        return False


def summary(project_id: str) -> Summary:
    """Raises InputFault when it is not there."""
    found, jobs = project(project_id), runs.runs_of(project_id)
    return Summary(project=found, steps=_steps(found, jobs), counts=_counts(found), jobs=jobs)


def steps(project_id: str) -> list[Step]:
    """The five steps in order. Raises InputFault when the project is not there."""
    return _steps(project(project_id), runs.runs_of(project_id))


def _steps(found: Project, jobs: list[RunSummary]) -> list[Step]:
    trainings = [job for job in jobs if job.kind in ("train", "forecast", "answer")]
    opened = index.count_openings(Home.default(), found.id)
    answered = any(job.kind == "predict" and job.state == "done" for job in jobs) or _judged_answers(found)
    done: dict[StepName, bool] = {
        "data": found.dataset is not None and not _wants_labels(found),
        "model": bool(trainings),
        "train": any(job.model for job in trainings),
        "evaluate": opened > 0,
        "use": answered,
    }
    busy = {_PLACE[job.kind] for job in jobs if job.state in ("queued", "running", "recovering", "stopping")}
    facts: dict[StepName, str] = {
        "data": _data_fact(found),
        "model": _model_fact(trainings),
        "train": _TRAIN_FACT[found.task](trainings),
        "evaluate": say("projects.exam_opened", count=opened) if opened else "",
        "use": "",
    }
    current = next((name for name in STEPS if not done[name]), None)
    return [
        Step(name=name, fact=facts[name], state=_step_state(name in busy, done[name], name == current))
        for name in STEPS
    ]


def _wants_labels(found: Project) -> bool:
    """Whether its samples are of fewer than two classes as yet, so that there is nothing to tell apart."""
    return found.task == "classify" and len(_counts(found)) < 2 and bool(_samples(found))


def _judged_answers(found: Project) -> bool:
    """Whether somebody said of an assistant's answers how good they were; talks themselves are not stored."""
    if found.task != "answer":
        return False
    return any(one.origin in ("thumb", "correction") for one in read_questions(Home.default().project(found.id)))


_PLACE: dict[str, StepName] = {
    "intake": "data",
    "check": "data",
    "fetch": "model",
    "calibrate": "model",
    "excite": "model",
    "fit": "model",
    "train": "train",
    "forecast": "train",
    "ladder": "model",
    "learning_curve": "evaluate",
    "exam": "evaluate",
    "crossval": "evaluate",
    "mix": "evaluate",
    "predict": "use",
    "index": "data",
    "answer": "train",
    "phrase": "evaluate",
    "suggest": "data",
}


def _step_state(busy: bool, done: bool, current: bool) -> StepState:
    if busy:
        return "busy"
    if done:
        return "done"
    return "current" if current else "open"


def _counts(found: Project) -> dict[str, int]:
    if found.dataset is None:
        return {}
    try:
        return datasets.class_counts(Home.default(), found.id, found.dataset)
    except InputFault:  # its folder was taken away by hand
        return {}


def _data_fact(found: Project) -> str:
    if found.task != "classify":
        return _series_fact(found) if found.task == "forecast" else _passages_fact(found)
    counts = _counts(found)
    if not counts:
        waiting = len(_samples(found))
        return say("labelling.data_fact", count=waiting) if waiting else ""
    return say("projects.data_fact", count=sum(counts.values()), classes=say("projects.classes", count=len(counts)))


def _model_fact(trainings: list[RunSummary]) -> str:
    if not trainings or not isinstance(trainings[0].plan, TrainPlan | ForecastPlan | AnswerPlan):
        return ""
    try:
        return backbones.title(Home.default(), trainings[0].plan.backbone)
    except InputFault:  # fetched once, deleted since
        return trainings[0].plan.backbone


def _series_fact(found: Project) -> str:
    samples = _samples(found)
    return say("projects.series_fact", count=len(samples)) if samples else ""


def _passages_fact(found: Project) -> str:
    samples = _samples(found)
    if not samples:
        return ""
    documents = say("projects.documents", count=len({sample.source for sample in samples}))
    return say("projects.passages_fact", count=len(samples), documents=documents)


def _samples(found: Project) -> list[Sample]:
    try:
        return datasets.load_dataset(Home.default(), found.id, found.dataset).samples if found.dataset else []
    except InputFault:  # its folder was taken away by hand
        return []


def _forecast_fact(trainings: list[RunSummary]) -> str:
    found = [job.recommended for job in trainings if job.model and job.recommended is not None]
    if not found:
        return ""
    best = min(found, key=lambda one: one.mase)
    return say("projects.forecast_fact", score=best.mase, runs=say("projects.runs", count=len(trainings)))


def _train_fact(trainings: list[RunSummary]) -> str:
    scores = [job.score for job in trainings if job.score is not None and job.model]
    if not scores:
        return ""
    return say("projects.train_fact", score=round(100 * max(scores)), runs=say("projects.runs", count=len(trainings)))


def _answer_fact(trainings: list[RunSummary]) -> str:
    folders = [RunFolder(Home.default().runs / job.id) for job in trainings if job.model]
    reports = [told for folder in folders if (told := read_report(folder, "validation")) is not None]
    in_use = [one for told in reports for one in told.finders if one.name == told.recommended]
    scores = [one.metrics["recall@5"].value for one in in_use if "recall@5" in one.metrics]
    if not scores:
        return ""
    return say("projects.answer_fact", score=max(scores), runs=say("projects.runs", count=len(trainings)))


_TRAIN_FACT: dict[Task, Callable[[list[RunSummary]], str]] = {
    "classify": _train_fact,
    "forecast": _forecast_fact,
    "answer": _answer_fact,
}
