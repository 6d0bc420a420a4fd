"""The decide part of a run: from the chosen candidate and the validation samples to a decision; never the exam."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits
from torch import Tensor

from tl_core.domain.decision import Decision, Distances, Wishes
from tl_core.domain.reliability import Calibrated
from tl_core.evaluation.decisions import Held, calibrated, decide, undecided
from tl_core.evaluation.distance import Distance, far_between, fit_distance, sampled
from tl_core.freezing.suffix import Suffix
from tl_core.runs.candidates import Candidate, Job
from tl_core.store.decisions import write_calibrated, write_decision, write_distances
from tl_core.store.learned import write_learned
from tl_core.store.run_folder import RunFolder
from tl_core.training import loop

BATCH = 32  # samples a pass


class Decided(NamedTuple):
    decision: Decision
    distance: Distance
    distances: Distances  # of the validation samples
    calibrated: Calibrated | None  # on them; None: nothing was held out
    learned: tuple[list[str], np.ndarray]  # ids of training samples and what the head sees of them, (n, feature)


def decide_for(job: Job, candidate: Candidate, original: Mapping[str, Tensor], wishes: Wishes | None = None) -> Decided:
    """``original``: the starting model's own tensors where training has changed them in ``job.backbone``."""
    chosen = sampled(len(job.train.samples), job.plan.seed)
    learned, judged = _features(job, candidate, original, chosen)
    groups = job.validation.groups if job.dataset.group_rule else None
    with threadpool_limits(limits=1, user_api="blas"):  # more threads change the last digit: same run, same numbers
        labels = job.train.labels[chosen]
        distance = fit_distance(learned, labels, job.plan.seed)
        far = distance.of(judged)
        held = Held(job.validation.labels, candidate.probabilities, groups, far)
        decision = (
            decide(wishes or Wishes(), job.dataset.classes, held, job.plan.seed)
            if job.judged
            else undecided(job.dataset.classes, held)
        )
        if decision.far is None and len(np.unique(labels)) == job.classes:  # too few groups, not only for its promise
            distance = fit_distance(learned, labels, job.plan.seed, most=0)
            far = distance.of(judged)
            between = far_between(far, distance.of_others(judged, job.validation.labels))
            decision = decision.model_copy(update={"far": between})
        told = calibrated(held, seed=job.plan.seed) if job.judged else None
    distances = Distances(samples=job.validation.ids, values=far.tolist())
    return Decided(decision, distance, distances, told, ([job.train.ids[number] for number in chosen], learned))


def keep(training: RunFolder, decided: Decided) -> None:
    """In the training's folder, after its answers. Raises InputFault when the disk is full."""
    write_distances(training, "validation", decided.distances)
    write_decision(training, decided.decision)
    if decided.calibrated is not None:
        write_calibrated(training, "validation", decided.calibrated)
    write_learned(training, *decided.learned)


def _features(
    job: Job, candidate: Candidate, original: Mapping[str, Tensor], chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the candidate's head sees of the ``chosen`` training samples and of the validation samples."""
    if candidate.features is not None:
        learned, judged = candidate.features
        return learned[chosen], judged
    head = copy.deepcopy(candidate.head)
    model = Suffix(job.backbone, job.encoder.boundary, head, fresh=job.plan.recipe == "scratch").to(job.device)
    model.load(dict(original))  # before anything is compiled: a compiled model is kept under the original's name
    train, validation = job.encoder.unchanged(job.train), job.encoder.unchanged(job.validation)
    model.load(candidate.tensors)
    everything = np.arange(len(job.validation.samples))
    return (
        loop.features(model, train, chosen, BATCH, job.device),
        loop.features(model, validation, everything, BATCH, job.device),
    )
