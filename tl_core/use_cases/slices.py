"""Is a model as good for everyone? Its figures by the values of the columns that came with the data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Predictions
from tl_core.domain.slices import Sliced
from tl_core.domain.split import Subset
from tl_core.evaluation.slices import columns_of, sliced, value_of
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import results
from tl_core.use_cases.results import Answered


def slices(run_id: str, subset: Subset) -> list[Sliced]:
    """Column by column; none where nothing is known to compare by. Raises InputFault: no such job."""
    folder = RunFolder.find(Home.default(), run_id)
    file = folder.predictions(subset)
    try:
        return _sliced(folder.path, file, file.stat().st_mtime_ns)
    except (FileNotFoundError, InputFault):  # not judged yet, or its data are gone
        return []


def samples_of(run_id: str, subset: Subset, column: str, value: str) -> list[Answered]:
    """The judged samples with one value of a column, wrong ones and the surest first."""
    found = results.samples_in_cell(run_id, subset)
    return [one for one in found if value_of(one.sample, column) == value]


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
        columns_of(dataset, ids), np.array(told.true)[kept], np.array(told.probabilities)[kept], groups
    )  # fmt: skip
