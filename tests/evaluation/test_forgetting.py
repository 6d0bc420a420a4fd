"""What was kept: known cases of agreement, retrieval and likeness of layers."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.forgetting import agreement, linear_cka, neighbours, retrieval, share


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_the_same_answers_agree_wholly_but_never_with_certainty(rng) -> None:
    answers = rng.dirichlet(np.ones(4), 60)
    found = agreement(answers, answers)
    assert (found.value, found.high, found.method) == (1.0, 1.0, "exact")
    assert found.low is not None
    assert 0.9 < found.low < 1.0


def test_agreement_counts_top_answers_alone(rng) -> None:
    answers = np.eye(3)[rng.integers(3, size=50)]
    other = answers * 0.5
    other[:20] = np.roll(other[:20], 1, axis=1)
    found = agreement(answers, other)
    assert found.value == pytest.approx(0.6)
    assert found.low < 0.6 < found.high


def test_samples_that_hang_together_widen_the_interval() -> None:
    hits = np.repeat([1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0], 10)
    alone, together = share(hits), share(hits, np.repeat(np.arange(12), 10))
    assert alone.value == together.value
    assert (together.groups, together.method) == (12, "bootstrap")
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_few_units_give_no_interval() -> None:
    found = share(np.ones(90), np.repeat([0, 1], 45))
    assert (found.value, found.low, found.method, found.groups) == (1.0, None, "none", 2)


def test_each_query_finds_its_own_passage(rng) -> None:
    passages = rng.normal(size=(40, 16))
    assert retrieval(3 * passages + 0.01 * rng.normal(size=passages.shape), passages).value == 1.0
    swapped = passages.copy()
    swapped[[0, 1]] = swapped[[1, 0]]
    assert retrieval(swapped, passages).value == pytest.approx(38 / 40)
    assert retrieval(rng.normal(size=(40, 16)), passages).value < 0.3


def test_neighbours_stay_when_space_is_only_turned(rng) -> None:
    features = rng.normal(size=(50, 8))
    turn, _ = np.linalg.qr(rng.normal(size=(8, 8)))
    assert neighbours(features, 7 * features @ turn).value == 1.0
    assert neighbours(features, rng.normal(size=(50, 8))).value < 0.3


class TestLikeness:
    def test_a_layer_is_wholly_like_itself_however_turned_scaled_or_moved(self, rng) -> None:
        a = rng.normal(size=(60, 12))
        turn, _ = np.linalg.qr(rng.normal(size=(12, 12)))
        assert linear_cka(a, a) == pytest.approx(1.0)
        assert linear_cka(a, -3.5 * a @ turn + 11) == pytest.approx(1.0)

    def test_it_is_not_blind_to_stretching(self, rng) -> None:
        a = rng.normal(size=(60, 12))
        assert linear_cka(a, a * np.linspace(0.1, 5, 12)) < 0.95

    def test_orthogonal_layers_have_nothing_in_common(self, rng) -> None:
        basis, _ = np.linalg.qr(np.concatenate([np.ones((40, 1)), rng.normal(size=(40, 9))], axis=1))
        assert linear_cka(basis[:, 1:5], basis[:, 5:]) == pytest.approx(0.0, abs=1e-12)

    def test_few_samples_and_many_give_the_same_number(self, rng) -> None:
        """Two ways to compute: the second matrix has columns of nothing, so that the other way is taken."""
        a, b = rng.normal(size=(20, 6)), rng.normal(size=(20, 6))
        wide = [np.concatenate([x, np.zeros((20, 60))], axis=1) for x in (a, b)]
        assert linear_cka(a, b) == pytest.approx(linear_cka(*wide))
        assert 0.05 < linear_cka(a, b) < 0.9

    def test_what_is_the_same_for_all_samples_is_like_nothing(self, rng) -> None:
        assert linear_cka(np.ones((10, 3)), rng.normal(size=(10, 3))) == 0.0
