"""Whether a batch that was answered is like the samples its model was chosen by."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import numpy as np

from tl_core import modalities
from tl_core.bundle.load import Predictor
from tl_core.data.items import Item
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import TrainPlan
from tl_core.domain.shift import FILE, FOREIGN, Moved, Shift
from tl_core.evaluation import shift
from tl_core.evaluation.metrics import measure
from tl_core.evaluation.moved import Described, columns_of, moved
from tl_core.runs.answers_file import safe_cell
from tl_core.runs.baselines import Raws
from tl_core.runs.material import subset_of
from tl_core.runs.uploads import Said
from tl_core.store.atomic import write_json, write_text
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

FEWEST = 20  # samples of a batch: fewer say nothing
MOST = 5000  # of a batch that are compared
LOOKED_AT = 1000  # of the samples it learned from
LABELLED = 0.9  # share of samples of a known class from which a batch counts as labelled


@dataclass
class Batch:
    """What is kept of a batch while it is answered."""

    names: list[str] = field(default_factory=list)
    labels: list[str | None] = field(default_factory=list)
    groups: list[str | None] = field(default_factory=list)
    attributes: list[dict[str, str]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    def add(self, item: Item, said: Said) -> None:
        """What comes after ``MOST`` samples is answered, and not compared."""
        if len(self.said) < MOST:
            self.names.append(item.name)
            self.labels.append(item.label)
            self.groups.append(item.group)
            self.attributes.append(item.attributes)
            self.said.append(said)


def compare(home: Home, training: RunFolder, predictor: Predictor, batch: Batch, folder: RunFolder) -> Shift | None:
    """Write ``shift.json`` and ``foreign.csv`` into the batch's ``folder``. None: too few samples, or the model's own
    are gone. The exam is not looked at."""
    if len(batch.said) < FEWEST:
        return None
    dataset = _dataset(home, training)
    old = _judged(home, training, dataset) if dataset else None
    if dataset is None or old is None:
        return None
    raws, true, old_groups = old
    seen = predictor.look(raws)
    new = np.stack([said.network for said in batch.said])
    new_groups = batch.groups if any(batch.groups) else None
    features = np.stack([said.features for said in batch.said])
    try:
        apart, foreign = shift.told_apart(seen.features, features, old_groups, new_groups)
    except ValueError:  # a single group on one side
        return None
    classes = predictor.manifest.classes
    found = Shift(
        samples=len(batch.said),
        told_apart=apart,
        shares=shift.class_shares(classes, seen.probabilities, new, old_groups, new_groups),
        before=measure(true, seen.probabilities, old_groups, ranking=False)["accuracy"],
        expected=shift.expected_accuracy(true, seen.probabilities, new, old_groups, new_groups),
        slices=_moved(home, training, dataset, batch, classes),
    )
    found = found.model_copy(update=_measured(classes, batch, true, seen.probabilities, new, old_groups))
    write_json(folder.path / FILE, found)
    write_text(folder.path / FOREIGN, _foreign(classes, batch, foreign))
    return found


def _dataset(home: Home, training: RunFolder) -> Dataset | None:
    """What a training learned from; None where it is gone."""
    plan = training.plan()
    if not isinstance(plan, TrainPlan):
        return None
    try:
        return load_dataset(home, plan.project, plan.dataset)
    except InputFault:
        return None


def _judged(home: Home, training: RunFolder, dataset: Dataset) -> tuple[Raws, np.ndarray, np.ndarray | None] | None:
    """The validation samples of a training with their classes and groups; None where there are none."""
    plan, split = training.plan(), training.split()
    if not isinstance(plan, TrainPlan) or split is None:
        return None
    subset = subset_of(dataset, split, "validation")
    if not subset.samples:
        return None
    raws = Raws(home, plan.project, plan.modality, subset.samples)
    return raws, subset.labels, subset.groups if dataset.group_rule else None


def _moved(home: Home, training: RunFolder, dataset: Dataset, batch: Batch, classes: list[str]) -> list[Moved]:
    """By columns that both have, and by what is to be seen of each; some of the samples learned from are enough."""
    plan, split = training.plan(), training.split()
    if not isinstance(plan, TrainPlan) or split is None:
        return []
    subset = subset_of(dataset, split, "train")
    chosen = np.sort(np.random.default_rng(0).permutation(len(subset.samples))[:LOOKED_AT])
    samples = [subset.samples[place] for place in chosen]
    modality = modalities.get(plan.modality)
    old = Described(
        columns_of([sample.attributes for sample in samples]),
        [modality.look(home, plan.project, sample) for sample in samples],
        subset.groups[chosen] if dataset.group_rule else None,
    )
    looks = [said.look for said in batch.said if said.look is not None]
    new = Described(columns_of(batch.attributes), looks, batch.groups if any(batch.groups) else None)
    return moved(old, new, [classes[said.label] for said in batch.said], classes)


def _measured(
    classes: list[str], batch: Batch, true: np.ndarray, old: np.ndarray, new: np.ndarray, old_groups: np.ndarray | None
) -> dict:
    """What can be said besides where the batch came with its classes."""
    number = {label: k for k, label in enumerate(classes)}
    kept = [place for place, label in enumerate(batch.labels) if label in number]
    if len(kept) < LABELLED * len(batch.labels):
        return {}
    labels = np.array([number[str(batch.labels[place])] for place in kept], dtype=np.int64)
    groups = [batch.groups[place] for place in kept] if any(batch.groups) else None
    figures = measure(labels, new[kept], groups, ranking=False)
    if not len(np.intersect1d(true, labels)):
        return {}
    return {
        "measured": figures["accuracy"],
        "balanced": figures["balanced_accuracy"],
        "drop": shift.drop(true, old, labels, new[kept], old_groups, groups),
    }


def _foreign(classes: list[str], batch: Batch, foreign: np.ndarray) -> str:
    """The samples least like the old ones first."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["sample", "label", "foreign"])
    for place in np.argsort(-np.nan_to_num(foreign, nan=-1.0), kind="stable"):
        if not np.isnan(foreign[place]):
            label = classes[batch.said[place].label]
            writer.writerow([safe_cell(batch.names[place]), safe_cell(label), f"{foreign[place]:.3f}"])
    return stream.getvalue()
