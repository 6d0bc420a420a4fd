"""What people say of runs: ``runs/<id>/notes.json``, the one file there that changes after the end."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tl_core.domain.difference import Note
from tl_core.store import locks
from tl_core.store.atomic import write_json
from tl_core.store.nouns import read_noun
from tl_core.store.run_folder import RunFolder

NOTES = "notes.json"
_NONE = Note()


def read_note(folder: RunFolder) -> Note:
    """Empty where nobody said anything."""
    file = folder.path / NOTES
    try:
        return _read(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        return _NONE


def change_note(folder: RunFolder, *, text: str | None = None, star: bool | None = None) -> Note:
    """Take over what is given and leave the rest; two people may change one run's at a time.

    Raises InputFault when the disk is full.
    """
    with locks.hold(folder.path / "notes.lock", patience=10):
        old = read_noun(folder.path / NOTES, Note, forgiving=True) or _NONE
        new = Note(text=old.text if text is None else text, star=old.star if star is None else star)
        if new != old:
            write_json(folder.path / NOTES, new)
    return new


@lru_cache(maxsize=1024)
def _read(file: Path, changed: int) -> Note:
    return read_noun(file, Note, forgiving=True) or _NONE
