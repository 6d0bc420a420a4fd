"""A run folder: what is written is what is read, also after the writer was killed."""

from __future__ import annotations

import errno
import io
from pathlib import Path

import pytest

from tl_core.domain.event import Chosen, Epoch, Phase, Progress, Started
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import FetchPlan
from tl_core.domain.run import Status
from tl_core.domain.split import Split, SplitRule
from tl_core.store import locks
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


@pytest.fixture
def folder(home: Home) -> RunFolder:
    return RunFolder.create(home, FetchPlan(backbone="packaged:x"))


def test_plan_split_and_status_come_back(folder: RunFolder, home: Home) -> None:
    split = Split(rule=SplitRule(seed=3), subset={"a": "train"}, grouped=False, given_test=False)
    assert folder.split() is None
    assert folder.status() is None
    folder.write_split(split)
    folder.write_status(Status(state="done", ended=1.0))
    again = RunFolder.find(home, folder.id)
    assert again.plan() == FetchPlan(backbone="packaged:x")
    assert again.split() == split
    assert again.status() == Status(state="done", ended=1.0)


@pytest.mark.parametrize("name", ["../runs", "..", "", "a/b", "20200101-000000-abcdef", "a\x00b", "."])
def test_a_strange_id_is_a_sentence(home: Home, name: str) -> None:
    with pytest.raises(InputFault) as caught:
        RunFolder.find(home, name)
    assert str(caught.value).endswith(".")


def test_events_are_read_as_they_come(folder: RunFolder) -> None:
    assert folder.events() == []
    folder.append(Started(device="CPU"))
    assert [e.kind for e in folder.events()] == ["started"]
    folder.append(Phase(name="train", total=2))
    folder.append(Progress(done=1))
    other = RunFolder(folder.path)
    assert [e.kind for e in other.events()] == ["started", "phase", "progress"]
    assert all(e.time > 0 for e in other.events())
    assert (other.view().phase, other.view().done, other.view().total) == ("train", 1, 2)


def test_a_choice_from_one_group_alone_comes_back(folder: RunFolder) -> None:
    """Its error is not known: JSON has no infinity, and a line that cannot be read back would end the run."""
    folder.append(Chosen(candidate="probe", gain=0.1, error=None))
    assert [event.error for event in folder.events()] == [None]


def test_a_torn_last_line_is_ignored_and_then_overwritten(folder: RunFolder) -> None:
    folder.append(Started())
    with open(folder.path / "events.jsonl", "ab") as stream:
        stream.write(b'{"kind":"progress","do')
    assert [e.kind for e in folder.events()] == ["started"]
    successor = RunFolder(folder.path)
    successor.append(Started(attempt=2))
    assert [e.kind for e in successor.events()] == ["started", "started"]
    assert successor.view().attempts == 2


def test_a_line_lost_to_a_power_cut_hides_no_other(folder: RunFolder) -> None:
    folder.append(Started(attempt=1, device="CPU"))
    with open(folder.path / "events.jsonl", "ab") as stream:
        stream.write(b"\0" * 40 + b"\n")
    folder.append(Phase(name="prepare"))
    assert [e.kind for e in RunFolder(folder.path).events()] == ["started", "phase"]
    assert folder.view().phase == "prepare"


def test_a_line_that_does_not_fit_leaves_no_half(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.append(Started())
    before = (folder.path / "events.jsonl").read_bytes()
    real = io.FileIO.write

    class Full(io.FileIO):
        def write(self, content):  # half of it gets through
            real(self, content[:5])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("builtins.open", lambda path, mode, buffering=-1: Full(path, "ab+"))
    with pytest.raises(InputFault) as caught:
        folder.append(Epoch(number=1, of=2, metrics={}, best=True, seconds=1, rate=1, memory=1))
    monkeypatch.undo()
    assert caught.value.key == "store.disk_full"
    assert (folder.path / "events.jsonl").read_bytes() == before


def test_the_lock_has_one_holder(folder: RunFolder) -> None:
    assert not folder.locked()
    with folder.lock():
        assert folder.locked()
        with pytest.raises(locks.Taken), RunFolder(folder.path).lock(patience=0.05):
            pass
    assert not folder.locked()


def test_stop_is_seen_by_other_readers(folder: RunFolder) -> None:
    assert not folder.stop_requested()
    RunFolder(folder.path).request_stop()
    assert folder.stop_requested()


def test_folders_of_one_second_have_names_of_their_own(home: Home) -> None:
    plan = FetchPlan(backbone="packaged:x")
    names = {RunFolder.create(home, plan).id for _ in range(20)}
    assert len(names) == 20
    assert all(Path(home.runs / name / "plan.json").is_file() for name in names)
