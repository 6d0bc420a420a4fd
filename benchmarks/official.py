"""Time series with their official split, all training series learned from: depth and winner chosen by cross-validation.

A training in Thaw keeps a fifth of them back to choose by and to say "not sure" by; figures of that come from the
command line as those of every other set. What is chosen here, and how, is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from tl_core import backbones, modalities
from tl_core.backbones.load import load
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.data.series.stored import Series, series
from tl_core.data.series.tsfile import Case, cases
from tl_core.evaluation.baselines import competitors
from tl_core.evaluation.metrics import measure
from tl_core.evaluation.recommended import recommend
from tl_core.evaluation.report import Answers
from tl_core.store.home import Home
from tl_core.tasks import classify

SETS = ("gunpoint", "power", "arrowhead", "motions")


class Known(NamedTuple):
    """Series (sample,) and their classes (sample,) as numbers."""

    raws: list[Series]
    y: np.ndarray


def files(name: str) -> Callable[[Path, int], tuple[Path, Path]]:
    """What draws the official training and test files of a sample set; the same for every seed."""

    def draw(folder: Path, seed: int) -> tuple[Path, Path]:
        found = fetch_sample_set(Home(folder / "home"), name)
        [train], [test] = found.glob("*_TRAIN.ts"), found.glob("*_TEST.ts")
        return train, test

    return draw


def known(file: Path) -> Known:
    """What a ``.ts`` file holds."""
    found = [case for _, case in cases(file) if isinstance(case, Case)]
    _, y = np.unique([case.label for case in found], return_inverse=True)
    return Known([series(one.values, [f"c{k}" for k in range(len(one.values))]) for one in found], y)


class Judged(NamedTuple):
    """Probabilities (test series, class) of the quick look and of each competitor, and which was recommended."""

    answers: dict[str, np.ndarray]
    recommended: str


def judge(home: Home, learn: Known, test: Known, seed: int = 0) -> Judged:
    """``seed``: of the folds. The test series have no say."""
    answers = {"probe": _probe(home, learn, test, seed)}
    for name, competitor in competitors("series").items():
        fitted = competitor.fit(learn.raws, learn.y)
        answers[name] = Answers(fitted.predict(test.raws), 0.0, left_out=getattr(fitted, "left_out", None))
    chances = {name: Answers(one.left_out, 0.0) for name, one in answers.items() if one.left_out is not None}
    verdict = recommend("probe", chances, (learn.y, np.arange(len(learn.y)), np.ones(len(learn.y))))
    return Judged({name: one.probabilities for name, one in answers.items()}, verdict.recommended)


def row(folder: Path, name: str, seeds: int) -> dict[str, Any]:
    """Balanced accuracy on the test series with its interval, of the middle seed; and of every seed."""
    home = Home(folder / "home")
    learn, test = (known(file) for file in files(name)(folder, 0))
    judged = [judge(home, learn, test, seed) for seed in range(seeds)]

    def told(of: Callable[[Judged], np.ndarray]) -> str:
        metrics = [measure(test.y, of(one), ranking=False)["balanced_accuracy"] for one in judged]
        middle = sorted(metrics, key=lambda one: one.value)[len(metrics) // 2]
        every = ", ".join(f"{one.value:.3f}" for one in metrics)
        return f"{middle.value:.3f} ({middle.low or 0:.3f} to {middle.high or 1:.3f}); by seed {every}"

    return {
        "set": name,
        "protocol": "all training series, cross-validated",
        "samples": [len(learn.y), len(test.y)],
        "quick look": told(lambda one: one.answers["probe"]),
        "recommended": told(lambda one: one.answers[one.recommended]),
        "names": [one.recommended for one in judged],
    }


def _probe(home: Home, learn: Known, test: Known, seed: int) -> Answers:
    """The quick look at the depth that the training series choose."""
    backbone, modality = load(home, backbones.default("series")), modalities.get("series")
    prepare = modality.make_preprocessor(backbone.card, {}, {})

    def features(raws: list[Series]) -> list[np.ndarray]:
        """Of each depth."""
        rows: list[list[torch.Tensor]] = [[] for _ in backbone.stages]
        for start in range(0, len(raws), 64):
            with torch.inference_mode():
                state = backbone.enter(modality.collate([prepare(raw) for raw in raws[start : start + 64]]))
                for row, stage in zip(rows, backbone.stages, strict=True):
                    state = backbone.run(stage, state)
                    row.append(backbone.pool(state))
        return [torch.cat(row).numpy() for row in rows]

    depths, alone = features(learn.raws), np.arange(len(learn.y))
    best = int(np.argmin(classify.depth_losses(depths, learn.y, alone, seed=seed)))
    classes = int(learn.y.max()) + 1
    made = classify.solve_probe(depths[best], learn.y, classes, alone, seed=seed)
    with torch.inference_mode():
        said = classify.probabilities(made.head()(torch.from_numpy(features(test.raws)[best])))
    left_out = classify.out_of_fold(depths[best], learn.y, classes, alone, seed=seed)
    return Answers(said, 0.0, left_out=left_out)
