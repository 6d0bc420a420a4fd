"""Splits: groups never part, classes keep their shares, the same seed gives the same split, concerns are said."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.conftest import dataset_of
from tl_core.data.split import make_split
from tl_core.domain.split import SUBSETS, SplitRule
from tl_core.words import say

rules = st.builds(SplitRule, validation=st.floats(0, 0.8), test=st.floats(0, 0.8), seed=st.integers(0, 5))
rows = st.lists(
    st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.sampled_from("123456789")), st.booleans()),
    min_size=1,
    max_size=60,
)


def data(rows, given_test):
    labels, groups, given = zip(*rows, strict=True)
    return dataset_of(list(labels), list(groups), list(given) if given_test else None)


@settings(max_examples=150, deadline=None)
@given(rows=rows, rule=rules, given_test=st.booleans())
def test_groups_never_part_and_nobody_is_lost(rows, rule, given_test):
    dataset = data(rows, given_test)
    split = make_split(dataset, rule)
    assert set(split.subset) == {sample.id for sample in dataset.samples}
    where = {}
    for sample in dataset.samples:
        if sample.group is not None:
            assert where.setdefault(sample.group, split.subset[sample.id]) == split.subset[sample.id]
        if sample.given_test:
            assert split.subset[sample.id] == "test"
    assert all(say(concern.key, **concern.values) for concern in split.concerns)


@settings(max_examples=50, deadline=None)
@given(rows=rows, rule=rules)
def test_order_does_not_matter(rows, rule):
    dataset = data(rows, given_test=False)
    turned = dataset.model_copy(update={"samples": dataset.samples[::-1]})
    assert make_split(dataset, rule) == make_split(turned, rule)


@settings(max_examples=50, deadline=None)
@given(counts=st.lists(st.integers(3, 200), min_size=2, max_size=5), seed=st.integers(0, 9))
def test_without_groups_every_class_is_cut_at_the_shares(counts, seed):
    labels = [str(k) for k, count in enumerate(counts) for _ in range(count)]
    dataset = dataset_of(labels)
    split = make_split(dataset, SplitRule(validation=0.2, test=0.3, seed=seed))
    found = Counter((dict(zip(split.subset, labels, strict=True))[one], where) for one, where in split.subset.items())
    for k, count in enumerate(counts):
        assert abs(found[str(k), "validation"] - 0.2 * count) <= 1
        assert abs(found[str(k), "test"] - 0.3 * count) <= 1
        assert found[str(k), "train"] >= 1


def shares(dataset, split):
    """Class -> share of its samples in each subset."""
    labels = {sample.id: sample.label for sample in dataset.samples}
    found = {label: Counter(split.subset[one] for one in labels if labels[one] == label) for label in dataset.classes}
    return {label: [counts[name] / counts.total() for name in SUBSETS] for label, counts in found.items()}


def test_groups_of_one_class_each_are_spread_evenly():
    labels = ["abc"[(n // 10) % 3] for n in range(300)]
    dataset = dataset_of(labels, [str(n // 10) for n in range(300)])
    for one in shares(dataset, make_split(dataset, SplitRule())).values():
        assert one == pytest.approx([0.6, 0.2, 0.2])


def test_mixed_groups_come_near_the_shares():
    labels = ["a" if (7 * n) % 10 < 3 else "b" for n in range(1000)]
    dataset = dataset_of(labels, [str(n % 40) for n in range(1000)])
    for seed in range(3):
        for one in shares(dataset, make_split(dataset, SplitRule(seed=seed))).values():
            assert one == pytest.approx([0.6, 0.2, 0.2], abs=0.06)


def test_seeds_differ_and_repeat():
    dataset = dataset_of(["a", "b"] * 50)
    first, again, other = (make_split(dataset, SplitRule(seed=seed)) for seed in (0, 0, 1))
    assert first == again
    assert first.subset != other.subset


def test_two_samples_of_a_class_learn_and_choose():
    split = make_split(dataset_of(["a", "a", "b", "b"]), SplitRule())
    assert Counter(split.subset.values()) == {"train": 2, "validation": 2}


def test_a_given_test_set_is_the_test_set():
    dataset = dataset_of(["a", "b"] * 50, given=[n < 20 for n in range(100)])
    split = make_split(dataset, SplitRule())
    assert split.given_test
    assert set(split.ids("test")) == {sample.id for sample in dataset.samples[:20]}
    assert len(split.ids("validation")) == 16  # a fifth of what is left


def test_what_shares_a_group_with_the_test_set_goes_there_and_it_is_said():
    groups = [str(n // 2) for n in range(100)]
    dataset = dataset_of(["a", "a", "b", "b"] * 25, groups, given=[n % 20 == 0 for n in range(100)])
    split = make_split(dataset, SplitRule())
    assert len(split.ids("test")) == 10
    assert concerns(split)["data.concern_shared_groups"] == {"count": 5}


def concerns(split):
    return {concern.key: concern.values for concern in split.concerns}


def test_too_few_is_said():
    found = concerns(make_split(dataset_of(["a"] * 60 + ["b"] * 9 + ["c"]), SplitRule()))
    assert found["data.concern_few_samples"]["labels"] == "c (1), b (9)"
    assert found["data.concern_missing_test"]["labels"] == "c"
    found = concerns(make_split(dataset_of(["a", "b"] * 50, [str(n % 4) for n in range(100)]), SplitRule()))
    assert found["data.concern_few_groups"] == {"count": 4, "enough": 10}
    assert "data.concern_narrow_class" in found  # even and odd groups: two of each class
    assert "data.concern_small_exam" in concerns(make_split(dataset_of(["a", "b"] * 20), SplitRule()))


def test_enough_is_not_remarked_on():
    assert make_split(dataset_of(["a", "b"] * 100, [str(n % 50) for n in range(200)]), SplitRule()).concerns == []
