"""Files of an upload, as they lie on disk or in a zip. Names come from strangers and are never used as paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tl_core.data import tables
from tl_core.data.archives import Archive, Member, is_archive, is_other_archive
from tl_core.data.names import cleaned_path, ignored
from tl_core.data.refused import Refused
from tl_core.data.structure import Place


@dataclass(frozen=True)
class Found:
    """A file of the upload, on disk or in a zip."""

    source: str
    path: Path
    test: bool
    archive: Archive | None = None
    member: Member | None = None
    label: str | None = None
    group: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    refused: Refused | None = None


def walk(root: Path, test: bool, inside: Path | None = None) -> Iterator[Found]:
    """Files below a folder, sorted by name; links to folders are not followed, those out of ``inside`` not at all."""
    for folder, names, files in os.walk(root):
        names.sort()
        for name in list(names):
            path = Path(folder, name)
            if ignored(name):
                names.remove(name)
            elif path.is_symlink():
                names.remove(name)
                yield Found(_below(root, path), path, test, refused=Refused("refusals.link"))
        for name in sorted(files):
            path = Path(folder, name)
            if ignored(name) or name.endswith(".part"):
                continue
            if not path.is_file() or (
                inside is not None and leaves(path, inside)
            ):  # a pipe, a device, a link to nowhere
                yield Found(_below(root, path), path, test, refused=Refused("refusals.link"))
            elif is_other_archive(name):
                yield Found(_below(root, path), path, test, refused=Refused("refusals.other_archive"))
            else:
                yield Found(_below(root, path), path, test)


def leaves(path: Path, inside: Path) -> bool:
    """Whether ``path`` leads out of the folder ``inside`` when links are followed."""
    return inside.resolve() not in path.resolve().parents


def _below(root: Path, path: Path) -> str:
    return cleaned_path(path.relative_to(root).as_posix())


def placed(one: Found, place: Place) -> Found:
    return replace(one, label=place.label, test=one.test or place.test)


def single_name(path: Path, of: int) -> str:
    """The source of a single file; one of several pictures or texts brings its folder along, which says its class."""
    if of == 1 or is_archive(path) or tables.is_table(path.name):
        return cleaned_path(path.name)
    return cleaned_path(f"{path.absolute().parent.name}/{path.name}")
