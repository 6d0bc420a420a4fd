"""The job: an upload becomes the project's data, and the upload goes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.data.conftest import picture, two_classes, zipped
from tl_core import backbones
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Phase, Result
from tl_core.domain.plan import IntakePlan
from tl_core.domain.project import Project, Purpose
from tl_core.domain.run import Status
from tl_core.jobs.perform import perform
from tl_core.runs import intake
from tl_core.store import runs
from tl_core.store.datasets import history, load_dataset, save_dataset
from tl_core.store.home import Home
from tl_core.store.locks import is_held
from tl_core.store.projects import create_project, read_project
from tl_core.store.run_folder import RunFolder
from tl_core.words import say


@pytest.fixture
def project(home: Home) -> Project:
    return create_project(home, "pets", "photos")


def upload(home: Home, members: dict[str, bytes], token: str = "token") -> Path:
    (home.inbox / token).mkdir()
    return zipped(home.inbox / token / "pets.zip", members)


def job(home: Home, project: Project, path: Path, **options: object) -> tuple[RunFolder, Status]:
    plan = IntakePlan(project=project.id, modality=project.modality, paths=[str(path)], **options)
    folder = runs.create_run(home, plan)
    return folder, perform(folder)


def test_data_are_in_use_and_the_upload_is_gone(home: Home, project: Project) -> None:
    folder, status = job(home, project, upload(home, two_classes(4)).parent)
    assert status.state == "done", folder.log_path.read_text()
    version = read_project(home, project.id).dataset
    assert version
    dataset = load_dataset(home, project.id, version)
    assert dataset.counts() == {"cats": 4, "dogs": 4}
    assert {event.name for event in folder.events() if isinstance(event, Phase)} == {"read", "store"}
    result = next(event for event in folder.events() if isinstance(event, Result))
    assert result.values == {"dataset": version, "samples": 8, "received": 8, "left_out": 0}
    assert all((home.samples(project.id) / (sample.file or "")).is_file() for sample in dataset.samples)
    assert list(home.inbox.iterdir()) == []
    assert not (folder.path / "work").exists()


def test_more_samples_join_and_a_kill_between_changes_nothing(home: Home, project: Project) -> None:
    job(home, project, upload(home, two_classes(3)))
    first = read_project(home, project.id).dataset or ""
    folder, status = job(home, project, upload(home, {"cats/new.png": picture(90)}), add=True)
    assert status.state == "done", folder.log_path.read_text()
    both = read_project(home, project.id).dataset or ""
    assert [one.id for one in history(home, project.id, both)] == [both, first]
    again = runs.create_run(home, IntakePlan(project=project.id, modality="image", paths=["gone"], add=True))
    (again.path / intake.JOINED).write_bytes((folder.path / intake.JOINED).read_bytes())  # killed before its last word
    assert perform(again).state == "done"
    assert again.view().result["dataset"] == both


@pytest.mark.parametrize("purpose", ["photos", "support", "forecasts"])
def test_nobody_else_changes_the_data_while_they_are_stored(
    purpose: Purpose, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = create_project(home, "any", purpose)
    sold = "".join(f"20{year}-{month:02d},{month}\n" for year in range(10, 20) for month in range(1, 13))
    files = {"photos": two_classes(3), "support": {"a.txt": b"Cables are grey."}}
    path = upload(home, files.get(purpose, {"sold.csv": f"month,sold\n{sold}".encode()}))
    held = []

    def save(home: Home, project_id: str, dataset: Dataset) -> Dataset:
        held.append(is_held(home.project(project_id) / "data.lock"))
        return save_dataset(home, project_id, dataset)

    monkeypatch.setattr(intake, "save_dataset", save)
    folder, status = job(home, project, path)
    assert status.state == "done", folder.log_path.read_text()
    assert held == [True]


def test_a_persons_own_files_stay(home: Home, project: Project, tmp_path: Path) -> None:
    path = zipped(tmp_path / "mine.zip", two_classes(3))
    assert job(home, project, path)[1].state == "done"
    assert path.exists()


def test_bad_input_is_a_sentence_and_changes_nothing(home: Home, project: Project) -> None:
    job(home, project, upload(home, two_classes(3)))
    before = read_project(home, project.id)
    folder, status = job(home, project, upload(home, {"cats/1.png": picture(1)}))
    assert (status.state, status.fault) == ("failed", "input")
    assert status.reason
    assert "one class" in say(status.reason, **status.values)
    assert read_project(home, project.id) == before
    assert list(home.inbox.iterdir()) == []
    assert folder.view().result == {}


def test_stopped(home: Home, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = upload(home, two_classes(3))
    folder = runs.create_run(home, IntakePlan(project=project.id, modality="image", paths=[str(path)]))
    looked = iter([False, *[True] * 100])
    monkeypatch.setattr(RunFolder, "stop_requested", lambda self: next(looked))
    assert perform(folder).state == "stopped"
    assert read_project(home, project.id).dataset is None


def test_taken_up_again_after_a_kill(home: Home, project: Project, tmp_path: Path) -> None:
    """Halfway through, or just before the end: the second attempt comes to the same data."""
    path = zipped(tmp_path / "mine.zip", two_classes(4))
    first, _ = job(home, project, path)
    (first.path / "status.json").unlink()
    assert perform(first).state == "done"
    assert sum(isinstance(event, Result) for event in first.events()) == 1
    again, _ = job(home, project, path)
    (again.path / "status.json").unlink()
    (again.path / "events.jsonl").unlink()
    (again.path / "work").mkdir()
    (again.path / "work" / "00000000").write_bytes(b"half a file")
    assert perform(again).state == "done"
    assert again.view().result["dataset"] == first.view().result["dataset"]


def test_scans_lose_their_names(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "scans", "scans")
    files = {f"{label}/Doe_{n}.png": picture(n + 10 * (label == "b")) for label in "ab" for n in range(3)}
    folder, status = job(home, project, upload(home, files), group_pattern=r"Doe_\d")
    assert status.state == "done"
    for path in [*folder.path.rglob("*.json*"), *home.project(project.id).rglob("*.json*"), folder.log_path]:
        if path.name != "plan.json" and path.is_file():  # the plan holds the pattern a person typed
            assert "Doe" not in path.read_text().replace('"pattern":"Doe_', "")


def test_a_table(home: Home, tmp_path: Path) -> None:
    project = create_project(home, "reviews", "reviews")
    (tmp_path / "t.csv").write_text("review,stars\n" + "".join(f"the review {n},{n % 5 + 1}\n" for n in range(50)))
    merges = {"1": "negative", "2": "negative", "3": "", "4": "positive", "5": "positive"}
    _, status = job(home, project, tmp_path / "t.csv", merge_labels=merges)
    assert status.state == "done"
    dataset = load_dataset(home, project.id, read_project(home, project.id).dataset or "")
    assert dataset.counts() == {"negative": 20, "positive": 20}
    assert len(dataset.refusals) == 10


def test_a_zip_that_is_none(home: Home, project: Project) -> None:
    path = upload(home, {})
    path.write_bytes(b"PK nothing")
    _, status = job(home, project, path)
    assert status.reason == "data.zip_broken"
    assert zipfile.is_zipfile(path) is False


@pytest.mark.weights
def test_a_sample_set(stocked: Home) -> None:
    project = create_project(stocked, "cells", "scans", sample_set="solar")
    plan = IntakePlan(project=project.id, modality="image", paths=[], sample_set="solar")
    folder = runs.create_run(stocked, plan)
    assert perform(folder).state == "done"
    dataset = load_dataset(stocked, project.id, read_project(stocked, project.id).dataset or "")
    assert dataset.counts() == {"defective": 313, "functional": 588}
    assert dataset.licence
    assert "CC BY-NC-SA" in dataset.licence
    assert 15 <= len({sample.group for sample in dataset.samples}) <= 44
    assert not any("cell" in sample.source for sample in dataset.samples)
    assert dataset.refusals == []


def test_with_a_training_to_follow_the_starting_model_is_fetched_too(
    home: Home, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped(tmp_path / "pets.zip", two_classes(4))
    fetched: list[str] = []
    monkeypatch.setattr(intake, "fetch_sample_set", lambda *_: tmp_path / "pets.zip")
    monkeypatch.setattr(intake, "fetch", lambda home, name, tell: fetched.append(name))
    for wanted, then_train in ((0, False), (1, True)):
        plan = IntakePlan(
            project=project.id,
            modality="image",
            paths=[],
            sample_set="solar",
            then_train=then_train,
            remove_paths=False,
        )
        assert perform(runs.create_run(home, plan)).state == "done"
        assert len(fetched) == wanted
    assert fetched == [backbones.default("image")]
