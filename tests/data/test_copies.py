"""Copies and contradictions, each with its reason."""

from tl_core.data.copies import without_copies
from tl_core.domain.dataset import ClassTarget, Sample


def sample(content, label, source, test=False):
    return Sample(id=content, source=source, target=ClassTarget(label=label), given_test=test)


def test_the_first_copy_stays():
    kept, refusals = without_copies([sample("a", "x", "1"), sample("b", "x", "2"), sample("a", "x", "3")])
    assert [one.source for one in kept] == ["1", "2"]
    assert [(one.source, one.reason, one.values) for one in refusals] == [("3", "refusals.duplicate", {"first": "1"})]


def test_copies_in_several_classes_all_go():
    kept, refusals = without_copies([sample("a", "x", "1"), sample("a", "y", "2"), sample("a", "x", "3")])
    assert kept == []
    assert [one.reason for one in refusals] == ["refusals.conflict"] * 3
    assert [one.values["others"] for one in refusals] == ["y", "x", "y"]


def test_what_the_exam_asks_is_not_learned():
    kept, refusals = without_copies([sample("a", "x", "train"), sample("a", "x", "test", test=True)])
    assert [one.source for one in kept] == ["test"]
    assert [one.source for one in refusals] == ["train"]
