"""Samples of another world are found; samples that merely vary are not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.checks import made
from tl_core.checks.odd import odd


def some(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of which few directions matter, as those of a network."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=400)
    inner = made.features(labels, rng, 0.7, width=12)
    return inner @ rng.normal(size=(12, 256)).astype(np.float32), labels


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_samples_are_let_be(seed: int) -> None:
    values, labels = some(seed)
    assert sum(len(finding.samples) for finding in odd(made.examined(values, labels))) <= 2


def test_strangers_are_found_and_may_be_left_out() -> None:
    values, labels = some(7)
    rng = np.random.default_rng(0)
    strangers = np.arange(0, 400, 50)
    values[strangers] = rng.normal(size=(len(strangers), 256)) * values.std()
    seen = made.examined(values, labels)
    planted = {seen.ids[n] for n in strangers if seen.subset[n] != "test"}
    [finding] = odd(seen)
    assert planted <= set(finding.samples)
    assert set(finding.samples[: len(planted)]) == planted
    assert finding.remedies[0].samples == finding.samples  # type: ignore[union-attr]


def test_of_the_exam_nothing_is_left_out() -> None:
    values, labels = some(8)
    values[::40] = np.random.default_rng(1).normal(size=(10, 256)) * 9
    seen = made.examined(values, labels)
    exam = {seen.ids[n] for n in np.flatnonzero(seen.subset == "test")}
    assert not exam & {sample for finding in odd(seen) for sample in finding.samples}
