"""Real sample sets as checks see them: brought in as by a person, encoded by the default starting model."""

from __future__ import annotations

import shutil

import numpy as np
import torch

from tl_core import backbones, modalities
from tl_core.backbones.load import load
from tl_core.checks.examined import Examined
from tl_core.data.doors import Doors
from tl_core.data.intake import collect
from tl_core.data.samples.catalogue import fetch_sample_set, sample_set
from tl_core.data.split import make_split
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import IntakePlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.split import SUBSETS, SplitRule
from tl_core.freezing.prefix import compile_prefix, compiled_models
from tl_core.modalities.look import Look
from tl_core.runs.intake import reading_of
from tl_core.runs.material import Reader, subset_of
from tl_core.store.home import Home
from tl_core.store.projects import create_project

BATCH = 16
_seen: dict[tuple[str, str], np.ndarray] = {}  # starting model and sample -> its features: looked at once a process


def bring(home: Home, name: str, groups: bool = True) -> tuple[Project, Dataset]:
    """A sample set in a project of its own; its groups, if it has any, may be left out."""
    wanted = sample_set(name)
    project = create_project(home, name, wanted.purpose, name)
    columns = wanted.columns
    if columns and not groups:
        columns = columns.model_copy(update={"group": ""})
    plan = IntakePlan(
        project=project.id,
        modality=wanted.modality,
        paths=[str(fetch_sample_set(home, name))],
        columns=columns,
        group_pattern=wanted.group_pattern if groups else None,
        merge_labels=wanted.merge_labels,
    )
    work = home.cache / f"work-{project.id}"
    work.mkdir()
    doors = Doors(
        samples=home.samples(project.id),
        thumbnails=home.thumbnails(project.id),
        work=work,
        secret=home.secret(),
        private=project.private,
        tell=lambda event: None,
        stop=lambda: False,
    )
    dataset = collect(plan, reading_of(plan.modality), doors, wanted.licence)
    shutil.rmtree(work)
    return project, dataset.model_copy(update={"id": name})


def look_at(home: Home, project: Project, dataset: Dataset) -> Examined:
    """All samples with their features; what is to be seen without a model is left to others."""
    split = make_split(dataset, SplitRule())
    subsets = [subset_of(dataset, split, name) for name in SUBSETS]
    samples = [sample for subset in subsets for sample in subset.samples]
    _, groups = np.unique([sample.group or f"\0{sample.id}" for sample in samples], return_inverse=True)
    name = backbones.default(dataset.modality)
    return Examined(
        dataset=dataset,
        card=backbones.card(home, name),
        samples=samples,
        labels=np.concatenate([subset.labels for subset in subsets]),
        groups=groups,
        subset=np.repeat(SUBSETS, [len(subset.samples) for subset in subsets]),
        features=_features(home, project, dataset, samples, name),
        looks=[Look({}, {}, [], [])] * len(samples),
        alike=lambda one, other: 0.0,
    )


def _features(home: Home, project: Project, dataset: Dataset, samples: list, name: str) -> np.ndarray:
    backbone = load(home, name)
    options = modalities.get(dataset.modality).options().model_dump()
    plan = TrainPlan(project=project.id, dataset=dataset.id, modality=dataset.modality, backbone=name, options=options)
    cpu = torch.device("cpu")
    reader = Reader(home, plan, backbone, cpu)
    order = np.argsort([len(sample.text or "") for sample in samples], kind="stable").tolist()
    run = None
    order = [n for n in order if (name, samples[n].id) not in _seen]
    for start in range(0, len(order), BATCH):
        numbers = order[start : start + BATCH]
        batch = reader.batch([samples[n] for n in numbers], 0)
        if run is None:
            whole = len(backbone.stages)
            cache = compiled_models(home)
            run = compile_prefix(backbone, whole, batch, cpu, hidden=False, features=True, cache=cache)
        _, features = run(batch)
        assert features is not None
        _seen.update(zip([(name, samples[n].id) for n in numbers], features, strict=True))
    return np.stack([_seen[name, sample.id] for sample in samples])
