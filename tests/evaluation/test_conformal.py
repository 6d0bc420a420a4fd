import numpy as np
import pytest
from scipy.stats import binom

from tests.evaluation.worlds import world
from tl_core.evaluation.conformal import possible, quantile, sets_at
from tl_core.evaluation.coverage import reached


def within(share: float, level: float, trials: int) -> bool:
    """Whether a share of ``trials`` is one that ``level`` brings in all but one of a thousand studies."""
    low, high = binom.ppf([5e-4, 1 - 5e-4], trials, level) / trials
    return low <= share <= high


@pytest.mark.parametrize("error", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("shares", [(0.8, 0.2), (0.5, 0.3, 0.2)])
def test_sets_reach_their_level_and_for_every_class(error, shares):
    """Over many studies of 300 samples, one fresh sample each: exactly the promise of the method."""
    rng = np.random.default_rng(0)
    hits, seen = np.zeros(len(shares)), np.zeros(len(shares))
    for _ in range(1500):
        true, said, _ = world(rng, 301, shares)
        sets = sets_at(error, true[1:], said[1:])
        assert sets is not None
        assert sets.by_class
        limits = np.array(sets.limits, dtype=float)
        hits[true[0]] += 1 - said[0, true[0]] <= limits[true[0]]  # without the likeliest class always being in
        seen[true[0]] += 1
    assert within(hits.sum() / seen.sum(), 1 - error, 1500) or hits.sum() / seen.sum() > 1 - error
    for k in range(len(shares)):
        assert hits[k] / seen[k] >= binom.ppf(5e-4, int(seen[k]), 1 - error) / seen[k]
        assert hits[k] / seen[k] <= binom.ppf(1 - 5e-4, int(seen[k]), 1 - error + 1 / (seen[k] / 5 + 1)) / seen[k]


def test_groups_count_not_samples():
    """Twenty like samples a group: sets made as if they were single would fail a new group too often."""
    rng = np.random.default_rng(1)
    grouped, single = [], []
    for _ in range(150):
        true, said, groups = world(rng, 1220, (0.5, 0.5), group=20, alike=0.8)
        old, new = groups < 60, groups == 60
        for found, told in ((grouped, groups[old]), (single, None)):
            sets = sets_at(0.1, true[old], said[old], told)
            found.append(possible(sets, said[new])[np.arange(20), true[new]].mean())
    assert np.mean(grouped) >= 0.9 - 3 * np.std(grouped) / np.sqrt(150)
    assert np.mean(grouped) >= np.mean(single)


def test_the_quantile_of_single_samples_is_the_usual_one():
    scores = np.random.default_rng(2).random(99)
    ranked = np.sort(scores)
    assert quantile(scores, np.arange(99), 0.9) == ranked[89]  # ceil(100 * 0.9) - th
    assert quantile(scores, np.arange(99), 0.99) == ranked[98]
    assert quantile(scores, np.arange(99), 0.995) is None
    assert quantile(scores[:9], np.arange(9), 0.9) == scores[:9].max()
    assert quantile(scores[:8], np.arange(8), 0.9) is None
    assert quantile(scores[:0], np.arange(0), 0.5) is None
    assert quantile(np.repeat(scores[:19], 4), np.repeat(np.arange(19), 4), 0.9) == np.sort(scores[:19])[17]


def test_where_a_class_has_too_few_all_share_a_limit():
    rng = np.random.default_rng(3)
    true, said, _ = world(rng, 120, (0.95, 0.05))
    sets = sets_at(0.05, true, said)
    assert sets is not None
    assert not sets.by_class
    assert sets.limits[0] == sets.limits[1]
    assert sets_at(0.01, true[:60], said[:60]) is None


def test_the_likeliest_class_is_always_possible():
    rng = np.random.default_rng(4)
    true, said, _ = world(rng, 2000, (0.5, 0.5), sharp=1.0)
    sets = sets_at(0.3, true, said)  # the model errs less than that
    assert sets is not None
    found = possible(sets, said)
    assert found.any(1).all()
    assert found[np.arange(2000), said.argmax(1)].all()
    assert reached(true, found)[0].value > 0.7
    assert possible(sets.model_copy(update={"limits": [1.0, 1.0]}), said).all()
