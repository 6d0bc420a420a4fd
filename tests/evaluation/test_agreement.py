"""Cohen's kappa against scikit-learn's, its interval, and whether suggestions are looked at."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from tl_core.evaluation.agreement import agreement, trust


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("noise", [0.0, 0.2, 0.9])
def test_as_scikit_learn_says(classes: int, noise: float) -> None:
    rng = np.random.default_rng(classes)
    first = rng.integers(0, classes, 120)
    second = np.where(rng.random(120) < noise, rng.integers(0, classes, 120), first)
    found = agreement([str(one) for one in first], [str(one) for one in second])
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(cohen_kappa_score(first, second))
    assert found.kappa.low is not None
    assert found.kappa.high is not None
    assert -1 <= found.kappa.low <= found.kappa.value <= found.kappa.high <= 1
    assert sum(map(sum, found.table)) == 120
    assert found.alike.value == pytest.approx((first == second).mean())


def test_its_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Two people who each misread one in ten of two equal classes: kappa is 0.64."""
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        true = rng.integers(0, 2, 80)
        first, second = (np.where(rng.random(80) < 0.1, 1 - true, true) for _ in range(2))
        kappa = agreement([str(one) for one in first], [str(one) for one in second]).kappa
        assert kappa is not None
        assert kappa.low is not None
        assert kappa.high is not None
        held += kappa.low <= 0.64 <= kappa.high
    assert held >= 54


def test_groups_widen_it() -> None:
    first = ["a", "b"] * 60
    second = ["a", "b"] * 50 + ["b", "a"] * 10
    alone = agreement(first, second).kappa
    groups = agreement(first, second, [number // 10 for number in range(120)]).kappa
    assert alone is not None
    assert groups is not None
    assert alone.low is not None
    assert groups.low is not None
    assert groups.value == alone.value
    assert groups.low < alone.low


def test_always_the_same_one_class_says_nothing_and_perfect_agreement_has_an_exact_bound() -> None:
    assert agreement(["a"] * 30, ["a"] * 30).kappa is None
    perfect = agreement(["a", "b"] * 20, ["a", "b"] * 20).kappa
    assert perfect is not None
    assert perfect.low is not None
    assert (perfect.value, perfect.method) == (1.0, "exact")
    assert 0.7 < perfect.low < 1
    few = agreement(["a", "b"], ["a", "a"]).kappa
    assert few is not None
    assert few.low is None


def test_suggestions_waved_through_are_found_out() -> None:
    careful = trust(np.arange(200) < 30, np.arange(40) < 6)
    assert (careful.accepted, careful.corrected, careful.hidden, careful.hidden_wrong) == (170, 30, 40, 6)
    assert careful.gap is not None
    assert careful.gap.low is not None
    assert careful.gap.low < 0
    hasty = trust(np.zeros(200, dtype=bool), np.arange(40) < 12)
    assert hasty.gap is not None
    assert hasty.gap.low is not None
    assert hasty.gap.low > 0
    assert trust(np.zeros(200, dtype=bool), np.ones(5, dtype=bool)).gap is None
