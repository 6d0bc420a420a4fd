"""Figures of found passages against hand-made ranks."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.retrieval import METRICS, Truth, each, gain, judge, mean_of, ranks, standard_error

DOCUMENTS = np.array([0, 0, 1, 1, 2])


def truth(right: list[int], whole: bool = False) -> Truth:
    return Truth(DOCUMENTS, [np.array(right)], [whole])


@pytest.mark.parametrize(
    ("right", "whole", "found"),
    [
        ([0], False, [2]),
        ([1, 4], False, [1, 4]),
        ([2], False, [4]),  # ties with passage 4, which is wrong, and stands behind it
        ([0], True, [1]),
        ([2, 1], True, [2, 3]),
    ],
)
def test_ranks(right: list[int], whole: bool, found: list[int]) -> None:
    scores = np.array([[3.0, 4.0, 1.0, 0.0, 1.0]], dtype=np.float32)
    if whole:
        scores[0, 3] = 2.0
    assert ranks(scores, truth(right, whole))[0].tolist() == found


def test_metrics_by_hand() -> None:
    found = [np.array([1]), np.array([4, 6]), np.array([20])]
    assert each(found, "recall@1").tolist() == [1, 0, 0]
    assert each(found, "recall@5").tolist() == [1, 1, 0]
    assert each(found, "mrr") == pytest.approx([1, 1 / 4, 1 / 20])
    ideal = 1 + 1 / np.log2(3)
    assert each(found, "ndcg@10") == pytest.approx([1, (1 / np.log2(5) + 1 / np.log2(7)) / ideal, 0])


def test_intervals_hold_the_value_and_widen_with_groups() -> None:
    rng = np.random.default_rng(0)
    found = [np.array([rank]) for rank in rng.integers(1, 9, 60)]
    alone = judge(found)
    together = judge(found, [f"g{k // 5}" for k in range(60)])
    assert set(alone) == set(METRICS)
    for name in METRICS:
        for metric in (alone[name], together[name]):
            assert metric.low is not None
            assert metric.high is not None
            assert metric.low <= metric.value <= metric.high
    assert together["mrr"].groups == 12


def test_all_found_is_never_sure() -> None:
    metric = mean_of(np.ones(20))
    assert metric.value == 1.0
    assert metric.low == pytest.approx(0.025 ** (1 / 20))


def test_few_questions_have_no_interval() -> None:
    assert mean_of(np.array([1.0, 0.0] * 4)).low is None


def test_a_gain_is_paired() -> None:
    hard = np.random.default_rng(1).random(50) / 2
    metric = gain(hard + 0.1, hard)
    assert metric.value == pytest.approx(0.1)
    assert metric.low == pytest.approx(0.1)


def test_standard_error_clusters_by_group() -> None:
    values = np.array([0.0, 0.0, 1.0, 1.0])
    assert standard_error(values, ["a", "a", "b", "b"]) > standard_error(values)
    assert standard_error(values, ["a"] * 4) == float("inf")
