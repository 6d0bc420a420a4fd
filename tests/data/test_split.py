"""Splits: groups never part, classes keep their shares, the same seed gives the same split, concerns are said."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.conftest import dataset_of
from tl_core.data.split import comparable, drawn, make_split, without_validation
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


@settings(max_examples=80, deadline=None)
@given(rows=rows, more=rows, rule=rules, cut=st.integers(0, 60))
def test_what_was_dealt_out_stays_and_what_comes_in_fits_in(rows, more, rule, cut):
    """Some samples go, others come in, and some of those belong to groups that are there already."""
    before = data(rows, given_test=False)
    first = make_split(before, rule)
    fresh = [sample.model_copy(update={"id": f"new-{sample.id}"}) for sample in data(more, given_test=False).samples]
    samples = [*drawn(before, rule).samples[cut:], *fresh]
    grown = drawn(before, rule).model_copy(update={"samples": samples})
    second = make_split(grown, rule)
    assert {one: first.subset[one] for one in first.subset if one in second.subset}.items() <= second.subset.items()
    assert len(second.subset) == len(samples)
    where = {sample.group: second.subset[sample.id] for sample in samples if sample.group}
    assert all(where[sample.group] == second.subset[sample.id] for sample in samples if sample.group)


def test_what_comes_in_keeps_the_shares():
    for groups in (None, [str(n // 5) for n in range(100)]):
        before = drawn(dataset_of(["a", "b"] * 50, groups), SplitRule())
        fresh = [one.model_copy(update={"id": f"n{n}", "drawn": None}) for n, one in enumerate(before.samples[:30])]
        fresh = [one.model_copy(update={"group": f"n{n // 5}" if groups else None}) for n, one in enumerate(fresh)]
        grown = before.model_copy(update={"samples": [*before.samples, *fresh]})
        for one in shares(grown, make_split(grown, SplitRule())).values():
            assert one == pytest.approx([0.6, 0.2, 0.2], abs=0.04)


def test_another_rule_deals_all_out_anew():
    dataset = dataset_of(["a", "b"] * 50)
    later = drawn(dataset, SplitRule())
    assert make_split(later, SplitRule(seed=1)).subset == make_split(dataset, SplitRule(seed=1)).subset


def test_a_test_set_that_is_brought_ends_the_exam_of_before():
    before = drawn(dataset_of(["a", "b"] * 50), SplitRule())
    brought = [one.model_copy(update={"id": f"n{n}", "given_test": True}) for n, one in enumerate(before.samples[:20])]
    split = make_split(before.model_copy(update={"samples": [*before.samples, *brought]}), SplitRule())
    assert set(split.ids("test")) == {sample.id for sample in brought}
    assert {one.id for one in before.samples if one.drawn == "validation"} <= set(split.ids("validation"))


def test_groups_made_later_are_whole():
    before = drawn(dataset_of(["a", "b"] * 50), SplitRule())
    grouped = [one.model_copy(update={"group": str(n // 4)}) for n, one in enumerate(before.samples)]
    split = make_split(before.model_copy(update={"samples": grouped}), SplitRule())
    assert all(len({split.subset[one.id] for one in grouped if one.group == str(k)}) == 1 for k in range(25))
    assert split.ids("test")


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
    assert str(found["data.concern_few_samples"]["labels"]) == "c (1), b (9)"
    assert str(found["data.concern_missing_test"]["labels"]) == "c"
    found = concerns(make_split(dataset_of(["a", "b"] * 50, [str(n % 4) for n in range(100)]), SplitRule()))
    assert found["data.concern_few_groups"] == {"count": 4, "enough": 10}
    assert "data.concern_narrow_class" in found  # even and odd groups: two of each class
    assert "data.concern_small_exam" in concerns(make_split(dataset_of(["a", "b"] * 20), SplitRule()))


def test_enough_is_not_remarked_on():
    assert make_split(dataset_of(["a", "b"] * 100, [str(n % 50) for n in range(200)]), SplitRule()).concerns == []


def recordings(counts: dict[str, int]):
    """Ten frames a recording, so many recordings of each class."""
    rows = [
        (label, f"{label}{number}") for label, count in counts.items() for number in range(count) for _ in range(10)
    ]
    return dataset_of([label for label, _ in rows], [group for _, group in rows])


@pytest.mark.parametrize(
    ("counts", "enough"),
    [({"a": 1, "b": 1}, False), ({"a": 2, "b": 1}, False), ({"a": 2, "b": 2}, True), ({"a": 2, "b": 2, "c": 1}, True)],
)
def test_two_classes_must_be_held_out_to_tell_them_apart(counts, enough):
    dataset = recordings(counts)
    assert comparable(dataset, make_split(dataset, SplitRule())) == enough


def test_what_cannot_judge_is_learned_from_and_the_exam_stays():
    dataset = recordings({"a": 3, "b": 3})
    split = make_split(dataset, SplitRule())
    whole = without_validation(split)
    assert whole.ids("validation") == []
    assert whole.ids("test") == split.ids("test") != []
    assert set(whole.ids("train")) == {*split.ids("train"), *split.ids("validation")}
