"""Each kind of model sees what the others cannot, and none sees the sample it speaks of."""

from __future__ import annotations

import numpy as np
import pytest

from tests.checks import made
from tl_core.checks.examined import Examined
from tl_core.checks.opinions import mean, opinions
from tl_core.domain.dataset import ClassTarget, Sample


def agreement(examined: Examined) -> tuple[float, float]:
    """Share of samples the straight line names rightly, and all kinds together."""
    given = examined.labels[examined.learning]
    both = (examined.chances.argmax(1) == given, opinions(examined).argmax(1) == given)
    return float(both[0].mean()), float(both[1].mean())


def test_a_curve_tells_what_no_straight_line_can() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(600, 4)).astype(np.float32)
    labels = (values[:, 0] * values[:, 1] > 0).astype(np.int64)
    line, all_kinds = agreement(made.examined(values, labels))
    assert line < 0.6
    assert all_kinds > 0.85


def test_words_tell_what_the_features_do_not_say() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(2, size=300)
    texts = [f"{'slaps' if label else 'mid'} item {n % 7}" for n, label in enumerate(labels)]
    samples = [
        Sample(id=f"{n:016x}", source=f"row {n}", target=ClassTarget(label=f"class {label}"), text=text)
        for n, (label, text) in enumerate(zip(labels, texts, strict=True))
    ]
    values = rng.normal(size=(300, 8)).astype(np.float32)
    line, all_kinds = agreement(made.examined(values, labels, samples=samples))
    assert line < 0.65
    assert all_kinds > 0.95


def test_the_others_of_a_group_count_and_a_sample_alone_is_left_to_itself() -> None:
    rng = np.random.default_rng(4)
    labels = np.concatenate([np.tile(one, 10) for one in rng.permutation([0, 1] * 12)] + [rng.integers(2, size=60)])
    groups = np.concatenate([np.repeat(np.arange(24), 10), np.arange(24, 84)])
    labels[5] = 1 - labels[5]
    values = rng.normal(size=(300, 6)).astype(np.float32)
    grouped = opinions(made.examined(values, labels, groups=groups, exam=0))
    assert grouped[5, labels[4]] > 0.6, "nine of its ten say otherwise"
    assert grouped[5, labels[4]] > opinions(made.examined(values, labels, exam=0))[5, labels[4]] + 0.1
    assert np.abs(grouped[240:] - 0.5).max() < 0.3


def test_a_sample_has_no_say_in_what_is_said_of_it() -> None:
    """Labels drawn by lot cannot be told, however alike each sample is to itself."""
    rng = np.random.default_rng(2)
    labels = rng.integers(2, size=400)
    _, all_kinds = agreement(made.examined(rng.normal(size=(400, 6)).astype(np.float32), labels))
    assert 0.4 < all_kinds < 0.6


def test_a_mean_of_opinions_is_theirs_where_they_agree_and_the_surer_one_counts_more() -> None:
    one, other = np.array([[0.8, 0.2], [0.5, 0.5]]), np.array([[0.8, 0.2], [0.99, 0.01]])
    said = mean([one, other])
    np.testing.assert_allclose(said[0], [0.8, 0.2])
    assert said[1, 0] == pytest.approx(np.sqrt(99) / (np.sqrt(99) + 1))
    np.testing.assert_allclose(said.sum(1), 1)


def test_a_class_of_few_samples_is_no_error() -> None:
    labels = np.array([0] * 30 + [1] * 30 + [2] * 3)
    seen = made.examined(np.random.default_rng(3).normal(size=(63, 5)).astype(np.float32), labels, exam=0)
    assert opinions(seen).shape == (63, 3)
