"""Projects: kept, renamed, and deleted without a trace."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tl_core.domain.event import Started
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan, PredictPlan, TrainPlan
from tl_core.store import database, projects, runs
from tl_core.store.home import Home


def test_a_project_is_kept_as_given(home: Home) -> None:
    project = projects.create_project(home, " Solar  cells ", "scans", sample_set="solar")
    assert projects.read_project(home, project.id) == project
    assert (project.name, project.modality, project.private) == ("Solar cells", "image", True)


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 81])
def test_no_name_is_a_sentence(home: Home, name: str) -> None:
    with pytest.raises(InputFault):
        projects.create_project(home, name, "photos")


def test_renaming_and_new_data_do_not_undo_each_other(home: Home) -> None:
    project = projects.create_project(home, "a", "photos")
    threads = [
        threading.Thread(target=change, args=(home, project.id, text))
        for change, text in [(projects.rename_project, "b"), (projects.set_dataset, "d1")] * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = projects.read_project(home, project.id)
    assert (after.name, after.dataset) == ("b", "d1")
    assert [p.name for p in projects.list_projects(home)] == ["b"]


def test_deleting_leaves_no_trace(home: Home, tmp_path: Path) -> None:
    own = tmp_path / "own.zip"  # a person's own file, given on the command line
    own.write_text("kept")
    kept = projects.create_project(home, "kept", "photos")
    kept_run = runs.create_run(home, IntakePlan(project=kept.id, modality="image", paths=[]))
    secret = projects.create_project(home, "ZEBRA", "photos")
    upload = home.inbox / "token" / "ZEBRA.zip"
    upload.parent.mkdir()
    upload.write_text("ZEBRA")
    (home.samples(secret.id) / "a.png").write_text("ZEBRA")
    (home.thumbnails(secret.id) / "a.webp").write_text("ZEBRA")
    (home.project(secret.id) / "cache").mkdir()
    (home.project(secret.id) / "cache" / "activations").write_text("ZEBRA")
    runs.create_run(home, IntakePlan(project=secret.id, modality="image", paths=[str(upload), str(own)]))
    runs.create_run(home, PredictPlan(project=secret.id, run="r", paths=["/etc"]))
    train = runs.create_run(home, TrainPlan(project=secret.id, dataset="d", modality="image", backbone="b"))
    train.append(Started())
    train.log_path.write_text("ZEBRA")
    runs.record_opening(home, secret.id, train.id)

    projects.delete_project(home, secret.id)

    assert projects.list_projects(home) == [kept]
    assert kept_run.path.is_dir()
    assert own.read_text() == "kept"
    database.engine(home).dispose()
    database._engines.clear()
    names = [str(Path(base) / name) for base, folders, files in os.walk(home.path) for name in [*folders, *files]]
    assert not [name for name in names if secret.id in name or "ZEBRA" in name]
    holding = [p for p in home.path.rglob("*") if p.is_file() and b"ZEBRA" in p.read_bytes() and "sqlite" not in p.name]
    assert not holding
    assert runs.count_openings(home, secret.id) == 0
    with pytest.raises(InputFault, match="not here any more"):
        projects.read_project(home, secret.id)
