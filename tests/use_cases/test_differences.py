"""What runs do not share."""

from __future__ import annotations

import pytest

from tests.app import made
from tl_core.domain.difference import Difference, Moved, Relabelled
from tl_core.domain.project import Project
from tl_core.domain.split import Split, SplitRule
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.use_cases import data, differences, models, plans


@pytest.fixture
def project(home: Home) -> Project:
    return made.project(home, samples=12)


def test_only_what_differs_in_the_order_of_the_plan(project: Project) -> None:
    first = made.plan(project, note="mine", seed=1)
    second = made.plan(project, split=SplitRule(seed=3), epochs=7, dataset="elsewhere")
    assert differences.of_plans([first, second]) == [
        Difference(name="split.seed", values=[0, 3]),
        Difference(name="epochs", values=[plans.resolved(first).epochs, 7]),
        Difference(name="seed", values=[1, 0]),
    ]


def test_left_open_is_the_same_as_the_usual_value(project: Project) -> None:
    first = made.plan(project)
    usual = plans.resolved(first).epochs
    spelled = first.model_copy(update={"epochs": usual, "options": models.checked_options(project.modality, {})})
    assert differences.of_plans([first, spelled]) == []


def test_where_a_run_began_its_own_values_count(home: Home, project: Project) -> None:
    folders = [made.run(home, made.plan(project)) for _ in range(2)]
    for folder, batch in zip(folders, (32, 16), strict=True):
        told = folder.plan().model_copy(update={"batch_size": batch}).model_dump(mode="json")
        write_json(folder.environment, {"thaw": "1", "threads": 2, "libraries": {"torch": str(batch)}, "plan": told})
    ids = [folder.id for folder in folders]
    assert differences.of_runs(ids) == [Difference(name="batch_size", values=[32, 16])]
    assert differences.of_environments(ids) == [Difference(name="libraries.torch", values=["32", "16"])]


def test_data_that_came_went_and_changed(home: Home, project: Project) -> None:
    old = load_dataset(home, project.id, str(project.dataset))
    ids = [sample.id for sample in old.samples]
    data.move_samples(project.id, ids[:1], "positive")
    data.next_version(project.id, lambda one: one.model_copy(update={"samples": one.samples[:-1]}), "drop")
    version = str(read_project(home, project.id).dataset)
    found = differences.of_data(project.id, old.id, version)
    assert found.relabelled == [Relabelled(sample=ids[0], before="negative", after="positive")]
    assert (found.added, found.removed, found.regrouped) == ([], [ids[-1]], [])
    assert found.samples == 2
    back = differences.of_data(project.id, version, old.id)
    assert (back.added, back.removed) == ([ids[-1]], [])
    assert differences.of_data(project.id, version, version).samples == 0


def test_samples_that_changed_sides(home: Home, project: Project) -> None:
    folders = [made.run(home, made.plan(project)) for _ in range(2)]
    sides = ({"a": "train", "b": "train", "c": "test"}, {"a": "validation", "b": "train", "d": "test"})
    for folder, subset in zip(folders, sides, strict=True):
        folder.write_split(Split.model_validate({"rule": {}, "subset": subset, "grouped": False, "given_test": False}))
    moved = differences.of_splits(folders[0].id, folders[1].id)
    assert moved == [Moved(before="train", after="validation", samples=["a"])]
