"""What people said of samples: ``projects/<id>/labels.jsonl``, a line each, only ever added to.

It is the truth about labels until they go into the data as a version of their own. A line torn by a crash was never
confirmed to anybody; it is passed over, and the next writer ends it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from tl_core.domain.labelling import Labelling, Line, Person, Suggestions, Taken, TakenBack
from tl_core.store import locks
from tl_core.store.atomic import room_expected, write_text
from tl_core.store.home import Home
from tl_core.store.nouns import remembered_noun

PATIENCE = 10.0  # seconds for another writer
_LINE: TypeAdapter[Line] = TypeAdapter(Line)


class Labels(NamedTuple):
    """All lines of a project, folded."""

    said: tuple[Labelling, ...]  # in the order in which they came in; those taken back are marked
    people: tuple[str, ...]  # names, in the order in which they were first told
    taken: float  # when what was settled last went into the data, seconds since 1970; 0: never


def append(home: Home, project_id: str, lines: Iterable[Line]) -> None:
    """Add these, on disk when it returns; labellings that are there already are left out. Raises InputFault."""
    file = _file(home, project_id)
    with locks.hold(file.with_suffix(".lock"), PATIENCE):
        known = {one.id for one in read_labels(home, project_id).said}
        fresh = [one for one in lines if not (isinstance(one, Labelling) and one.id in known)]
        if not fresh:
            return
        text = "".join(f"{one.model_dump_json()}\n" for one in fresh)
        left = memoryview((b"\n" if _torn(file) else b"") + text.encode())
        with room_expected(), open(file, "ab", buffering=0) as stream:  # a buffer would be written again when closed
            before = stream.tell()
            try:
                while left:
                    left = left[stream.write(left) :]
                os.fsync(stream.fileno())
            except OSError:  # half a batch is none
                stream.truncate(before)
                raise


def read_labels(home: Home, project_id: str) -> Labels:
    """Kept in memory until the file changes."""
    file = _file(home, project_id)
    try:
        state = file.stat()
    except FileNotFoundError:
        return Labels((), (), 0.0)
    return _read(file, state.st_mtime_ns, state.st_size)


def read_suggestions(home: Home, project_id: str) -> Suggestions | None:
    """None before a model has learned from labels."""
    return remembered_noun(_suggestions(home, project_id), Suggestions)


def write_suggestions(home: Home, project_id: str, found: Suggestions) -> None:
    """Raises InputFault ``store.disk_full``."""
    write_text(_suggestions(home, project_id), found.model_dump_json())


@lru_cache(maxsize=8)
def _read(file: Path, changed: int, length: int) -> Labels:
    return _folded(file.read_bytes().split(b"\n"))


def _folded(lines: Sequence[bytes]) -> Labels:
    said: dict[str, Labelling] = {}
    people: dict[str, None] = {}
    taken = 0.0
    for line in lines:
        try:
            one = _LINE.validate_json(line)
        except ValidationError:  # empty, or torn
            continue
        if isinstance(one, Person):
            people[one.name] = None
        elif isinstance(one, Labelling):
            said.setdefault(one.id, one)
        elif isinstance(one, TakenBack) and one.id in said:
            said[one.id] = said[one.id].model_copy(update={"undone": True})
        elif isinstance(one, Taken):
            taken = one.time
    return Labels(tuple(said.values()), tuple(people), taken)


def _torn(file: Path) -> bool:
    """Does the file end within a line?"""
    if not file.exists():
        return False
    with open(file, "rb") as stream:
        if not stream.seek(0, os.SEEK_END):
            return False
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"


def _file(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "labels.jsonl"


def _suggestions(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "suggestions.json"
