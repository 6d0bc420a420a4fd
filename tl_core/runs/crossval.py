"""A job: repeated cross-validation of a training's recipe, groups whole, on all samples but the exam's.

Of every fold one part is neither learned from nor chosen by. The quick look is repeated with other folds, because that
is cheap; a fine-tuning goes through the folds once. Answers told by an earlier child are not asked for again.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from sklearn.model_selection import StratifiedGroupKFold

from tl_core.domain.crossed import Crossed
from tl_core.domain.event import Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import CrossPlan, TrainPlan
from tl_core.evaluation.metrics import balanced_accuracy, measure
from tl_core.freezing.suffix import Suffix
from tl_core.runs.candidates import Candidate, Job, at_best_depth, prepare, solve_on, train_suffix
from tl_core.runs.material import Subset, check_enough
from tl_core.runs.train import choose
from tl_core.store.atomic import write_array, write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.loop import answer

FILE = "cross-validation.json"  # in the training's ``evaluation``
MOST_FOLDS = 5
REPEATS = 5  # of the quick look
BATCH = 32  # samples a pass


class Fold(NamedTuple):
    """Numbers of samples: to learn from, to choose by, to judge by."""

    name: str
    train: np.ndarray
    validation: np.ndarray
    judged: np.ndarray


def run(folder: RunFolder, plan: CrossPlan, home: Home) -> None:
    """Raises InputFault (a class has too few groups, the data or the plan cannot work) and Stopped."""
    training = RunFolder.find(home, plan.run)
    asked = training.plan()
    if not isinstance(asked, TrainPlan):
        raise InputFault("results.not_a_training")
    job = prepare(folder, asked, home, whole=True)
    pool = _pool(job)
    repeats = REPEATS if job.plan.recipe == "probe" else 1
    folds = list(folds_of(pool, repeats, job.plan.seed))
    original = _tensors(job)
    chances = np.zeros((len(pool.samples), job.classes))
    spread = []
    for done, fold in enumerate(folds):
        file = folder.path / "folds" / f"{fold.name}.npy"
        if not file.exists():
            if folder.stop_requested():
                raise Stopped
            job.backbone.network.load_state_dict(original)
            write_array(file, _answers(job, asked, pool, fold))
            Checkpoints(folder.checkpoints / fold.name).clear()
        said = np.load(file)
        chances[fold.judged] += said / repeats
        if len(np.unique(pool.labels[fold.judged])) > 1:
            spread.append(balanced_accuracy(pool.labels[fold.judged], said))
        folder.append(Result(values={"folds_done": done + 1, "folds": len(folds)}))
    groups = pool.groups if job.dataset.group_rule else None
    found = Crossed(
        folds=len(folds) // repeats, repeats=repeats, metrics=measure(pool.labels, chances, groups), spread=spread
    )
    write_json(training.evaluation / FILE, found)
    Checkpoints(folder.checkpoints).clear()
    folder.append(Result(values={"balanced_accuracy": found.metrics["balanced_accuracy"].value}))


def folds_of(pool: Subset, repeats: int, seed: int) -> Iterator[Fold]:
    """Each sample is judged once a repeat. Raises InputFault where a class has fewer than three groups: one to learn
    from, one to choose by, one to judge by."""
    fewest = min(len(np.unique(pool.groups[pool.labels == label])) for label in np.unique(pool.labels))
    if fewest < 3:
        raise InputFault("crossed.too_few_groups", count=fewest)
    everyone = np.zeros(len(pool.labels))
    for repeat in range(repeats):
        outer = StratifiedGroupKFold(min(MOST_FOLDS, fewest), shuffle=True, random_state=seed + repeat)
        for number, (rest, judged) in enumerate(outer.split(everyone, pool.labels, pool.groups)):
            inner = StratifiedGroupKFold(min(MOST_FOLDS, fewest - 1), shuffle=True, random_state=seed)
            learn, select = next(inner.split(everyone[rest], pool.labels[rest], pool.groups[rest]))
            yield Fold(f"{repeat}-{number}", rest[learn], rest[select], judged)


def _pool(job: Job) -> Subset:
    """The samples to learn from and to choose by, together, in the order of their ids."""
    samples = sorted([*job.train.samples, *job.validation.samples], key=lambda sample: sample.id)
    number = {label: k for k, label in enumerate(job.dataset.classes)}
    labels = np.array([number[sample.label or ""] for sample in samples], dtype=np.int64)
    _, groups = np.unique([sample.group or f"\0{sample.id}" for sample in samples], return_inverse=True)
    return Subset(samples, labels, groups)


def _answers(job: Job, asked: TrainPlan, pool: Subset, fold: Fold) -> np.ndarray:
    """(judged, class) probabilities of a model trained as the plan says, on the fold's own samples alone."""
    train, validation, judged = map(pool.part, fold[1:])
    check_enough(train, validation, job.dataset)
    torch.manual_seed(job.plan.seed)
    own = replace(
        job, train=train, validation=validation, rung=fold.name,
        encoder=replace(job.encoder, train=train, validation=validation),
        weights=classify.class_weights(train.labels, job.classes, job.plan.class_weights),
    )  # fmt: skip
    own = at_best_depth(own, asked)
    original = _tensors(own)
    candidates: dict[str, Candidate] = {}
    if job.plan.recipe != "scratch":
        candidates["probe"] = solve_on(own, *own.encoder.first_look())
    if job.plan.recipe != "probe":
        trained, stopped = train_suffix(own, candidates.get("probe"))
        if stopped:
            raise Stopped
        if trained is not None:
            candidates["scratch" if job.plan.recipe == "scratch" else "finetuned"] = trained
    if not candidates:
        raise InputFault("crossed.unstable")
    return _judged(own, candidates[choose(own, candidates)], judged, original)


def _tensors(job: Job) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in job.backbone.network.state_dict().items()}


def _judged(job: Job, made: Candidate, judged: Subset, original: dict[str, torch.Tensor]) -> np.ndarray:
    """What the candidate says of samples that it has not seen."""
    job.backbone.network.load_state_dict(original)  # before anything is compiled under the original's name
    fresh = job.plan.recipe == "scratch"
    model = Suffix(job.backbone, job.encoder.boundary, copy.deepcopy(made.head), fresh=fresh).to(job.device)
    states = job.encoder.unchanged(judged)
    model.load(made.tensors)
    return classify.probabilities(answer(model, states, len(judged.samples), BATCH, job.device))
