"""Activations keep to their budget: what was used last stays."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tl_core.freezing import room
from tl_core.store.home import Home


def entry(home: Home, project: str, name: str, size: int, used: float) -> Path:
    folder = home.path / "projects" / project / "cache" / name
    folder.mkdir(parents=True)
    (folder / "values.f32").write_bytes(bytes(size))
    os.utime(folder, (used, used))
    return folder


@pytest.fixture
def entries(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three of 1,000 bytes in two projects, used one after the other; 2,500 are allowed."""
    monkeypatch.setenv("THAW_CACHE_GB", str(2500 / 2**30))
    monkeypatch.setattr(room, "LEFT_FREE", 0)
    now = time.time()
    return [entry(home, project, name, 1000, now - age) for project, name, age in ENTRIES]


ENTRIES = (("a", "old", 300.0), ("b", "older", 400.0), ("a", "new", 10.0))


def test_the_least_recently_used_goes_first(home: Home, entries: list[Path]) -> None:
    room.tidy(home)
    assert [path.exists() for path in entries] == [True, False, True]


def test_room_is_made_before_it_is_needed(home: Home, entries: list[Path]) -> None:
    room.tidy(home, wanted=1200)
    assert [path.exists() for path in entries] == [False, False, True]


def test_nothing_goes_while_there_is_room(home: Home, entries: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THAW_CACHE_GB", "not a number")
    room.tidy(home, wanted=1200)
    assert all(path.exists() for path in entries)


def test_a_nearly_full_disk_counts_more_than_the_budget(
    home: Home, entries: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("THAW_CACHE_GB")
    monkeypatch.setattr(room, "LEFT_FREE", 5 * 2**30)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: Disk(total=2**40, used=0, free=6 * 2**30))
    room.tidy(home)
    assert all(path.exists() for path in entries)  # a large disk may be fuller than a small one
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: Disk(total=2**40, used=0, free=2**30))
    room.tidy(home)
    assert not any(path.exists() for path in entries)


class Disk(NamedTuple):
    total: int
    used: int
    free: int


def test_half_written_ones_are_left_to_their_writer_for_a_day(home: Home, entries: list[Path]) -> None:
    writing = entry(home, "a", ".being.written", 5000, time.time() - 3600)
    dead = entry(home, "a", ".was.killed", 5000, time.time() - 2 * 24 * 3600)
    room.tidy(home)
    assert writing.exists()
    assert not dead.exists()
