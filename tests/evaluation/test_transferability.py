"""LogME: higher for features that tell the classes, whatever their scale; near the exact evidence where it is known."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.transferability import logme


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def features(rng: np.random.Generator, labels: np.ndarray, signal: float, width: int = 20) -> np.ndarray:
    noise = rng.normal(size=(len(labels), width))
    noise[:, 0] += signal * labels
    return noise


def test_the_more_features_tell_the_higher(rng) -> None:
    labels = rng.integers(2, size=200)
    found = [logme(features(rng, labels, signal), labels) for signal in (0.0, 1.0, 2.0, 4.0)]
    assert found == sorted(found)
    assert found[-1] - found[0] > 0.3


def test_scale_rotation_and_names_of_classes_say_nothing(rng) -> None:
    labels = rng.integers(3, size=150)
    seen = features(rng, labels, 2.0)
    assert logme(seen * 1000 + 5, labels) == pytest.approx(logme(seen, labels), abs=1e-6)
    assert logme(seen, labels * 7 + 1) == pytest.approx(logme(seen, labels))


def test_useless_features_do_not_help(rng) -> None:
    """More numbers fit better on the samples themselves; evidence is not fooled."""
    labels = rng.integers(2, size=100)
    few = features(rng, labels, 1.5, width=5)
    many = np.concatenate([few, rng.normal(size=(100, 300))], axis=1)
    assert logme(many, labels) < logme(few, labels)


def test_it_is_the_evidence_of_the_linear_model(rng) -> None:
    """Against the log density of the target under the Gaussian that the best alpha and beta describe, by a grid."""
    labels = rng.integers(2, size=40)
    seen = features(rng, labels, 2.0, width=3)
    inputs = (seen - seen.mean(0)) / seen.std(0)
    target = labels - labels.mean()

    def density(alpha: float, beta: float) -> float:
        spread = inputs @ inputs.T / alpha + np.eye(40) / beta
        return float(-(target @ np.linalg.solve(spread, target) + np.linalg.slogdet(2 * np.pi * spread)[1]) / 2)

    best = max(density(a, b) for a in np.logspace(-1, 4, 60) for b in np.logspace(-1, 3, 60))
    assert logme(seen, labels) == pytest.approx(best / 40, abs=0.01)


def test_one_class_is_refused(rng) -> None:
    with pytest.raises(ValueError, match="one class"):
        logme(rng.normal(size=(10, 3)), np.zeros(10, dtype=int))
