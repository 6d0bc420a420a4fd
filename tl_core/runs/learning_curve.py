"""A learning curve: quick look and classic method on parts of the samples to learn from; the judged ones stay all.

Features come from the project's cache. Draws told by an earlier child are not done again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tl_core.data.parts import holds_every_class, nested
from tl_core.domain.event import Phase, Progress
from tl_core.domain.fault import Stopped
from tl_core.domain.plan import AnswerPlan, LearningCurvePlan
from tl_core.evaluation.baselines import classic, looked_at
from tl_core.evaluation.learning_curve import Part, learning_curve
from tl_core.runs.baselines import Raws
from tl_core.runs.candidates import Job, prepare
from tl_core.store.atomic import write_array, write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify

FILE = "learning-curve.json"  # in ``evaluation``
SHARES = (0.1, 0.25, 0.5, 1.0)  # of the samples to learn from
DRAWS = 5  # of each share but the last
MANY = 2000  # samples to learn from: draws differ less then, and take longer
DRAWS_OF_MANY = 3


@dataclass(frozen=True)
class _Seen:
    """All samples as each method sees them; labels and groups of those to learn from."""

    learn: np.ndarray  # (sample, feature)
    judge: np.ndarray
    raws: tuple[Sequence[Any], Sequence[Any]]  # to learn from, to judge by


def run(folder: RunFolder, plan: LearningCurvePlan, home: Home) -> dict[str, object]:
    """Write ``evaluation/learning-curve.json``. Raises InputFault (the data or the plan cannot work) and Stopped."""
    if isinstance(plan.base, AnswerPlan):
        from tl_core.runs import answer_curve

        return answer_curve.run(folder, plan.base, home, FILE)
    recipe = "probe" if plan.base.recipe == "scratch" else plan.base.recipe  # scratch has no features to look at
    job = prepare(folder, plan.base.model_copy(update={"recipe": recipe}), home)
    learn, judge = _features(job)
    if folder.stop_requested():
        raise Stopped
    labels, groups = job.train.labels, job.train.groups
    shares = [share for share in SHARES if holds_every_class(labels, groups, share)]
    several = DRAWS_OF_MANY if len(labels) > MANY else DRAWS
    numbers = [nested(labels, groups, shares, _seed(job, number)) for number in range(several)]
    todo = [(place, number) for place, share in enumerate(shares) for number in range(1 if share == 1 else several)]
    began = time.monotonic()
    job.tell(Phase(name="curve", total=len(todo)))
    seen = _Seen(learn, judge, _raws(job))
    said: dict[int, list[np.ndarray]] = {place: [] for place in range(len(shares))}
    for done, (place, number) in enumerate(todo):
        if folder.stop_requested():
            raise Stopped
        said[place].append(_draw(job, seen, numbers[number][place], _file(folder, shares[place], number)))
        job.tell(Progress(done=done + 1, rate=(done + 1) / max(1e-3, time.monotonic() - began)))
    parts = [
        Part(
            share, round(np.mean([len(draw[place]) for draw in numbers])),
            *(np.stack([answers[method] for answers in said[place]]) for method in (0, 1)),
        )
        for place, share in enumerate(shares)
    ]  # fmt: skip
    found = learning_curve(
        parts, job.validation.labels, job.validation.groups, job.dataset.classes,
        [share for share in SHARES if share not in shares], time.monotonic() - job.began, job.plan.seed,
    )  # fmt: skip
    write_json(folder.evaluation / FILE, found)
    return {"model": False}


def _features(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Pooled features of both subsets: beside whatever activations are in the cache already, else features alone."""
    bare = replace(job.encoder, plan=job.plan.model_copy(update={"augmentations": [], "views": 1}))
    boundaries = range(1, len(job.backbone.stages))
    kept = sorted(set(boundaries) - set(bare.lacking(boundaries)))
    return bare.features_beside(kept[-1:] or [None])


def _raws(job: Job) -> tuple[Sequence[Any], Sequence[Any]]:
    """Both subsets as the classic method sees them."""
    modality, project = job.plan.modality, job.plan.project
    return (
        looked_at(modality, Raws(job.home, project, modality, job.train.samples)),
        looked_at(modality, Raws(job.home, project, modality, job.validation.samples)),
    )


def _draw(job: Job, seen: _Seen, numbers: np.ndarray, file: Path) -> np.ndarray:
    """(2, judged sample) classes said by the quick look and the classic method that learned from ``numbers``."""
    if file.exists():
        return np.load(file)
    labels, groups = job.train.labels[numbers], job.train.groups[numbers]
    head = classify.solve_probe(
        seen.learn[numbers], labels, job.classes, groups, balanced=job.plan.class_weights, seed=job.plan.seed
    ).head()
    with torch.inference_mode():
        ours = head(torch.from_numpy(seen.judge)).argmax(1).numpy()
    fitted = classic(job.plan.modality).fit([seen.raws[0][n] for n in numbers], labels, groups, job.classes)
    said = np.stack([ours, fitted.predict(seen.raws[1]).argmax(1)])
    write_array(file, said)
    return said


def _seed(job: Job, number: int) -> int:
    """Of one draw; all follow from the plan's."""
    return int(np.random.SeedSequence([job.plan.seed, number]).generate_state(1)[0])


def _file(folder: RunFolder, share: float, number: int) -> Path:
    return folder.path / "draws" / f"{round(100 * share)}-{number}.npy"
