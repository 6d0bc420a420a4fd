"""Is a model as good for everyone? Its figures by the values of the columns that came with the data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Predictions
from tl_core.domain.slices import Sliced
from tl_core.domain.split import Subset
from tl_core.evaluation.slices import sliced
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

TRAITS = ("language",)  # of samples themselves, by which they can be compared without a column


def slices(run_id: str, subset: Subset) -> list[Sliced]:
    """Column by column; none where nothing is known to compare by. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    file = folder.path / "evaluation" / f"{subset}-predictions.json"
    try:
        return _sliced(folder.path, file, file.stat().st_mtime_ns)
    except (FileNotFoundError, InputFault):  # not judged yet, or its data are gone
        return []


def columns(dataset: Dataset, ids: list[str]) -> dict[str, list[str]]:
    """Name -> value of each sample in ``ids``, "" where it has none."""
    by_id = {sample.id: sample for sample in dataset.samples}
    chosen = [by_id[one] for one in ids if one in by_id]
    found = {
        name: [sample.attributes.get(name, "") for sample in chosen]
        for name in dict.fromkeys(name for sample in chosen for name in sample.attributes)
    }
    for trait in TRAITS:
        if any(trait in sample.traits for sample in chosen):
            found.setdefault(trait, [str(sample.traits.get(trait, "")) for sample in chosen])
    return found


@lru_cache(maxsize=16)
def _sliced(path: Path, file: Path, changed: int) -> list[Sliced]:
    folder = RunFolder(path)
    plan = folder.plan()
    assert isinstance(plan, TrainPlan)
    dataset = load_dataset(folder.home, plan.project, plan.dataset)
    told = Predictions.model_validate_json(file.read_bytes())
    by_id = {sample.id: sample for sample in dataset.samples}
    kept = [place for place, one in enumerate(told.samples) if one in by_id]
    ids = [told.samples[place] for place in kept]
    groups = [by_id[one].group for one in ids] if dataset.group_rule else None
    return sliced(
        columns(dataset, ids), np.array(told.true)[kept], np.array(told.probabilities)[kept], groups
    )  # fmt: skip
