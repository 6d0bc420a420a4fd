"""Labels on disk: only added to, once each, whole after a crash."""

from __future__ import annotations

import io

import pytest

from tl_core.domain.labelling import Labelling, Person, Taken, TakenBack
from tl_core.store import labels
from tl_core.store.home import Home
from tl_core.store.labels import append, read_labels

PROJECT = "0" * 12


@pytest.fixture
def folder(home: Home):
    folder = home.project(PROJECT)
    folder.mkdir(parents=True)
    return folder


def said(number: int, label: str | None = "kind", by: str = "Anna") -> Labelling:
    return Labelling(id=f"labelling-{number}", sample=f"s{number}", label=label, by=by, time=float(number))


def test_nobody_has_said_anything(home: Home) -> None:
    assert read_labels(home, PROJECT) == ((), (), 0.0)


def test_the_same_line_sent_twice_is_kept_once(home: Home, folder) -> None:
    append(home, PROJECT, [said(1), said(2)])
    append(home, PROJECT, [said(2, "slow"), said(3)])
    assert [(one.sample, one.label) for one in read_labels(home, PROJECT).said] == [
        ("s1", "kind"), ("s2", "kind"), ("s3", "kind"),
    ]  # fmt: skip


def test_taking_back_is_a_line_of_its_own(home: Home, folder) -> None:
    append(home, PROJECT, [Person(name="Anna", time=0.0), said(1), said(2)])
    before = (folder / "labels.jsonl").read_bytes()
    append(home, PROJECT, [TakenBack(id="labelling-1", time=3.0), Taken(time=4.0)])
    assert (folder / "labels.jsonl").read_bytes().startswith(before)
    found = read_labels(home, PROJECT)
    assert [one.undone for one in found.said] == [True, False]
    assert (found.people, found.taken) == (("Anna",), 4.0)


def test_a_torn_last_line_costs_nothing_but_itself(home: Home, folder) -> None:
    append(home, PROJECT, [said(1)])
    with open(folder / "labels.jsonl", "ab") as stream:
        stream.write(said(2).model_dump_json().encode()[:40])
    assert [one.sample for one in read_labels(home, PROJECT).said] == ["s1"]
    append(home, PROJECT, [said(3)])
    assert [one.sample for one in read_labels(home, PROJECT).said] == ["s1", "s3"]


def test_a_full_disk_keeps_what_was_there(home: Home, folder, monkeypatch: pytest.MonkeyPatch) -> None:
    append(home, PROJECT, [said(1)])
    before = (folder / "labels.jsonl").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(labels.os, "fsync", full)
    with pytest.raises(Exception, match="disk"):
        append(home, PROJECT, [said(2)])
    assert (folder / "labels.jsonl").read_bytes() == before


def test_half_a_batch_is_none(home: Home, folder, monkeypatch: pytest.MonkeyPatch) -> None:
    append(home, PROJECT, [said(1)])
    before = (folder / "labels.jsonl").read_bytes()

    class Narrow(io.FileIO):
        """A disk that takes ten bytes more and is full then."""

        def write(self, content) -> int:
            if self.tell() > len(before):
                raise OSError(28, "No space left on device")
            return super().write(bytes(content)[:10])

    def opened(file, mode: str, **options: int) -> io.IOBase:
        narrow = Narrow(file, mode)
        return io.BufferedWriter(narrow) if mode == "ab" and options.get("buffering") else narrow

    monkeypatch.setattr(labels, "open", opened, raising=False)
    with pytest.raises(Exception, match="disk"):
        append(home, PROJECT, [said(2), said(3)])
    assert (folder / "labels.jsonl").read_bytes() == before
