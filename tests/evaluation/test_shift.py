"""Old and new beside each other: alike ones are not told apart, moved ones are, and what is promised holds."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.shift import class_shares, drop, expected_accuracy, told_apart


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def answers(rng: np.random.Generator, true: np.ndarray, strength: float) -> np.ndarray:
    """Probabilities (n, 2), calibrated: the evidence for the true class is normal."""
    evidence = strength * (2 * true - 1) + rng.normal(size=len(true))
    chance = 1 / (1 + np.exp(-2 * strength * evidence))
    return np.stack([1 - chance, chance], axis=1)


def test_the_same_kind_is_not_told_apart_and_another_is(rng) -> None:
    old, new = rng.normal(size=(200, 10)), rng.normal(size=(150, 10))
    same, _ = told_apart(old, new)
    assert same.low < 0.5
    assert same.value < 0.6
    new[:50] += 1.5
    moved, foreign = told_apart(old, new)
    assert moved.low > 0.5
    assert foreign[:50].mean() > foreign[50:].mean() + 0.2, "the moved ones are named"


def test_patients_of_their_own_do_not_make_a_shift(rng) -> None:
    """Samples of a group look alike: without keeping groups whole every batch would look new."""
    patients = rng.normal(size=(30, 10)) * 3
    patient = np.repeat(np.arange(30), 10)
    features = patients[patient] + rng.normal(size=(300, 10)) * 0.1
    old, new = patient < 15, patient >= 15
    careful, _ = told_apart(features[old], features[new], patient[old].tolist(), patient[new].tolist())
    careless, _ = told_apart(features[old], features[new])
    assert careless.low > 0.6
    assert careful.low < 0.5


def test_many_samples_are_looked_at_in_part(rng) -> None:
    _, foreign = told_apart(rng.normal(size=(50, 3)), rng.normal(size=(1200, 3)))
    assert np.isnan(foreign).sum() == 200


def test_other_classes_named_more_often_are_proven(rng) -> None:
    old, new = np.eye(3)[rng.choice(3, 300, p=[0.5, 0.3, 0.2])], np.eye(3)[rng.choice(3, 300, p=[0.2, 0.3, 0.5])]
    found = class_shares(["a", "b", "c"], old, new)
    assert [one.proven for one in found] == [True, False, True]
    assert found[2].gap.low < 0.3 < found[2].gap.high
    assert not any(one.proven for one in class_shares(["a", "b", "c"], old, old[::-1]))


def test_accuracy_is_foretold_without_labels(rng) -> None:
    """Harder samples of the same kind: the estimate falls with them, and its interval holds what is true."""
    held = 0
    for _ in range(20):
        true, later = rng.integers(2, size=300), rng.integers(2, size=400)
        old, new = answers(rng, true, 1.2), answers(rng, later, 0.7)
        found = expected_accuracy(true, old, new)
        assert found is not None
        assert found.value < (old.argmax(1) == true).mean()
        held += found.low <= (new.argmax(1) == later).mean() <= found.high
    assert held >= 17
    assert expected_accuracy(np.zeros(20, dtype=int), np.tile([0.9, 0.1], (20, 1)), old) is None


def test_a_drop_is_proven_where_there_is_one(rng) -> None:
    true, later = rng.integers(2, size=300), rng.integers(2, size=300)
    old = answers(rng, true, 1.5)
    worse = drop(true, old, later, answers(rng, later, 0.4))
    assert worse.low > 0.1
    same = drop(true, old, later, answers(rng, later, 1.5))
    assert same.low < 0 < same.high
    with pytest.raises(ValueError, match="no class"):
        drop(np.zeros(20, dtype=int), old[:20], np.ones(20, dtype=int), old[:20])
