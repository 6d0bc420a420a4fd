"""What a training works with: samples of each subset, their labels and groups, and how to read them for a backbone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tl_core import modalities
from tl_core.backbones.protocol import Backbone
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import CalibratePlan, CheckPlan, ExcitePlan, SuggestPlan, TrainPlan
from tl_core.domain.split import Split
from tl_core.domain.split import Subset as SubsetName
from tl_core.modalities.augmentation import augmented
from tl_core.store.home import Home

Batch = dict[str, Tensor]
SEEDS = "seeds"  # of a batch that is still to be augmented: a number a sample


@dataclass(frozen=True)
class Subset:
    """One subset in a fixed order. ``labels`` (sample,) index the dataset's classes; ``groups`` (sample,) are codes."""

    samples: list[Sample]
    labels: np.ndarray
    groups: np.ndarray

    @property
    def ids(self) -> list[str]:
        return [sample.id for sample in self.samples]

    @property
    def lengths(self) -> np.ndarray:
        """What a sample costs (``cost_of``)."""
        return np.array([cost_of(sample) for sample in self.samples], dtype=np.int64)

    def part(self, numbers: np.ndarray) -> Subset:
        """Those of its samples with ``numbers``, in that order."""
        return Subset([self.samples[number] for number in numbers], self.labels[numbers], self.groups[numbers])


def cost_of(sample: Sample) -> int:
    """Roughly: characters of a text, hundredths of a second of what takes time, 1 for anything else."""
    seconds = sample.traits.get("seconds")
    if isinstance(seconds, int | float):
        return max(1, round(100 * seconds))
    return len(sample.text) if sample.text else 1


def subset_of(dataset: Dataset, split: Split, name: SubsetName) -> Subset:
    """The samples of one subset, ordered by id so that the order depends on nothing else."""
    samples = sorted((s for s in dataset.samples if split.subset.get(s.id) == name), key=lambda sample: sample.id)
    number = {label: k for k, label in enumerate(dataset.classes)}
    labels = np.array([number[sample.label] for sample in samples if sample.label is not None], dtype=np.int64)
    _, groups = np.unique([sample.group or f"\0{sample.id}" for sample in samples], return_inverse=True)
    return Subset(samples, labels, groups)


def check_enough(train: Subset, validation: Subset, dataset: Dataset) -> None:
    """At least two classes to tell apart, each with something to learn from, and something to judge by."""
    if len(dataset.classes) < 2:
        waiting = any(sample.label is None for sample in dataset.samples)
        raise InputFault("labelling.few" if waiting else "training.one_class", count=len(dataset.classes))
    for number, label in enumerate(dataset.classes):
        if not (train.labels == number).any():
            raise InputFault("training.class_without_samples", label=label)
    if not len(validation.labels):
        raise InputFault("training.no_validation")


def as_training(plan: CalibratePlan | ExcitePlan | CheckPlan | SuggestPlan) -> TrainPlan:
    """The training whose samples such a plan looks at as they are."""
    return TrainPlan(
        project=plan.project, dataset=plan.dataset, modality=plan.modality, backbone=plan.backbone, options=plan.options
    )


class Reader:
    """Samples as input batches for a backbone; view 0 as they are, later views augmented, each always the same.

    On a GPU a batch is augmented where it is computed with (``varied``) if the modality can do that; else, and on
    other devices, sample by sample as it is read.
    """

    def __init__(self, home: Home, plan: TrainPlan, backbone: Backbone, device: torch.device) -> None:
        self._home, self._plan = home, plan
        self._modality = modalities.get(plan.modality)
        self._preprocess = self._modality.make_preprocessor(backbone.card, backbone.files, plan.options)
        offered = {a.name: a for a in self._modality.augmentations()}
        unknown = [name for name in plan.augmentations if name not in offered]
        if unknown:
            raise InputFault("training.unknown_augmentation", name=unknown[0], known=", ".join(offered))
        self._augmentations = [offered[name] for name in plan.augmentations]
        self._vary = (
            self._modality.batch_variation(backbone.card, plan.augmentations) if device.type == "cuda" else None
        )

    @property
    def changing(self) -> bool:
        """Whether views differ at all."""
        return bool(self._augmentations)

    def raw(self, sample: Sample) -> object:
        """The decoded sample: a picture or a text."""
        return self._modality.load_raw(self._home, self._plan.project, sample)

    def batch(self, samples: Sequence[Sample], view: int) -> Batch:
        """One collated input batch; with the ``seeds`` of its samples where ``varied`` is to augment them."""
        late = self._vary is not None and view > 0 and self.changing
        batch = self._modality.collate([self._preprocess(self._seen(one, 0 if late else view)) for one in samples])
        return (
            {**batch, SEEDS: torch.tensor([self._seed(s, view) for s in samples], dtype=torch.uint64)}
            if late
            else batch
        )

    def varied(self, batch: Batch) -> Batch:
        """The batch, on the device by now, augmented if that was left to do."""
        if SEEDS not in batch or self._vary is None:
            return batch
        rngs = [np.random.default_rng(seed) for seed in batch[SEEDS].tolist()]
        return self._vary({name: tensor for name, tensor in batch.items() if name != SEEDS}, rngs)

    def of(self, subset: Subset):  # -> ReadItems
        """``batch`` by numbers of a subset's samples."""
        return lambda indices, view: self.batch([subset.samples[i] for i in indices], view)

    def _seen(self, sample: Sample, view: int) -> object:
        raw = self.raw(sample)
        return augmented(raw, self._augmentations, np.random.default_rng(self._seed(sample, view))) if view else raw

    def _seed(self, sample: Sample, view: int) -> int:
        """Of all that is random in this view of the sample."""
        digest = hashlib.sha256(f"{self._plan.seed}/{view}/{sample.id}".encode()).digest()
        return int.from_bytes(digest[:8], "big")
