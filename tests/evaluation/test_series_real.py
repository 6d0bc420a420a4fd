"""Real series with their official split: learned and chosen by the training series alone, asked once on the test."""

from __future__ import annotations

import importlib

import pytest

from benchmarks.official import judge as judged_by
from benchmarks.official import known
from tl_core.data.samples import gunpoint
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.data.series.tsfile import Case, cases
from tl_core.evaluation.metrics import balanced_accuracy
from tl_core.store.home import Home

pytestmark = pytest.mark.weights


@pytest.mark.parametrize(
    ("name", "least_probe", "least_recommended"),
    [("gunpoint", 0.97, 0.97), ("power", 0.95, 0.955), ("arrowhead", 0.75, 0.82), ("motions", 0.9, 0.95)],
)
def test_what_is_recommended_is_good(stock: Home, name: str, least_probe: float, least_recommended: float) -> None:
    folder = fetch_sample_set(stock, name)
    learn, test = (known(next(folder.glob(f"*_{part}.ts"))) for part in ("TRAIN", "TEST"))
    judged = judged_by(stock, learn, test)
    figures = {key: balanced_accuracy(test.y, one) for key, one in judged.answers.items()}
    assert figures["probe"] >= least_probe
    assert figures[judged.recommended] >= least_recommended


@pytest.mark.parametrize(
    ("name", "learn", "judge"),
    [("gunpoint", 50, 150), ("power", 67, 1029), ("arrowhead", 36, 175), ("motions", 40, 40)],
)
def test_the_sets_are_whole_and_named(stock: Home, name: str, learn: int, judge: int) -> None:
    folder = fetch_sample_set(stock, name)
    assert [len(known(next(folder.glob(f"*_{part}.ts"))).y) for part in ("TRAIN", "TEST")] == [learn, judge]
    [file] = folder.glob("*_TRAIN.ts")
    module = importlib.import_module(f"{gunpoint.__package__}.{name}")
    labels = {case.label for _, case in cases(file) if isinstance(case, Case)}
    assert labels == (set(module.CLASSES.values()) or {"Standing", "Running", "Walking", "Badminton"})
