"""A home with a tiny starting model as if fetched, and a fine-tuning of it over made-up samples."""

from __future__ import annotations

from types import ModuleType

import pytest
import torch

from tests.bundle.tiny import IMAGE, TEXT, Made, make
from tl_core.backbones.keep import keep
from tl_core.domain.bundle import Parity
from tl_core.domain.plan import TrainPlan
from tl_core.domain.split import SplitRule
from tl_core.store import runs
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.store.run_folder import RunFolder


def plan(home: Home, modality: str, *, classifier: bool = True, count: int = 90, **changes: object) -> TrainPlan:
    """A project whose data are in, and what to do with them: one of two stages stays frozen."""
    project = create_project(home, "Tiny", "photos" if modality == "image" else "reviews").id
    made = start(home, project, modality, classifier=classifier, count=count)
    dataset = save_dataset(home, project, made.dataset)
    set_dataset(home, project, dataset.id)
    values = {
        "project": project, "dataset": dataset.id, "modality": modality, "backbone": made.backbone.card.name,
        "recipe": "finetune", "frozen_stages": 1, "epochs": 4, "batch_size": 16, "learning_rate": 0.05,
        "patience": 9, "device": "cpu", "split": SplitRule(), "options": made.plan.options,
    }  # fmt: skip
    return TrainPlan.model_validate(values | changes)


def start(
    home: Home, project: str, modality: str, *, classifier: bool = True, count: int = 90, changed: bool = False
) -> Made:
    """Samples in the project, and their starting model as if fetched; ``changed``: with other weights."""
    made = make(home, modality, count=count, project=project)
    weights = {name: tensor * (1.1 if changed else 1) for name, tensor in made.backbone.network.state_dict().items()}
    if classifier and modality == "image":
        torch.manual_seed(3)
        weights |= {
            "classifier.weight": torch.randn(12, made.backbone.card.features),
            "classifier.bias": torch.zeros(12),
        }
    files = {name: path.read_bytes() for name, path in made.backbone.files.items()}
    keep(home, made.backbone.card, IMAGE if modality == "image" else TEXT, weights, files)
    return made


def uncertified(patch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """No fresh process confirms what ``module`` writes: it loads libraries for seconds."""
    passed = Parity(samples=1, labels_equal=True, largest_difference=0.0)
    patch.setattr(module, "start_fresh", lambda library: None)
    patch.setattr(module, "certify", lambda *arguments: passed)


def folder(home: Home, asked: TrainPlan) -> RunFolder:
    return runs.create_run(home, asked)
