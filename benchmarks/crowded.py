"""A project as a busy year leaves it: 5,000 samples in two versions and 200 trainings, from stored results.

Nothing is trained: a few trainings are made by hand, and the others hold hard links to their files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.app import made
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run, unended
from tl_core.use_cases import data

SAMPLES, RUNS = 5000, 200
CLASSES = ("cracked", "dusty", "sound", "spotted")
RATES = (0.003, 0.001, 0.0003)


def make(home: Home, samples: int = SAMPLES, runs: int = RUNS) -> Project:
    """The project, its starting model as if fetched. The last version of its data has a few labels corrected."""
    made.fetched(home)
    project = made.project(home, "photos", CLASSES, samples)
    _trainings(home, project, runs // 2)
    first = [sample.id for sample in made.load_dataset(home, project.id, str(project.dataset)).samples[:8:4]]
    data.move_samples(project.id, first, CLASSES[1])
    project = read_project(home, project.id)
    _trainings(home, project, runs - runs // 2)
    unended(home)  # marks in the index what has ended
    return project


def _trainings(home: Home, project: Project, count: int) -> None:
    """So many, of every recipe and boundary; the first of each recipe is made, the others are like it."""
    recipes: Sequence[tuple[str, int | None]] = [("finetune", k % 7) for k in range(4)] + [("probe", None)]
    models: dict[str, RunFolder] = {}
    for number in range(count):
        recipe, frozen = recipes[number % len(recipes)]
        changes: dict[str, Any] = {"frozen_stages": frozen, "learning_rate": RATES[number % 3], "seed": number}
        if recipe not in models:
            models[recipe] = made.done(home, project, recipe, **changes)
        else:
            _like(models[recipe], create_run(home, made.plan(project, recipe=recipe, **changes)))


def _like(model: RunFolder, folder: RunFolder) -> None:
    for file in sorted(model.path.rglob("*")):
        target = folder.path / file.relative_to(model.path)
        if file.is_dir():
            target.mkdir(exist_ok=True)
        elif not target.exists():
            _link(file, target)


def _link(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError:  # another disk, or one without links
        target.write_bytes(file.read_bytes())
