"""Samples from a folder of the server: looked through, read in place, never removed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tl_core.data.names import ignored
from tl_core.data.tables import is_table
from tl_core.domain.base import Noun
from tl_core.domain.fault import InputFault
from tl_core.store import places
from tl_core.use_cases import data

MOST = 500  # folders and files that a page lists


class Listing(Noun):
    """What lies in a folder, without what links lead to."""

    folder: str
    above: str | None  # None: it is one of the allowed folders itself
    folders: list[str]  # names
    tables: list[str]  # names of files
    files: int
    bytes: int  # of those


def offered() -> list[str]:
    """The folders that may be looked into; none unless ``THAW_IMPORT`` names some."""
    return [str(path) for path in places.allowed()]


def listing(folder: str) -> Listing:
    """What lies in ``folder``. Raises InputFault when it is not below an allowed one, gone, or closed to us."""
    root, path = places.within(Path(folder))
    folders: list[str] = []
    tables: list[str] = []
    files = size = 0
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if ignored(entry.name) or entry.is_symlink():
                    continue
                with suppress(FileNotFoundError):  # gone this moment
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                    elif entry.is_file(follow_symlinks=False):
                        files += 1
                        size += entry.stat().st_size
                        if is_table(entry.name):
                            tables.append(entry.name)
    except OSError:
        raise InputFault("uploads.folder_closed") from None
    above = None if path == root else str(path.parent)
    return Listing(
        folder=str(path), above=above, folders=sorted(folders)[:MOST], tables=sorted(tables)[:MOST], files=files,
        bytes=size,
    )  # fmt: skip


def root_of(path: Path) -> Path:
    """The allowed folder that ``path`` lies in. Raises InputFault."""
    return places.within(path)[0]


def start(project_id: str, folder: str, *, add: bool = False, unlabelled: bool = False) -> str:
    """Read a folder where it lies into the project; the job's id. Raises InputFault."""
    root, real = places.within(Path(folder))
    return data.start_intake(project_id, [real], add=add, unlabelled=unlabelled, inside=root)
