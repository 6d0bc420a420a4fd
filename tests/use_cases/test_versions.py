"""Older data used again, and taken back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.app import made
from tl_core.domain.dataset import Dataset
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.store.home import Home
from tl_core.use_cases import checks, data, projects, versions


@pytest.fixture
def project(home: Home) -> Project:
    return made.project(home, samples=12)


def in_use(project: Project) -> str:
    return str(projects.project(project.id).dataset)


def test_a_version_is_used_again_and_given_back(project: Project) -> None:
    first = in_use(project)
    ids = [sample.id for sample in data.version(project.id, first).samples]
    second = data.move_samples(project.id, ids[:1], "positive").id

    assert [one.sample for one in versions.preview(project.id, first).relabelled] == ids[:1]
    assert versions.last_restored(project.id) is None
    versions.restore(project.id, first)
    assert in_use(project) == first
    with pytest.raises(InputFault, match="in use already"):
        versions.restore(project.id, first)

    versions.take_back(project.id)
    assert in_use(project) == second
    assert [one.id for one in checks.history(project.id)] == [second, first]
    with pytest.raises(InputFault):
        versions.take_back(project.id)


def test_after_another_change_there_is_nothing_to_take_back(project: Project) -> None:
    first = in_use(project)
    ids = [sample.id for sample in data.version(project.id, first).samples]
    data.move_samples(project.id, ids[:1], "positive")
    versions.restore(project.id, first)
    data.move_samples(project.id, ids[2:3], "positive")
    assert versions.last_restored(project.id) is None


def test_a_version_that_is_gone_changes_nothing(project: Project) -> None:
    first = in_use(project)
    with pytest.raises(InputFault):
        versions.restore(project.id, "0" * 16)
    assert in_use(project) == first
    assert versions.last_restored(project.id) is None


def test_of_two_changes_at_a_time_none_is_lost(project: Project) -> None:
    ids = [sample.id for sample in data.version(project.id, in_use(project)).samples]

    def dropped(number: int) -> None:
        def change(old: Dataset) -> Dataset:
            time.sleep(0.05)  # the other one comes meanwhile
            return old.model_copy(update={"samples": [one for one in old.samples if one.id != ids[number]]})

        data.next_version(project.id, change, "drop")

    with ThreadPoolExecutor() as pool:
        list(pool.map(dropped, range(3)))
    assert [sample.id for sample in data.version(project.id, in_use(project)).samples] == ids[3:]
