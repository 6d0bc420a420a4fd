"""Parts of the samples: groups whole, one within the next, every class in like shares."""

from __future__ import annotations

import numpy as np
import pytest

from tl_core.data.parts import LEAST, holds_every_class, nested

SHARES = (0.1, 0.25, 0.5, 1.0)


def made(groups: int, size: int, rare: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(groups), rng.integers(1, size + 1, groups))
    return (rng.uniform(size=len(unit)) < rare).astype(int), unit


@pytest.mark.parametrize(("groups", "size"), [(300, 1), (120, 6)])
def test_each_part_lies_within_the_next_and_holds_its_share_of_each_class(groups: int, size: int) -> None:
    labels, units = made(groups, size)
    parts = nested(labels, units, SHARES, seed=3)
    for share, part, before in zip(SHARES, parts, [np.array([], int), *parts], strict=False):
        assert set(before) <= set(part)
        for label in (0, 1):
            of = (labels == label).sum()
            assert (labels[part] == label).sum() == pytest.approx(share * of, abs=size + 1)
        outside = np.setdiff1d(np.arange(len(labels)), part)
        assert not set(units[part]) & set(units[outside]), "groups are never split"
    assert len(parts[-1]) == len(labels)


def test_draws_differ_by_seed_and_by_nothing_else() -> None:
    labels, units = made(100, 3)
    first, again, other = (nested(labels, units, SHARES, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_rare_class_is_in_every_part_that_can_hold_it() -> None:
    labels = np.array([0] * 200 + [1] * 8)
    units = np.arange(208)
    assert [holds_every_class(labels, units, share) for share in SHARES] == [False, True, True, True]
    for seed in range(20):
        for part in nested(labels, units, SHARES[1:], seed):
            assert (labels[part] == 1).sum() >= LEAST


def test_groups_count_not_samples() -> None:
    labels = np.repeat([0, 1], 60)
    assert holds_every_class(labels, np.arange(120), 0.1)
    assert not holds_every_class(labels, np.arange(120) // 10, 0.1)
    assert holds_every_class(labels, np.zeros(120), 1.0)
