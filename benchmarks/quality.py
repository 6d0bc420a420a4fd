"""How good are the models? Reviews, photos and solar scans over several seeds, through the command line.

Each seed draws its own training samples and its own test samples; figures are of the opened test set.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import sets

METRIC = "test/balanced_accuracy"


@dataclass(frozen=True)
class Work:
    """One set of samples and the recipes to run on it."""

    name: str
    modality: str
    recipes: tuple[str, ...]
    draw: Callable[[Path, int], tuple[Path, Path]]  # folder, seed -> training data, test data
    arguments: tuple[str, ...] = ()


@dataclass
class Figures:
    """Balanced accuracy on the test samples, a value a seed."""

    model: list[float] = field(default_factory=list)
    gain_over_classic: list[tuple[float, float]] = field(default_factory=list)  # interval of the paired difference
    chosen: list[str] = field(default_factory=list)
    others: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


WORKS = (
    Work("reviews", "text", ("probe", "finetune", "scratch"), sets.reviews, ("--group-column", "review")),
    Work("photos", "image", ("probe", "finetune"), sets.photos),
    Work("solar", "image", ("probe", "finetune"), sets.solar, ("--group-pattern", r"module-(\d+)")),
)


def measure(folder: Path, seeds: int, only: list[str]) -> Iterator[dict[str, Any]]:
    """One row a set and recipe, told as soon as it is known."""
    for work in WORKS:
        for recipe in work.recipes:
            if only and work.name not in only and f"{work.name}/{recipe}" not in only:
                continue
            figures = Figures()
            for seed in range(seeds):
                _add(figures, _train(folder, work, recipe, seed))
            yield _row(work, recipe, figures)


def _train(folder: Path, work: Work, recipe: str, seed: int) -> dict[str, Any]:
    """One training in a home of its own, weights shared; its JSON."""
    train, test = work.draw(folder, seed)
    command = [
        sys.executable, "-m", "tl_core", "train", "--modality", work.modality, "--data", str(train),
        "--test", str(test), "--recipe", recipe, "--seed", str(seed), "--exam", "--json", *work.arguments,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"THAW_HOME": str(folder / "home")})
    if done.returncode:
        raise RuntimeError(f"{work.name}, {recipe}, seed {seed}: {done.stderr.strip()}")
    result = json.loads(done.stdout.splitlines()[-1])
    shutil.rmtree(result["folder"])
    print(f"  {work.name} {recipe} seed {seed}: {result['metrics'][METRIC]['value']:.3f}", file=sys.stderr, flush=True)
    return result


def _add(figures: Figures, result: dict[str, Any]) -> None:
    figures.model.append(result["metrics"][METRIC]["value"])
    figures.chosen.append(result["chosen"])
    figures.seconds.append(result["seconds"]["total"])
    if METRIC in result["gain_over_classic"]:
        gain = result["gain_over_classic"][METRIC]
        figures.gain_over_classic.append((gain["low"], gain["high"]))
    for name, metrics in result["baselines"].items():
        if METRIC in metrics:
            figures.others.setdefault(name, []).append(metrics[METRIC]["value"])


def _row(work: Work, recipe: str, figures: Figures) -> dict[str, Any]:
    def spread(values: list[float]) -> str:
        return f"{statistics.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"

    return {
        "set": work.name,
        "recipe": recipe,
        "seeds": len(figures.model),
        "balanced accuracy": spread(figures.model),
        **{name: spread(values) for name, values in figures.others.items()},
        "gain over classic, intervals": [f"{low:.3f} to {high:.3f}" for low, high in figures.gain_over_classic],
        "chosen": figures.chosen,
        "seconds": round(statistics.median(figures.seconds), 1),
    }
