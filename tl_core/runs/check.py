"""A job: examine a dataset before anything learns from it."""

from __future__ import annotations

import time
from functools import partial

import numpy as np

from tl_core import backbones, checks, modalities
from tl_core.backbones.load import load
from tl_core.checks import passages, timelines
from tl_core.checks.examined import Examined
from tl_core.checks.passages.examined import Passages
from tl_core.checks.registry import Checks, T
from tl_core.checks.timelines.examined import Timelines
from tl_core.data.series.calendar import seasons
from tl_core.data.split import make_split
from tl_core.domain.dataset import Dataset, Sample
from tl_core.domain.event import Phase, Progress, Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.finding import LEVELS, Finding, Findings
from tl_core.domain.plan import CheckPlan
from tl_core.domain.split import SUBSETS, Concern
from tl_core.modalities.look import Look
from tl_core.runs.features import Encoder
from tl_core.runs.forecast_table import timelines_of
from tl_core.runs.material import Reader, as_training, subset_of
from tl_core.store.datasets import load_dataset
from tl_core.store.findings import write_findings
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training import recipes
from tl_core.training.devices import choose_device

Told = tuple[list[Finding], list[Concern]]  # what was found, and what could not be checked
PAUSE = 64  # samples between two looks at the clock and at a wish to stop


def run(folder: RunFolder, plan: CheckPlan, home: Home) -> None:
    """Look, encode, check, tell. The exam's samples are looked at too, but no model is asked about them.

    Raises InputFault (no samples, no such starting model or device) and Stopped.
    """
    began = time.monotonic()
    dataset = load_dataset(home, plan.project, plan.dataset)
    findings, omitted = _OF_TASK[dataset.task](folder, plan, home, dataset)
    found = Findings(
        dataset=dataset.id, rule=plan.split, backbone=plan.backbone, findings=findings, omitted=omitted,
        seconds=time.monotonic() - began,
    )  # fmt: skip
    write_findings(home, plan.project, found)
    folder.append(Result(values={level: len(found.of_level(level)) for level in LEVELS}))


def _samples(folder: RunFolder, plan: CheckPlan, home: Home, dataset: Dataset) -> Told:
    """Of samples with classes: as they are without a model, and as the starting model sees them."""
    split = make_split(dataset, plan.split)
    parts = [subset_of(dataset, split, name) for name in SUBSETS]
    samples = [sample for part in parts for sample in part.samples]
    if not samples:
        raise InputFault("plans.no_data")
    looks = _looks(folder, plan, home, samples)
    backbone, device = load(home, plan.backbone), choose_device(plan.device)
    asked = recipes.resolve(as_training(plan).model_copy(update={"recipe": "probe"}), backbone.card)
    encoder = Encoder(
        home, asked, backbone, Reader(home, asked, backbone, device), parts[0], parts[1], device,
        folder.append, folder.stop_requested,
    )  # fmt: skip
    features = encoder.features_of([part for part in parts if part.samples])
    number = {label: k for k, label in enumerate(dataset.classes)}
    _, groups = np.unique([sample.group or f"\0{sample.id}" for sample in samples], return_inverse=True)
    examined = Examined(
        dataset=dataset,
        card=backbone.card,
        samples=samples,
        labels=np.array([number[sample.label or ""] for sample in samples], dtype=np.int64),
        groups=groups,
        subset=np.repeat(SUBSETS, [len(part.samples) for part in parts]),
        features=np.concatenate(features),
        looks=looks,
        alike=partial(modalities.get(plan.modality).alike, home, plan.project),
        seed=plan.split.seed,
        stop=folder.stop_requested,
    )
    return _checked(folder, checks.CHECKS, examined)


def _timelines(folder: RunFolder, plan: CheckPlan, home: Home, dataset: Dataset) -> Told:
    """Of series to go on with: the values alone."""
    series = timelines_of(home, plan.project, dataset)
    assert dataset.frequency is not None
    ids = [sample.id for sample in dataset.samples]
    examined = Timelines(series, ids, tuple(seasons(dataset.frequency)), folder.stop_requested)
    return _checked(folder, timelines.CHECKS, examined)


def _passages(folder: RunFolder, plan: CheckPlan, home: Home, dataset: Dataset) -> Told:
    """Of documents: the texts alone."""
    examined = Passages(dataset.samples, backbones.card(home, plan.backbone), folder.stop_requested)
    return _checked(folder, passages.CHECKS, examined)


_OF_TASK = {"classify": _samples, "forecast": _timelines, "answer": _passages}


def _checked(folder: RunFolder, made: Checks[T], examined: T) -> Told:
    """All of them, telling how far."""
    names = made.names
    folder.append(Phase(name="checks", total=len(names)))
    return made.examine(examined, lambda name: folder.append(Progress(done=names.index(name), total=len(names))))


def _looks(folder: RunFolder, plan: CheckPlan, home: Home, samples: list[Sample]) -> list[Look]:
    """Every sample as it is without a model."""
    modality = modalities.get(plan.modality)
    folder.append(Phase(name="looks", total=len(samples)))
    looks = []
    for done, sample in enumerate(samples):
        if done % PAUSE == 0:
            if folder.stop_requested():
                raise Stopped
            folder.append(Progress(done=done, total=len(samples)))
        looks.append(modality.look(home, plan.project, sample))
    return looks
