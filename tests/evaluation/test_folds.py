import numpy as np

from tl_core.evaluation.folds import folds


def test_groups_stay_whole_and_classes_are_dealt_evenly():
    groups = np.repeat(np.arange(40), 5)
    true = np.repeat(np.arange(40) % 4 == 0, 5).astype(int)
    part = folds(true, groups, seed=1)
    assert all(len(set(part[groups == g])) == 1 for g in range(40))
    assert np.bincount(part).tolist() == [40] * 5
    assert all(10 <= true[part == k].sum() <= 10 for k in range(5))
    assert (folds(true, groups, seed=1) == part).all()
    assert (folds(true, groups, seed=2) != part).any()
    assert set(folds(true, np.arange(200) % 3)) == {0, 1, 2}


def test_names_of_groups_do_not_matter():
    true = np.arange(60) % 2
    numbers = np.arange(60) // 3
    assert (folds(true, numbers, seed=4) == folds(true, [f"patient {n}" for n in numbers], seed=4)).all()
