"""How a model decides, seen and chosen by a person: threshold, prevalence, when it is "not sure".

All is chosen on the validation samples. What it is worth on the exam is told only once that is open.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from tl_core.bundle import folder as bundles
from tl_core.bundle.decision import read_decision as read_bundled
from tl_core.bundle.write import rewrite_card
from tl_core.domain.base import Noun
from tl_core.domain.decision import Coverage, Decision, Wishes
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.reliability import Calibrated as Calibrated
from tl_core.domain.report import Predictions
from tl_core.domain.screening import NetBenefit, Screening
from tl_core.domain.split import Subset
from tl_core.evaluation import coverage
from tl_core.evaluation import screening as people
from tl_core.evaluation.conformal import sets_at
from tl_core.evaluation.decisions import Held, chances, decide
from tl_core.evaluation.decisions import calibrated as calibrated_by
from tl_core.evaluation.intervals import units_of
from tl_core.evaluation.reliability import binned
from tl_core.evaluation.verdicts import Verdicts, judge
from tl_core.store import locks
from tl_core.store.datasets import load_dataset
from tl_core.store.decisions import read_calibrated, read_decision, read_distances, write_decision
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results

Changed = tuple[int, ...]  # times of the files that figures were made from
Mistake = Literal["missed", "alarm"]


class Worth(Noun):
    """What a decision is worth on one subset."""

    screening: Screening
    trade: list[Coverage]  # one an error rate that can be kept
    plain: Coverage  # if it never were "not sure"


def decision(run_id: str) -> Decision | None:
    """How a training's model decides now: its bundle's own word. None: a training from before decisions.

    Raises InputFault: no such job.
    """
    folder = RunFolder.find(Home.default(), run_id)
    try:
        found = read_bundled(folder.bundle, bundles.read_manifest(folder.bundle))
    except InputFault:
        found = None
    return found or read_decision(folder)


def calibrated(run_id: str, subset: Subset) -> Calibrated | None:
    """None where nothing was judged. Validation samples are corrected by what others taught: else they look better
    than they are."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, subset)
    return _calibrated(folder.path, subset, changed) if changed and decision(run_id) else None


def samples_of_bin(run_id: str, subset: Subset, number: int, corrected: bool = True) -> set[str]:
    """Ids of the samples in a bin of ``calibrated``, of its corrected probabilities or of the network's own."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, subset)
    if not changed:
        return set()
    held = _held(folder.path, subset, changed)
    chances = _chances(folder.path, subset, changed) if corrected else held.probabilities
    place = binned(chances.max(1), int(units_of(held.groups, len(held.true)).max()) + 1)
    return _ids(folder, subset, place == number)


def preview(run_id: str, wishes: Wishes) -> Decision | None:
    """What a model would decide by; nothing is kept. None: nothing was judged."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, "validation")
    return _decided(folder.path, wishes, changed) if changed else None


def worth(run_id: str, subset: Subset, decided: Decision) -> Worth | None:
    """None where the subset was not judged: the exam is sealed, say."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, subset)
    return _worth(folder.path, subset, decided.model_dump_json(), changed) if changed else None


def benefit(run_id: str, subset: Subset, decided: Decision) -> NetBenefit | None:
    """What acting by it is worth. None: the subset was not judged, holds only the class to find, or none of it."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, subset)
    return _benefit(folder.path, subset, decided.cut.positive, decided.cut.prevalence, changed) if changed else None


def unsure(run_id: str, subset: Subset) -> set[str]:
    """Ids of the samples that the model gives no answer to; none before a decision, or where nothing was judged."""
    decided = decision(run_id)
    return set() if decided is None else unanswered(run_id, subset, decided)


def unanswered(run_id: str, subset: Subset, decided: Decision, error: float | None = None) -> set[str]:
    """Ids of the samples that get no answer; ``error``: at another error rate of the possible classes."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, subset)
    if not changed:
        return set()
    if error is not None:
        validation = _held(folder.path, "validation", changed[:1])
        sets = sets_at(error, validation.true, validation.probabilities, validation.groups)
        decided = decided.model_copy(update={"sets": sets})
    return _ids(folder, subset, ~_verdicts(folder, subset, changed, decided).sure)


def mistaken(run_id: str, subset: Subset, decided: Decision, error: Mistake) -> set[str]:
    """Ids of the samples of the class to find that the threshold misses, or of the others that it gives an alarm."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, subset)
    if not changed:
        return set()
    place, is_class = _to_find(folder, subset, changed, decided)
    called = _verdicts(folder, subset, changed, decided).labels == place
    return _ids(folder, subset, is_class & ~called if error == "missed" else ~is_class & called)


def mistaken_from(run_id: str, subset: Subset, decided: Decision, at: float) -> set[str]:
    """Ids of the samples that are wrongly treated by who acts from the probability ``at`` on, as the decision curve
    reckons: those of the class to find below it, and the others from it on."""
    folder = RunFolder.find(Home.default(), run_id)
    changed = _changed(folder, subset)
    if not changed:
        return set()
    place, is_class = _to_find(folder, subset, changed, decided)
    said = _chances(folder.path, subset, changed)[:, place]
    return _ids(folder, subset, (people.at_prevalence(decided.cut.prevalence, is_class, said) >= at) != is_class)


def choose(run_id: str, wishes: Wishes) -> Decision:
    """Make it how the model decides, in its bundle (replaced in one step) and its folder. Raises InputFault."""
    folder = RunFolder.find(Home.default(), run_id)
    plan, split, validation = folder.plan(), folder.split(), results.report(run_id, "validation")
    if not isinstance(plan, TrainPlan):
        raise InputFault("results.not_a_training")
    if split is None or validation is None or not folder.bundle.is_dir():
        raise InputFault("results.no_model")
    if results.mix_at_work(plan.project, run_id) is not None:
        raise InputFault("results.being_mixed")
    if results.exam_at_work(plan.project, run_id):
        raise InputFault("results.being_marked")
    decided = preview(run_id, wishes)
    if decided is None:
        raise InputFault("results.no_model")
    dataset = load_dataset(folder.home, plan.project, plan.dataset)
    reports = [one for one in (validation, results.report(run_id, "test")) if one is not None]
    try:
        with folder.lock():
            rewrite_card(folder.bundle, plan, dataset, split, reports, decided)
            write_decision(folder, decided)
    except locks.Taken as error:
        raise InputFault("results.being_decided") from error
    return decided


def _changed(folder: RunFolder, subset: Subset) -> Changed:
    """Empty where the subset was not judged."""
    files = [folder.predictions(one) for one in dict.fromkeys(("validation", subset))]
    try:
        return tuple(file.stat().st_mtime_ns for file in files)
    except FileNotFoundError:
        return ()


@lru_cache(maxsize=16)
def _held(folder: Path, subset: Subset, changed: Changed) -> Held:
    run = RunFolder(folder)
    plan = _plan(run)
    said = Predictions.model_validate_json(run.predictions(subset).read_bytes())
    dataset = load_dataset(run.home, plan.project, plan.dataset)
    group = {sample.id: sample.group for sample in dataset.samples}
    found = read_distances(run, subset)
    far = dict(zip(found.samples, found.values, strict=True)) if found else {}
    measured = bool(far) and all(sample in far for sample in said.samples)
    return Held(
        np.array(said.true, dtype=np.int64),
        np.array(said.probabilities, dtype=np.float64),
        [group.get(sample) for sample in said.samples] if dataset.group_rule else None,
        np.array([far[sample] for sample in said.samples]) if measured else None,
    )


@lru_cache(maxsize=16)
def _calibrated(folder: Path, subset: Subset, changed: Changed) -> Calibrated:
    """As it was kept when it was judged; made here for a training from before that."""
    run = RunFolder(folder)
    return read_calibrated(run, subset) or calibrated_by(*_sides(folder, subset, changed), _plan(run).seed)


@lru_cache(maxsize=16)
def _chances(folder: Path, subset: Subset, changed: Changed) -> np.ndarray:
    """Corrected probabilities (n, c), of the validation samples by what other ones taught."""
    return chances(*_sides(folder, subset, changed), _plan(RunFolder(folder)).seed)


def _sides(folder: Path, subset: Subset, changed: Changed) -> tuple[Held, Held | None]:
    """The validation samples, and those of another subset."""
    return _held(folder, "validation", changed[:1]), _held(folder, subset, changed) if subset != "validation" else None


@lru_cache(maxsize=32)
def _decided(folder: Path, wishes: Wishes, changed: Changed) -> Decision:
    run = RunFolder(folder)
    made = decide(wishes, _classes(run), _held(folder, "validation", changed), _plan(run).seed)
    before = read_decision(run)
    if made.far is None and before and before.far and not before.far.proven:  # that needs features; it follows no wish
        made = made.model_copy(update={"far": before.far})
    return made


@lru_cache(maxsize=32)
def _worth(folder: Path, subset: Subset, told: str, changed: Changed) -> Worth:
    run, decided = RunFolder(folder), Decision.model_validate_json(told)
    classes, prevalence = _classes(run), decided.cut.prevalence
    held, validation = _held(folder, subset, changed), _held(folder, "validation", changed[:1])
    verdicts = _verdicts(run, subset, changed, decided)
    place, is_class = _to_find(run, subset, changed, decided)
    never = judge(decided.model_copy(update={"sets": None, "far": None}), classes, held.probabilities)
    return Worth(
        screening=people.screening(classes[place], prevalence, is_class, verdicts.labels == place, held.groups),
        trade=coverage.trade(decided, classes, validation, held),
        plain=coverage.coverage(1.0, held.true, never, held.groups),
    )


@lru_cache(maxsize=32)
def _benefit(folder: Path, subset: Subset, positive: str, prevalence: float, changed: Changed) -> NetBenefit | None:
    classes, held = _classes(RunFolder(folder)), _held(folder, subset, changed)
    place = classes.index(positive)
    is_class = held.true == place
    if not 0 < is_class.sum() < len(is_class):
        return None
    said = _chances(folder, subset, changed)[:, place]
    return people.net_benefit(positive, prevalence, is_class, said, held.groups)


def _to_find(run: RunFolder, subset: Subset, changed: Changed, decided: Decision) -> tuple[int, np.ndarray]:
    """Number of the class that the threshold is for, and (n,) which samples are of it."""
    place = _classes(run).index(decided.cut.positive)
    return place, _held(run.path, subset, changed).true == place


def _verdicts(run: RunFolder, subset: Subset, changed: Changed, decided: Decision) -> Verdicts:
    held = _held(run.path, subset, changed)
    return judge(decided, _classes(run), held.probabilities, held.distances)


def _ids(run: RunFolder, subset: Subset, chosen: np.ndarray) -> set[str]:
    """Ids of the judged samples for which ``chosen`` (n,) holds."""
    said = Predictions.model_validate_json(run.predictions(subset).read_bytes())
    return {sample for sample, one in zip(said.samples, chosen, strict=True) if one}


def _classes(run: RunFolder) -> list[str]:
    plan = _plan(run)
    return load_dataset(run.home, plan.project, plan.dataset).classes


def _plan(run: RunFolder) -> TrainPlan:
    plan = run.plan()
    assert isinstance(plan, TrainPlan)
    return plan
