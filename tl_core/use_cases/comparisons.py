"""Two trainings side by side, where both were judged on the same samples."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from tl_core.domain.comparison import Comparison
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Predictions
from tl_core.domain.split import Subset
from tl_core.evaluation.paired import compare as compare_answers
from tl_core.store import runs as index
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


def comparable(run_id: str, subset: Subset) -> list[str]:
    """Other trainings of the project judged on the same samples, newest first. On the exam: those it is open for."""
    home = Home.default()
    plan = _plan(RunFolder.find(home, run_id))
    found = []
    for other in index.ids_of(home, plan.project, "train"):
        folder = RunFolder(home.runs / other)
        if other == run_id or not _file(folder, subset).is_file():
            continue
        theirs = _plan(folder)
        if (theirs.dataset, theirs.split) == (plan.dataset, plan.split):
            found.append(other)
    return found


def compare(run_id: str, other_id: str, subset: Subset) -> Comparison:
    """``run_id`` beside ``other_id``. Raises InputFault: one was not judged, or on other samples."""
    home = Home.default()
    folders = [RunFolder.find(home, one) for one in (run_id, other_id)]
    try:
        changed = tuple(_file(one, subset).stat().st_mtime_ns for one in folders)
    except FileNotFoundError:
        raise InputFault("results.no_model") from None
    return _compare(folders[0].path, folders[1].path, subset, changed)


@lru_cache(maxsize=64)
def _compare(first: Path, second: Path, subset: Subset, changed: tuple[int, ...]) -> Comparison:
    folders = [RunFolder(first), RunFolder(second)]
    said = [Predictions.model_validate_json(_file(one, subset).read_bytes()) for one in folders]
    if (said[0].samples, said[0].true) != (said[1].samples, said[1].true):
        raise InputFault("results.other_samples")
    plan = _plan(folders[0])
    dataset = load_dataset(folders[0].home, plan.project, plan.dataset)
    group = {sample.id: sample.group for sample in dataset.samples}
    groups = [group.get(sample) for sample in said[0].samples] if dataset.group_rule else None
    answers = [np.array(one.probabilities) for one in said]
    return compare_answers(
        folders[0].id, folders[1].id, subset, np.array(said[0].true), answers[0], answers[1], groups
    )  # fmt: skip


def _file(folder: RunFolder, subset: Subset) -> Path:
    return folder.path / "evaluation" / f"{subset}-predictions.json"


def _plan(folder: RunFolder) -> TrainPlan:
    plan = folder.plan()
    if not isinstance(plan, TrainPlan):
        raise InputFault("results.not_a_training")
    return plan
