"""Real series with their official split: learned and chosen by the training series alone, asked once on the test."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from tl_core import modalities
from tl_core.backbones.load import load
from tl_core.data.samples import gunpoint
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.data.series.stored import Series, series
from tl_core.data.series.tsfile import Case, cases
from tl_core.evaluation.baselines import competitors
from tl_core.evaluation.metrics import balanced_accuracy
from tl_core.evaluation.recommended import recommend
from tl_core.evaluation.report import Answers
from tl_core.store.home import Home
from tl_core.tasks import classify

pytestmark = pytest.mark.weights


class Known(NamedTuple):
    raws: list[Series]
    y: np.ndarray


def known(folder: Path, part: str) -> Known:
    [file] = folder.glob(f"*_{part}.ts")
    found = [case for _, case in cases(file) if isinstance(case, Case)]
    _, y = np.unique([case.label for case in found], return_inverse=True)
    return Known([series(one.values, [f"c{k}" for k in range(len(one.values))]) for one in found], y)


def probe(stock: Home, learn: Known, judge: Known) -> Answers:
    """The quick look at the depth that the training series choose."""
    from tl_core import backbones

    backbone = load(stock, backbones.default("series"))
    modality = modalities.get("series")
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
    best = int(np.argmin(classify.depth_losses(depths, learn.y, alone)))
    classes = int(learn.y.max()) + 1
    made = classify.solve_probe(depths[best], learn.y, classes, alone)
    with torch.inference_mode():
        said = classify.probabilities(made.head()(torch.from_numpy(features(judge.raws)[best])))
    return Answers(said, 0.0, left_out=classify.out_of_fold(depths[best], learn.y, classes, alone))


@pytest.mark.parametrize(
    ("name", "least_probe", "least_recommended"),
    [("gunpoint", 0.97, 0.97), ("power", 0.95, 0.955), ("arrowhead", 0.75, 0.82), ("motions", 0.9, 0.95)],
)
def test_what_is_recommended_is_good(stock: Home, name: str, least_probe: float, least_recommended: float) -> None:
    folder = fetch_sample_set(stock, name)
    learn, judge = known(folder, "TRAIN"), known(folder, "TEST")
    answers = {"probe": probe(stock, learn, judge)}
    for competitor, baseline in competitors("series").items():
        fitted = baseline.fit(learn.raws, learn.y)
        answers[competitor] = Answers(fitted.predict(judge.raws), 0.0, left_out=getattr(fitted, "left_out", None))
    alone, ones = np.arange(len(learn.y)), np.ones(len(learn.y))
    told = {key: one.left_out for key, one in answers.items() if one.left_out is not None}
    chances = {key: Answers(said, 0.0) for key, said in told.items()}
    verdict = recommend("probe", chances, (learn.y, alone, ones))
    figures = {key: balanced_accuracy(judge.y, one.probabilities) for key, one in answers.items()}
    assert figures["probe"] >= least_probe
    assert figures[verdict.recommended] >= least_recommended


@pytest.mark.parametrize(
    ("name", "learn", "judge"),
    [("gunpoint", 50, 150), ("power", 67, 1029), ("arrowhead", 36, 175), ("motions", 40, 40)],
)
def test_the_sets_are_whole_and_named(stock: Home, name: str, learn: int, judge: int) -> None:
    folder = fetch_sample_set(stock, name)
    assert [len(known(folder, part).y) for part in ("TRAIN", "TEST")] == [learn, judge]
    [file] = folder.glob("*_TRAIN.ts")
    module = importlib.import_module(f"{gunpoint.__package__}.{name}")
    labels = {case.label for _, case in cases(file) if isinstance(case, Case)}
    assert labels == (set(module.CLASSES.values()) or {"Standing", "Running", "Walking", "Badminton"})
