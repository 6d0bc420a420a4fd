"""Atomic writes: whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tl_core.domain.fault import InputFault
from tl_core.domain.run import Status
from tl_core.store import atomic


def _fill(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "content").write_text(text)
    return folder


def test_written_is_read(tmp_path: Path) -> None:
    atomic.write_json(tmp_path / "deep" / "a.json", Status(state="done", ended=2.0))
    assert atomic.read_json(tmp_path / "deep" / "a.json")["state"] == "done"
    atomic.write_json(tmp_path / "b.json", {"name": "Käse"})
    assert "Käse" in (tmp_path / "b.json").read_text("utf-8")


def test_no_room_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    atomic.write_text(file, "old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputFault) as caught:
        atomic.write_text(file, "new")
    assert caught.value.key == "store.disk_full"
    assert file.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool) -> None:
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    target = tmp_path / "last"
    atomic.replace_folder(_fill(tmp_path / "one", "1"), target)
    atomic.replace_folder(_fill(tmp_path / "two", "2"), target)
    assert (target / "content").read_text() == "2"
    assert [p.name for p in tmp_path.iterdir()] == ["last"]


def test_a_folder_that_could_not_be_filled_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "last"

    def fill(number: int) -> None:
        with atomic.whole_folder(target) as beside:
            (beside / "content").write_text(str(1 / number))

    fill(1)
    with pytest.raises(ZeroDivisionError):
        fill(0)
    assert (target / "content").read_text() == "1.0"
    assert [p.name for p in tmp_path.iterdir()] == ["last"]


def test_a_crash_between_two_renames_is_mended(tmp_path: Path) -> None:
    target = tmp_path / "last"
    assert atomic.present_folder(target) is None
    _fill(atomic.previous_name(target), "1")
    assert atomic.present_folder(target) == target
    assert (target / "content").read_text() == "1"


def _fails_on_top_of_a_full_disk() -> None:
    try:
        raise OSError(errno.ENOSPC, "x")
    except OSError as inner:
        raise RuntimeError("unexpected pos 64 vs 0") from inner


def test_other_libraries_words_for_a_full_disk() -> None:
    assert atomic.is_disk_full(RuntimeError("serializing: I/O error: No space left on device (os error 28)"))
    assert atomic.is_disk_full(RuntimeError("(sqlite3.OperationalError) database or disk is full"))
    assert atomic.is_disk_full(OSError(errno.ENOSPC, "x"))
    assert not atomic.is_disk_full(ValueError("bad"))
    with pytest.raises(RuntimeError) as caught:
        _fails_on_top_of_a_full_disk()
    assert atomic.is_disk_full(caught.value)
