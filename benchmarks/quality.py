"""How good are the models? Reviews, photos, solar scans, instruments and time series, several seeds, by command line.

Each seed draws its own training samples and its own test samples; figures are of the opened test set. Where the
seeds are folds that part the samples, the answers of all folds are judged together as well, with intervals.
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

import numpy as np

from benchmarks import official, sets
from tl_core import backbones
from tl_core.backbones.fetch import fetch
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Metric, MetricName
from tl_core.evaluation.metrics import measure as measures
from tl_core.evaluation.paired import paired_gain
from tl_core.runs.baselines import judge_baselines
from tl_core.runs.material import subset_of
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

METRIC = "test/balanced_accuracy"
SHOWN: tuple[MetricName, ...] = ("balanced_accuracy", "auc")


@dataclass(frozen=True)
class Work:
    """One set of samples and the recipes to run on it."""

    name: str
    modality: str
    recipes: tuple[str, ...]
    draw: Callable[[Path, int], tuple[Path, Path]]  # folder, seed -> training data, test data
    arguments: tuple[str, ...] = ()
    folds: bool = False  # the tests of the seeds part the samples
    official: bool = False  # its test is the same for every seed; judged too with all training samples learned from


@dataclass
class Answered:
    """Test samples of one seed: true classes and group codes (sample,), probabilities (sample, class)."""

    true: np.ndarray
    groups: np.ndarray
    model: np.ndarray
    classic: np.ndarray


@dataclass
class Figures:
    """Balanced accuracy on the test samples, a value a seed."""

    model: list[float] = field(default_factory=list)
    gain_over_classic: list[tuple[float, float]] = field(default_factory=list)  # interval of the paired difference
    chosen: list[str] = field(default_factory=list)
    recommended: list[tuple[float, str]] = field(default_factory=list)  # the candidate that is, with its figure
    others: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)


WORKS = (
    Work("reviews", "text", ("probe", "finetune", "scratch"), sets.reviews, ("--group-column", "review")),
    Work("photos", "image", ("probe", "finetune"), sets.photos),
    Work("solar", "image", ("probe", "finetune"), sets.solar, ("--group-pattern", r"module-(\d+)"), folds=True),
    Work("instruments", "audio", ("probe", "finetune"), sets.instruments, folds=True),
    *(Work(name, "series", ("probe", "finetune"), official.files(name), official=True) for name in official.SETS),
)


def measure(folder: Path, seeds: int, only: list[str]) -> Iterator[dict[str, Any]]:
    """One row a set and recipe, told as soon as it is known; one more for all folds of a set together."""
    for work in WORKS:
        if not only or any(name.split("/")[0] == work.name for name in only):
            fetch(Home(folder / "home"), backbones.default(work.modality))
        answered: dict[str, list[Answered]] = {}
        for recipe in work.recipes:
            if only and work.name not in only and f"{work.name}/{recipe}" not in only:
                continue
            figures = Figures()
            for seed in range(seeds):
                _add(figures, _train(folder, work, recipe, seed), folder if work.folds else None)
            answered[recipe] = figures.answered
            yield _row(work, recipe, figures)
        if work.official and (not only or work.name in only):
            yield official.row(folder, work.name, seeds)
        if work.folds and answered:
            yield _together(work, answered)


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
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"  {work.name} {recipe} seed {seed}: {result['metrics'][METRIC]['value']:.3f}", file=sys.stderr, flush=True)
    return result


def _add(figures: Figures, result: dict[str, Any], folder: Path | None) -> None:
    figures.model.append(result["metrics"][METRIC]["value"])
    figures.chosen.append(result["chosen"])
    rival = result["baselines"].get(result["recommended"], result["metrics"])
    figures.recommended.append((rival[METRIC]["value"], result["recommended"]))
    figures.seconds.append(result["seconds"]["total"])
    gain = result["gain_over_classic"].get(METRIC)
    if gain and gain["low"] is not None:  # a test of few groups has no interval
        figures.gain_over_classic.append((gain["low"], gain["high"]))
    for name, metrics in result["baselines"].items():
        if METRIC in metrics:
            figures.others.setdefault(name, []).append(metrics[METRIC]["value"])
    run = RunFolder(Path(result["folder"]))
    if folder:
        figures.answered.append(_answered(Home(folder / "home"), run))
    shutil.rmtree(run.path)


def _answered(home: Home, folder: RunFolder) -> Answered:
    """What the model and the classic baseline of a training said of its test samples."""
    plan, split = folder.plan(), folder.split()
    assert isinstance(plan, TrainPlan)
    assert split is not None
    dataset = load_dataset(home, plan.project, plan.dataset)
    train, test = subset_of(dataset, split, "train"), subset_of(dataset, split, "test")
    said = json.loads((folder.evaluation / "test-predictions.json").read_bytes())
    classic = judge_baselines(home, plan.project, plan.modality, train, test, len(dataset.classes))["classic"]
    return Answered(test.labels, test.groups, np.array(said["probabilities"]), classic.probabilities)


def _together(work: Work, answered: dict[str, list[Answered]]) -> dict[str, Any]:
    """All folds judged at once: every recipe and the classic baseline with intervals, and their paired differences."""
    folds = next(iter(answered.values()))
    true = np.concatenate([fold.true for fold in folds])
    groups = np.concatenate([[f"{number} {code}" for code in fold.groups] for number, fold in enumerate(folds)])
    chances = {"classic": np.concatenate([fold.classic for fold in folds])}
    chances |= {recipe: np.concatenate([fold.model for fold in found]) for recipe, found in answered.items()}

    def said(metric: Metric) -> str:
        return f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})" if metric.low else f"{metric.value:.3f}"

    metrics = {name: measures(true, chance, groups) for name, chance in chances.items()}
    pairs = [(better, worse) for number, worse in enumerate(chances) for better in list(chances)[number + 1 :]]
    return {
        "set": work.name,
        "all folds together": {"samples": len(true), "groups": len(np.unique(groups))},
        **{name: {shown: said(found[shown]) for shown in SHOWN} for name, found in metrics.items()},
        **{f"{a} over {b}": said(paired_gain(true, chances[a], chances[b], groups)) for a, b in pairs},
    }


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
        "recommended": spread([value for value, _ in figures.recommended]),
        "recommended by seed": [name for _, name in figures.recommended],
        "seconds": round(statistics.median(figures.seconds), 1),
    }
