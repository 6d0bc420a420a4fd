"""Two trainings side by side: on the samples that both answered, and no others."""

from __future__ import annotations

import json

import pytest

from tests.app import made
from tests.bundle.trained import Trained, trained
from tl_core.domain.fault import InputFault
from tl_core.domain.split import SplitRule
from tl_core.store import runs as index
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import comparisons, data


@pytest.fixture
def text(home) -> Trained:
    return trained(home, "text", 90)


def second(one: Trained, change=lambda said: said, **changes) -> RunFolder:
    """Another training of the same data, with other answers."""
    folder = index.create_run(one.home, one.folder.plan().model_copy(update=changes))
    said = json.loads((one.folder.evaluation / "validation-predictions.json").read_text())
    write_json(folder.evaluation / "validation-predictions.json", change(said))
    return folder


def perfect(said: dict) -> dict:
    return said | {"probabilities": [[0.9, 0.1] if true == 0 else [0.1, 0.9] for true in said["true"]]}


def test_the_better_one_is_said_to_be_better(text: Trained):
    other = second(text, perfect)
    found = comparisons.compare(other.id, text.id, "validation")
    assert (found.first, found.second) == (other.id, text.id)
    assert found.gain.value > 0
    assert found.only_second == found.neither == 0
    back = comparisons.compare(text.id, other.id, "validation")
    assert back.gain.value == pytest.approx(-found.gain.value)
    assert back.only_second == found.only_first


def test_only_the_same_data_split_alike(text: Trained):
    alike = second(text)
    second(text, split=SplitRule(seed=7))
    second(text, dataset="elsewhere")
    index.create_run(text.home, text.folder.plan())  # not judged yet
    assert comparisons.comparable(text.id, "validation") == [alike.id]
    assert comparisons.comparable(text.id, "test") == []


def test_other_samples_are_a_sentence(text: Trained):
    other = second(text, lambda said: said | {"samples": said["samples"][::-1]})
    with pytest.raises(InputFault, match="judged on different samples"):
        comparisons.compare(text.id, other.id, "validation")
    with pytest.raises(InputFault):
        comparisons.compare(text.id, other.id, "test")


def test_on_other_versions_only_what_both_judged_alike_counts(home: Home):
    project = made.project(home, samples=40)
    before = made.done(home, project)
    ids = [sample.id for sample in load_dataset(home, project.id, str(project.dataset)).samples]
    data.move_samples(project.id, ids[:3], "positive")  # one of them is that already
    data.next_version(project.id, lambda old: old.model_copy(update={"samples": old.samples[:-2]}), "drop")
    after = made.done(home, read_project(home, project.id))

    found = comparisons.compare(after.id, before.id, "validation")
    assert (found.apart, found.relabelled, found.same_data) == (2, 2, False)
    assert found.both + found.only_first + found.only_second + found.neither == 40 - 2 - 2


def test_a_new_class_is_no_hindrance(home: Home):
    project = made.project(home, samples=40)
    before = made.done(home, project)
    ids = [sample.id for sample in load_dataset(home, project.id, str(project.dataset)).samples]
    data.move_samples(project.id, ids[:4], "neutral")
    after = made.done(home, read_project(home, project.id))
    found = comparisons.compare(before.id, after.id, "validation")
    assert found.relabelled == 4
    assert found.both + found.only_first + found.only_second + found.neither == 36


def test_samples_on_which_they_part_are_shown_with_the_mistake(text: Trained):
    other = second(text, perfect)
    found = comparisons.compare(other.id, text.id, "validation")
    won, lost = comparisons.parted(other.id, text.id, "validation")
    assert (len(won), len(lost)) == (found.only_first, 0)
    assert all(one.said != one.true for one in won)


def test_who_is_named_first_changes_no_interval(home: Home):
    project = made.project(home, samples=40)
    before = made.done(home, project)
    ids = [sample.id for sample in load_dataset(home, project.id, str(project.dataset)).samples]

    def grouped(old):
        samples = [one.model_copy(update={"group": str(ids.index(one.id) // 4)}) for one in old.samples]
        return old.model_copy(update={"samples": samples, "group_rule": "by fours"})

    data.next_version(project.id, grouped, "group")
    after = made.done(home, read_project(home, project.id))
    one, other = (comparisons.compare(*pair, "validation") for pair in ((before.id, after.id), (after.id, before.id)))
    assert one.gain.groups == other.gain.groups == 10
