"""Gaps between slices: planted ones are proven, chance ones are not, however many are looked at."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.evaluation.slices import LEAST_SAMPLES, sliced


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def answers(rng: np.random.Generator, true: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Probabilities (n, 2) whose top answer is right with chance ``rate`` (n,)."""
    said = np.where(rng.random(len(true)) < rate, true, 1 - true)
    return np.eye(2)[said] * 0.8 + 0.1


def test_a_slice_that_is_worse_off_is_proven_and_the_others_are_not(rng) -> None:
    true = rng.integers(2, size=600)
    site = rng.choice(["north", "south", "west"], 600)
    found = sliced({"site": site.tolist()}, true, answers(rng, true, np.where(site == "west", 0.6, 0.9)))
    [column] = found
    assert [one.value for one in column.proven] == ["west"]
    [west] = column.proven
    assert west.gap.low < -0.3 + 0.12
    assert west.gap.high < 0
    assert west.gap.value == pytest.approx(-0.3, abs=0.1)
    assert west.samples == (site == "west").sum()
    assert column.equalized_odds > 0.2


def test_without_a_gap_one_is_rarely_proven_over_many_columns(rng) -> None:
    """Family-wise: 5 % of looks at six columns at most, not of each."""
    wrong = 0
    for _ in range(25):
        true = rng.integers(2, size=200)
        columns = {f"c{n}": rng.choice(["a", "b", "c"], 200).tolist() for n in range(6)}
        found = sliced(columns, true, answers(rng, true, np.full(200, 0.8)))
        wrong += any(one.proven for column in found for one in column.slices)
    assert wrong <= 4, "5 % of 25 are one or two"


def test_groups_are_what_is_independent(rng) -> None:
    """Ten patients of a site, all of whose scans fail together, are ten and not two hundred."""
    patient = np.repeat(np.arange(40), 20)
    true = rng.integers(2, size=800)
    site = np.where(patient < 20, "a", "b")
    luck = rng.random(40)
    rate = np.where(luck[patient] < 0.3, 0.2, 0.95)
    said = answers(rng, true, rate)
    alone = sliced({"site": site.tolist()}, true, said)[0].slices[0]
    together = sliced({"site": site.tolist()}, true, said, patient)[0].slices[0]
    assert together.gap.high - together.gap.low > 2 * (alone.gap.high - alone.gap.low)


def test_small_slices_are_shown_and_not_compared(rng) -> None:
    true = rng.integers(2, size=200)
    value = ["rare"] * (LEAST_SAMPLES - 1) + ["usual"] * (200 - LEAST_SAMPLES + 1)
    [column] = sliced({"device": value}, true, answers(rng, true, np.full(200, 0.8)))
    rare = next(one for one in column.slices if one.value == "rare")
    assert rare.gap is None
    assert not rare.proven
    assert column.equalized_odds is None, "nothing is left to differ"


def test_columns_that_are_no_bands_are_left_out(rng) -> None:
    true = rng.integers(2, size=60)
    columns = {"id": [str(n) for n in range(60)], "same": ["x"] * 60, "empty": [""] * 60}
    assert sliced(columns, true, answers(rng, true, np.full(60, 0.8))) == []


def test_differences_are_fairlearns(rng) -> None:
    """By hand: of class 1, slice a hits 3 of 4 and b 1 of 2 ... repeated so that both are large enough."""
    times = 10
    true = np.array([1, 1, 1, 1, 0, 0, 1, 1, 0, 0] * times)
    said = np.array([1, 1, 1, 0, 0, 1, 1, 0, 0, 0] * times)
    value = ["a"] * 6 + ["b"] * 4
    [column] = sliced({"v": value * times}, true, np.eye(2)[said])
    assert column.equalized_odds == pytest.approx(0.5), "false alarms: 1 of 2 against 0 of 2"
    assert column.demographic_parity == pytest.approx(4 / 6 - 1 / 4)
