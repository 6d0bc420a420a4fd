"""From suspected writing to a decision: the upload waits, and goes when it was read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.data.conftest import zipped
from tests.data.scans.test_writing import exported
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.domain.project import Project
from tl_core.jobs.perform import perform
from tl_core.store import runs as index
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import data, projects, server_folders, suspects, uploads
from tl_core.words import say


@pytest.fixture
def project(home: Home) -> Project:
    return create_project(home, "scans", "scans")


@pytest.fixture
def asked(home: Home, project: Project) -> RunFolder:
    """An intake that found something."""
    inbox = home.inbox / "token"
    inbox.mkdir()
    files = {f"{label}/{seed}.png": exported(seed, words=seed > 4) for seed in range(8) for label in "ab"[seed % 2]}
    zipped(inbox / "scans.zip", files)
    plan = IntakePlan(project=project.id, modality="image", paths=[str(inbox)], review=True)
    folder = index.create_run(home, plan)
    assert perform(folder).state == "done", folder.log_path.read_text()
    return folder


def test_it_waits(home: Home, project: Project, asked: RunFolder) -> None:
    waiting = suspects.waiting(asked.id)
    assert len(waiting) == asked.view().result["suspects"] == 3
    assert data.dataset(project.id) is None
    assert [one.path for one in uploads.received("token")] == ["scans.zip"]  # previews are no upload
    with Image.open(io.BytesIO(suspects.picture(asked.id, waiting[0]))) as seen:
        assert seen.size == (320, 320)


def test_decided_it_comes_in_and_the_upload_goes(home: Home, project: Project, asked: RunFolder) -> None:
    one, other, third = suspects.waiting(asked.id)
    with pytest.raises(InputFault) as fault:
        suspects.decide(asked.id, {one.code: None})
    assert str(fault.value) == say("data.writing_undecided", count=2)
    again = suspects.decide(asked.id, {one.code: one.boxes, other.code: [], third.code: None})
    assert perform(RunFolder(home.runs / again)).state == "done"
    found = data.dataset(project.id)
    assert found is not None
    assert len(found.samples) == 7
    assert list(home.inbox.iterdir()) == []
    assert suspects.waiting(asked.id) == suspects.waiting(again) == []


def test_thrown_away(home: Home, project: Project, asked: RunFolder) -> None:
    waiting = suspects.waiting(asked.id)
    suspects.discard(asked.id)
    assert suspects.waiting(asked.id) == []
    assert list(home.inbox.iterdir()) == []
    for late in (
        lambda: suspects.picture(asked.id, waiting[0]),
        lambda: suspects.decide(asked.id, {one.code: None for one in waiting}),
    ):
        with pytest.raises(InputFault):
            late()
    assert read_project(home, project.id).dataset is None


def test_of_a_folder_of_the_server_they_are_looked_at_too_and_it_stays_as_it_is(
    home: Home, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "Doctor Meier"
    for seed in range(4):
        (archive / "ab"[seed % 2]).mkdir(parents=True, exist_ok=True)
        (archive / "ab"[seed % 2] / f"{seed}.png").write_bytes(exported(seed, words=seed == 3))
    monkeypatch.setenv("THAW_IMPORT", str(archive))
    first = server_folders.start(project.id, str(archive))
    assert perform(RunFolder(home.runs / first)).state == "done"
    (one,) = suspects.waiting(first)
    assert suspects.picture(first, one)
    again = suspects.decide(first, {one.code: one.boxes})
    assert perform(RunFolder(home.runs / again)).state == "done"
    found = data.dataset(project.id)
    assert found is not None
    assert len(found.samples) == 4
    assert suspects.waiting(first) == suspects.waiting(again) == list(home.inbox.iterdir()) == []
    assert len(list(archive.rglob("*.png"))) == 4
    named = [file.name for file in home.path.rglob("*") if file.is_file() and b"Meier" in file.read_bytes()]
    assert named == ["plan.json", "plan.json"], "where a folder lies is in what was asked, and nowhere else"


def test_deleting_the_project_takes_it_along(home: Home, project: Project, asked: RunFolder) -> None:
    projects.delete(project.id)
    assert list(home.inbox.iterdir()) == []


def test_an_intake_from_the_page_asks(home: Home, project: Project, tmp_path: Path) -> None:
    from tl_core.use_cases import runs

    plan = runs.plan(data.start_intake(project.id, [tmp_path]))
    assert isinstance(plan, IntakePlan)
    assert plan.review
    photos = create_project(home, "photos", "photos")
    plan = runs.plan(data.start_intake(photos.id, [tmp_path]))
    assert isinstance(plan, IntakePlan)
    assert not plan.review
