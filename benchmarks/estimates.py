"""How near are the estimates that a person sees before the start? Twelve plans, told and then done."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import sets, studio
from tl_core.domain.plan import Columns, IntakePlan, TrainPlan
from tl_core.domain.project import Purpose
from tl_core.store.home import Home
from tl_core.use_cases import estimates, plans, projects, runs

PATIENT = 1000  # epochs without a better one: the estimate is of all epochs
PLANS: dict[str, list[dict[str, Any]]] = {
    "reviews": [
        {"recipe": "probe"},
        {"frozen_stages": 6, "epochs": 5},
        {"frozen_stages": 4, "epochs": 5},
        {"frozen_stages": 1, "epochs": 3},
        {"frozen_stages": 0, "epochs": 2, "batch_size": 32},
        {"recipe": "scratch", "epochs": 2},
    ],
    "solar": [
        {"recipe": "probe"},
        {"frozen_stages": 6, "epochs": 20},
        {"frozen_stages": 5, "epochs": 10, "views": 2},
        {"frozen_stages": 5, "epochs": 5, "batch_size": 16, "augmentations": []},
        {"frozen_stages": 3, "epochs": 2, "augmentations": []},
        {"frozen_stages": 0, "epochs": 1},
    ],
}
SETS: dict[str, tuple[Purpose, Any, dict[str, Any]]] = {
    "reviews": ("reviews", sets.reviews, {"columns": Columns(text="text", label="label", group="review")}),
    "solar": ("photos", sets.solar, {"group_pattern": r"module-(\d+)"}),
}


def measure(folder: Path) -> Iterator[dict[str, Any]]:
    """A row a plan, and one with the errors of all."""
    home = Home(folder / "home")
    errors: list[float] = []
    drawn = {name: draw(folder, 0)[0] for name, (_, draw, _) in SETS.items()}
    with studio.worker(home):
        for name, changes in PLANS.items():
            purpose, _, how = SETS[name]
            project = projects.create("Estimates", purpose)
            intake = IntakePlan(
                project=project.id, modality=project.modality, paths=[str(drawn[name])], remove_paths=False, **how
            )
            studio.ended(home, intake)
            first = plans.default_plan(project.id)
            _calibrate(first)
            for change in changes:
                recipe = change.get("recipe", "finetune")
                fresh = plans.default_plan(project.id, recipe).model_dump() | {"patience": PATIENT}
                plan = TrainPlan.model_validate(fresh | change)
                told = estimates.estimates(plan)
                assert told
                expected = told[estimates.boundary(plan)]
                run, status = studio.ended(home, plan)
                seconds = status.seconds["total"]
                errors.append(expected.seconds / seconds - 1)
                yield {
                    "set": name, **change, "told seconds": round(expected.seconds, 1), "seconds": round(seconds, 1),
                    "error": f"{errors[-1]:+.0%}", "told memory": f"{expected.memory / 2**30:.2f} GiB",
                    "memory": f"{max((e.memory for e in run.view().epochs), default=0) / 2**30:.2f} GiB",
                    "parts": {part: round(spent, 1) for part, spent in status.seconds.items()},
                }  # fmt: skip
            projects.delete(project.id)
    yield {
        "plans": len(errors),
        "median error": f"{statistics.median(map(abs, errors)):.0%}",
        "worst factor": round(max(max(1 + e, 1 / (1 + e)) for e in errors), 2),
    }


def _calibrate(plan: TrainPlan) -> None:
    job = estimates.calibrate(plan)
    studio.until(lambda: not job or not runs.pending(job))
