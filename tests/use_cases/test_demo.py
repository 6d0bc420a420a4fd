"""The demonstration: put back as it was, by whoever presents or by itself."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.app import made
from tl_core.commands import demo as setting
from tl_core.domain.finding import DropRemedy, Finding, Findings, GroupRemedy
from tl_core.store.findings import write_findings
from tl_core.store.home import Home
from tl_core.use_cases import checks, data, demo, projects


@pytest.fixture
def live(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A demonstration with one prepared project and its training, as ``setup --demo`` leaves it."""

    def play(making: Home, act: demo.Act, title: str) -> None:
        if act == "reviews":
            project = made.project(making, "reviews")
            (making.project(project.id) / "project.json").write_text(
                project.model_copy(update={"sample_set": act, "name": title}).model_dump_json()
            )
            made.done(making, project)

    monkeypatch.setattr(setting, "_play", play)
    place = Home(setting.make_ready(home))
    monkeypatch.setenv("THAW_HOME", str(place.path))
    return place


def scene() -> demo.Scene:
    [found] = demo.scenes()
    return found


def test_what_was_prepared_is_there(live: Home) -> None:
    project = projects.project(scene().project)
    assert (scene().act, project.name) == ("reviews", "Product reviews")
    assert [job.kind for job in projects.summary(project.id).jobs] == ["train"]
    assert os.environ["THAW_HOME"] == str(live.path)


def test_starting_over(live: Home) -> None:
    before = scene()
    tried = made.project(live, "photos")
    projects.rename(before.project, "Renamed while trying")
    demo.start_over()
    assert demo.scenes() == [before]
    assert [one.name for one in projects.list_projects()] == ["Product reviews"]
    assert not live.project(tried.id).exists()
    assert projects.summary(before.project).counts == {"negative": 30, "positive": 30}


def test_starting_over_where_the_prepared_project_was_deleted(live: Home) -> None:
    before = scene()
    projects.delete(before.project)
    assert demo.scenes() == []
    demo.start_over()
    assert demo.scenes() == [before]


def test_a_copy_broken_off(live: Home) -> None:
    """Killed half-way: what is there under its name is whole, what is not is copied again."""
    before = scene()
    folder = live.project(before.project)
    folder.rename(folder.with_name(f".{folder.name}.part"))
    demo.put_back(live.path.parent / demo.PREPARED, live)
    assert demo.scenes() == [before]
    assert not [path for path in live.projects.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(("silence", "new", "kept"), [(60, True, True), (7200, True, False), (7200, False, True)])
def test_after_a_long_silence_a_new_visitor_finds_it_prepared(live: Home, silence: int, new: bool, kept: bool) -> None:
    demo.visited(new=True)
    tried = made.project(live, "photos")
    then = time.time() - silence
    os.utime(live.path / "visited", (then, then))
    demo.visited(new=new)
    assert live.project(tried.id).exists() == kept
    assert time.time() - (live.path / "visited").stat().st_mtime < 60


def test_every_start_shows_it_as_prepared(home: Home, live: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before, tried = scene(), made.project(live, "photos")
    monkeypatch.setenv("THAW_HOME", str(home.path))
    assert setting.make_ready(home) == live.path
    monkeypatch.setenv("THAW_HOME", str(live.path))
    assert demo.scenes() == [before]
    assert not live.project(tried.id).exists()


def test_a_preparation_broken_off_goes_on_with_the_act_it_was_at(
    home: Home, live: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared = live.path.parent / demo.PREPARED
    shutil.move(prepared / "reviews", prepared.with_name("making"))
    (prepared.with_name("making") / "projects" / "half").mkdir()
    monkeypatch.setenv("THAW_HOME", str(home.path))
    capsys.readouterr()
    setting.make_ready(home)
    assert not (prepared / "reviews" / "projects" / "half").exists()
    assert capsys.readouterr().err.count("Preparing") == 1
    monkeypatch.setenv("THAW_HOME", str(live.path))
    assert scene().act == "reviews"


def test_fetched_models_are_linked(home: Home, tmp_path: Path) -> None:
    source, target = tmp_path / "weights", tmp_path / "linked"
    source.write_bytes(b"numbers")
    setting._linked(str(source), str(target))
    setting._linked(str(source), str(target))
    assert target.read_bytes() == b"numbers"
    assert target.stat().st_ino == source.stat().st_ino


def test_only_with_the_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(demo.FLAG, raising=False)
    assert not demo.shown()
    monkeypatch.setenv(demo.FLAG, "1")
    assert demo.shown()
    monkeypatch.setenv("THAW_PASSCODE", "shared-with-many")
    assert not demo.has_plug()


def test_a_database_of_a_persons_own_is_left_alone(
    home: Home, live: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    own = f"sqlite:///{tmp_path / 'own.sqlite'}"
    monkeypatch.setenv("THAW_HOME", str(home.path))
    monkeypatch.setenv("THAW_DATABASE_URL", own)
    mine = made.project(home, "photos")
    shutil.rmtree(live.path.parent / demo.PREPARED)
    setting.make_ready(home)
    assert [one.id for one in projects.list_projects()] == [mine.id]
    assert os.environ["THAW_DATABASE_URL"] == own


def test_the_leak_is_mended_by_the_first_finding_that_says_who_belongs_together(home: Home) -> None:
    made.fetched(home)
    project = made.project(home, samples=12)
    assert not setting.mend(project.id), "nobody has looked yet"
    plan, found = checks.wanted(project.id), data.dataset(project.id)
    ids = [sample.id for sample in found.samples] if found else []
    left_out = Finding(code="copies_across", level="alarm", samples=ids[:1], remedies=[DropRemedy(samples=ids[:1])])
    leak = Finding(
        code="names_leak", level="alarm", samples=ids, remedies=[GroupRemedy(groups=dict.fromkeys(ids, "a"))]
    )
    known = Findings(
        dataset=plan.dataset, rule=plan.split, backbone=plan.backbone, findings=[left_out, leak], seconds=1.0
    )
    write_findings(home, project.id, known)
    assert setting.mend(project.id)
    mended = data.dataset(project.id)
    assert mended is not None
    assert {sample.group for sample in mended.samples} == {"a"}
    assert checks.undo(project.id).id == plan.dataset
