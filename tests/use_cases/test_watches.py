"""Folders of the server: nothing outside of them is read, and what comes into a watched one is handed on once."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.data.conftest import picture, two_classes, zipped
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project
from tl_core.jobs.perform import perform
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import data, runs, server_folders, watches


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "share"
    (folder / "new").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.png").write_bytes(picture(1))
    (tmp_path / "secret" / "key.csv").write_text("a,b\n1,2\n")
    monkeypatch.setenv("THAW_IMPORT", os.pathsep.join([str(folder), "", str(tmp_path / "gone")]))
    return folder


@pytest.fixture
def project(home: Home, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(runs.queue, "enqueue", lambda home, folder: None)  # ``done`` does the job
    monkeypatch.setattr(watches, "GATHERED", 0.0)
    return create_project(home, "pets", "photos")


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        os.utime(folder / name, (time.time() - 60, time.time() - 60))


def done(home: Home, run: str | None) -> None:
    assert run is not None
    assert perform(RunFolder(home.runs / run)).state in ("done", "failed")


def counts(home: Home, project: Project) -> dict[str, int]:
    return load_dataset(home, project.id, read_project(home, project.id).dataset or "").counts()


def test_nothing_is_offered_unless_named(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THAW_IMPORT", raising=False)
    assert server_folders.offered() == []
    with pytest.raises(InputFault):
        server_folders.listing(str(tmp_path))


@pytest.mark.parametrize("way", ["..", "new/../..", "link", "link/x", "/etc", "new\0", "loop", "gone"])
def test_no_way_leads_out(home: Home, share: Path, way: str) -> None:
    (share / "link").symlink_to(share.parent / "secret")
    (share / "loop").symlink_to(share / "loop")
    with pytest.raises(InputFault):
        server_folders.listing(str(share / way))
    assert server_folders.listing(str(share)).folders == ["new"]


def test_links_in_a_folder_are_not_read(home: Home, share: Path, project: Project) -> None:
    put(share / "new", two_classes(3))
    (share / "new" / "cats" / "out.png").symlink_to(share.parent / "secret" / "x.png")
    (share / "new" / "key.csv").symlink_to(share.parent / "secret" / "key.csv")
    assert server_folders.listing(str(share / "new")).tables == []
    done(home, server_folders.start(project.id, str(share / "new")))
    assert counts(home, project) == {"cats": 3, "dogs": 3}
    assert (share / "new" / "cats" / "0.png").exists()
    data = load_dataset(home, project.id, read_project(home, project.id).dataset or "")
    assert {refusal.reason for refusal in data.refusals} == {"refusals.link"}


def test_what_comes_is_handed_on_once(home: Home, share: Path, project: Project) -> None:
    put(share / "new", two_classes(2))
    watches.begin(project.id, str(share / "new"))
    assert watches.look(project.id) is None  # it may still be on its way
    done(home, watches.look(project.id))
    assert counts(home, project) == {"cats": 2, "dogs": 2}
    assert watches.look(project.id) is None

    put(share / "new", {"cats/new.png": picture(70), "cats/bad.png": b"no picture", "loose.png": picture(71)})
    zipped(share / "new" / "dogs.zip", {"zipped.png": picture(72)})
    os.utime(share / "new" / "dogs.zip", (1, 1))
    watches.look(project.id)
    done(home, watches.look(project.id))
    assert counts(home, project) == {"cats": 3, "dogs": 3}
    found = load_dataset(home, project.id, read_project(home, project.id).dataset or "")
    assert [refusal.source for refusal in found.refusals] == ["cats/bad.png"]  # and nothing that is in already
    assert [sample.source for sample in found.samples if sample.target is None] == ["loose.png"]
    assert watches.look(project.id) is None
    assert [(one.files, one.samples) for one in watches.arrivals(project.id)] == [(4, 3), (4, 4)]
    plan = (home.runs / watches.arrivals(project.id)[0].run / "plan.json").read_text()
    assert "loose" not in plan + (home.project(project.id) / "watch.json").read_text()

    watches.end(project.id)
    put(share / "new", {"cats/late.png": picture(90)})
    assert watches.look(project.id) is None
    assert watches.watched(project.id) is None


def test_a_bad_file_alone_fails_once(home: Home, share: Path, project: Project) -> None:
    put(share / "new", two_classes(2))
    watches.begin(project.id, str(share / "new"))
    watches.look(project.id)
    done(home, watches.look(project.id))
    put(share / "new", {"cats/bad.png": b"no picture"})
    watches.look(project.id)
    done(home, watches.look(project.id))
    assert watches.look(project.id) is None
    [bad, first] = watches.arrivals(project.id)
    assert (bad.state, bad.samples, first.samples) == ("failed", None, 4)
    assert bad.reason
    assert counts(home, project) == {"cats": 2, "dogs": 2}


def test_a_folder_that_is_gone_is_said_and_comes_back(home: Home, share: Path, project: Project) -> None:
    watches.begin(project.id, str(share / "new"))
    (share / "new").rename(share / "away")
    watches.look_at_all()
    watch = watches.watched(project.id)
    assert watch is not None
    assert watch.problem == "uploads.folder_closed"
    (share / "away").rename(share / "new")
    watches.look_at_all()
    watch = watches.watched(project.id)
    assert watch is not None
    assert watch.problem is None


def test_a_file_that_became_a_link_leads_nowhere(home: Home, share: Path, project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture(1))
    (share / "a.png").symlink_to(secret)
    done(home, data.start_intake(project.id, [share / "a.png"], inside=share, unlabelled=True))
    assert read_project(home, project.id).dataset is None


def test_what_is_gone_is_forgotten_at_last(
    home: Home, share: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(watches, "REMEMBERED", 4)
    put(share / "new", two_classes(2))
    watches.begin(project.id, str(share / "new"))
    watches.look(project.id)
    done(home, watches.look(project.id))
    for file in (share / "new").rglob("*.png"):
        file.unlink()
    put(share / "new", {"cats/next.png": picture(80)})
    watches.look(project.id)
    done(home, watches.look(project.id))
    watch = watches.watched(project.id)
    assert watch is not None
    assert len(watch.known) == 1


def test_what_trickles_in_is_gathered(
    home: Home, share: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "GATHERED", 600.0)
    put(share / "new", two_classes(2))
    watches.begin(project.id, str(share / "new"))
    watches.look(project.id)
    done(home, watches.look(project.id))
    for number in (7, 8):
        put(share / "new", {f"cats/{number}.png": picture(number + 40)})
        assert [watches.look(project.id) for _ in range(3)] == [None] * 3
    monkeypatch.setattr(watches, "GATHERED", 0.0)
    done(home, watches.look(project.id))
    assert counts(home, project) == {"cats": 4, "dogs": 2}
