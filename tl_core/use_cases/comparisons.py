"""Two trainings side by side, on the samples that both were judged on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tl_core.domain.comparison import Comparison
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Predictions
from tl_core.domain.split import Subset
from tl_core.evaluation.intervals import units_of
from tl_core.evaluation.paired import compare as compare_answers
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results, runs
from tl_core.use_cases.results import Answered


class Shared(NamedTuple):
    """What two trainings said of the samples that both were judged on, in the order of the first."""

    samples: list[str]
    true: np.ndarray  # (n,) of the classes of both
    first: np.ndarray  # (n, c) probabilities; 0 for a class that a training knew nothing of
    second: np.ndarray
    groups: list[str | None] | None  # as one of them knew them
    apart: int  # samples that only one was judged on
    relabelled: int  # that are of another class for the other


def comparable(run_id: str, subset: Subset) -> list[str]:
    """Other trainings of the project judged on the same samples, newest first. On the exam: those it is open for."""
    home = Home.default()
    plan = _plan(RunFolder.find(home, run_id))
    found = []
    for other in runs.runs_of(plan.project, "train"):
        theirs = other.plan
        if other.id == run_id or not isinstance(theirs, TrainPlan):
            continue
        if (theirs.dataset, theirs.split) != (plan.dataset, plan.split):
            continue
        if RunFolder(home.runs / other.id).predictions(subset).is_file():
            found.append(other.id)
    return found


def compare(run_id: str, other_id: str, subset: Subset) -> Comparison:
    """``run_id`` beside ``other_id``, on the samples that both were judged on, with the class they have for both.

    Raises InputFault: one was not judged, or they share no sample.
    """
    return _compare(*_judged(run_id, other_id, subset))


def parted(run_id: str, other_id: str, subset: Subset) -> tuple[list[Answered], list[Answered]]:
    """What only the first answers right, as the second says it, and what only the second does, as the first says it.

    The surest mistakes first. Raises InputFault as ``compare``.
    """
    found = _shared(*_judged(run_id, other_id, subset))
    ours, theirs = found.first.argmax(1) == found.true, found.second.argmax(1) == found.true
    names = np.array(found.samples)
    won, lost = set(names[ours & ~theirs]), set(names[theirs & ~ours])
    return results.samples_of(other_id, subset, won), results.samples_of(run_id, subset, lost)


def _judged(run_id: str, other_id: str, subset: Subset) -> tuple[Path, Path, Subset, tuple[int, ...]]:
    folders = [RunFolder.find(Home.default(), one) for one in (run_id, other_id)]
    try:
        changed = tuple(one.predictions(subset).stat().st_mtime_ns for one in folders)
    except FileNotFoundError:
        raise InputFault("results.no_model") from None
    return folders[0].path, folders[1].path, subset, changed


@lru_cache(maxsize=64)
def _compare(first: Path, second: Path, subset: Subset, changed: tuple[int, ...]) -> Comparison:
    found = _shared(first, second, subset, changed)
    told = compare_answers(first.name, second.name, subset, found.true, found.first, found.second, found.groups)
    plans = [_plan(RunFolder(path)) for path in (first, second)]
    same = (plans[0].dataset, plans[0].split) == (plans[1].dataset, plans[1].split)
    return told.model_copy(update={"apart": found.apart, "relabelled": found.relabelled, "same_data": same})


@lru_cache(maxsize=8)
def _shared(first: Path, second: Path, subset: Subset, changed: tuple[int, ...]) -> Shared:
    said = [
        Predictions.model_validate_json(RunFolder(path).predictions(subset).read_bytes()) for path in (first, second)
    ]
    data = [_data(RunFolder(path)) for path in (first, second)]
    classes = sorted({*data[0].classes, *data[1].classes})
    place = {sample: number for number, sample in enumerate(said[1].samples)}
    both = [(number, place[sample]) for number, sample in enumerate(said[0].samples) if sample in place]
    kept = [
        (ours, theirs)
        for ours, theirs in both
        if data[0].classes[said[0].true[ours]] == data[1].classes[said[1].true[theirs]]
    ]
    if not kept:
        raise InputFault("results.other_samples")
    samples = [said[0].samples[ours] for ours, _ in kept]
    return Shared(
        samples=samples,
        true=np.array([classes.index(data[0].classes[said[0].true[ours]]) for ours, _ in kept]),
        first=_spread(said[0], data[0].classes, classes)[[ours for ours, _ in kept]],
        second=_spread(said[1], data[1].classes, classes)[[theirs for _, theirs in kept]],
        groups=_groups(samples, data),
        apart=len(said[0].samples) + len(said[1].samples) - 2 * len(both),
        relabelled=len(both) - len(kept),
    )


def _groups(samples: list[str], data: list[Dataset]) -> list[str | None] | None:
    """Of those who know groups, as told by who knows fewer: which of two runs is named first changes no interval."""
    known = []
    for one in data:
        if one.group_rule:
            of = {sample.id: sample.group for sample in one.samples}
            known.append([of.get(sample) for sample in samples])
    return min(known, key=lambda groups: int(units_of(groups, len(groups)).max()), default=None)


def _spread(said: Predictions, own: list[str], classes: list[str]) -> np.ndarray:
    """Probabilities (n, c) of its ``own`` classes, each in the column it has among ``classes``."""
    answers = np.array(said.probabilities)
    found = np.zeros((len(answers), len(classes)))
    found[:, [classes.index(name) for name in own]] = answers
    return found


def _data(folder: RunFolder) -> Dataset:
    plan = _plan(folder)
    return load_dataset(folder.home, plan.project, plan.dataset)


def _plan(folder: RunFolder) -> TrainPlan:
    plan = folder.plan()
    if not isinstance(plan, TrainPlan):
        raise InputFault("results.not_a_training")
    return plan
