"""Pictures recorded with the camera: classes and their recordings in an inbox, and learning from them.

An inbox holds ``<class>/recording-<id>/frame-007.jpg``. All frames of one recording are one group: alike as they are,
they never part between learning and choosing.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tl_core.data.names import LONGEST_LABEL, cleaned
from tl_core.domain.base import Noun
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.use_cases import data, runs, uploads

GROUPS = r"(recording-[0-9a-z]+)/"  # over a sample's source
ENOUGH = 2  # recordings of a class, so that one can be held out
_RECORDING = re.compile(r"recording-[0-9a-z]{1,32}")
_FRAME = re.compile(r"frame-\d{3}\.jpg")


class Recording(Noun):
    name: str  # of its folder
    frames: list[str]  # names of files, in order


class Captured(Noun):
    """A class with what was recorded of it."""

    label: str
    recordings: list[Recording]

    @property
    def frames(self) -> int:
        return sum(len(one.frames) for one in self.recordings)


def captured(inbox: str) -> list[Captured]:
    """The classes of an inbox that hold anything, in the order they were recorded: ids tell when."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in uploads.received(inbox):
        label, recording, frame = ["", "", *one.path.split("/")][-3:]
        if label and _RECORDING.fullmatch(recording) and _FRAME.fullmatch(frame):
            found.setdefault(label, {}).setdefault(recording, []).append(frame)
    return [
        Captured(label=label, recordings=[Recording(name=name, frames=frames) for name, frames in some.items()])
        for label, some in sorted(found.items(), key=lambda pair: min(pair[1]))
    ]


def class_name(typed: str) -> str:
    """What a person typed as a class is kept as, which is its folder's name too. Raises InputFault for no name."""
    name = cleaned(typed.replace("/", " ").replace("\\", " "), LONGEST_LABEL)
    if not name.strip(". "):
        raise InputFault("data.label_missing")
    return uploads.safe_name(name).as_posix()


def folder_of(label: str) -> str:
    """Where recordings of a class of the data go, whatever signs its name has."""
    try:
        return class_name(label)
    except InputFault:  # dots alone
        return "_"


def rename(inbox: str, old: str, new: str) -> None:
    """Give what was recorded of the class ``old`` the name ``new``; joins what is there. Nothing there: no matter."""
    source, target = _below(inbox, old), _below(inbox, new)
    if source == target or not source.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    for recording in sorted(source.iterdir()):
        recording.replace(target / recording.name)
    source.rmdir()


def remove(inbox: str, label: str, recording: str | None = None) -> None:
    """Forget one recording of a class, or all of them."""
    if recording is not None and not _RECORDING.fullmatch(recording):
        return
    folder = _below(inbox, label)
    shutil.rmtree(folder / recording if recording else folder, ignore_errors=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def frame(token: str, label: str, recording: str, name: str) -> Path | None:
    """One recorded picture of the inbox that ``token`` opens. Raises InputFault for a forged or old token."""
    if not (_RECORDING.fullmatch(recording) and _FRAME.fullmatch(name)):
        return None
    path = _below(uploads.inbox_of(token), label) / recording / name
    return path if path.is_file() else None


def learn(project_id: str, inbox: str, add: bool = False) -> str:
    """Read what was recorded and have the quick look learn from it by itself; returns the reading's id.

    ``add``: it joins what the project holds. Raises InputFault: no two classes, no such project.
    """
    home = Home.default()
    project = read_project(home, project_id)
    known = data.dataset(project_id) if add else None
    recorded = captured(inbox)
    if not recorded:
        raise InputFault("camera.nothing_recorded")
    there = {folder_of(label): label for label in (known.classes if known else ())}
    label_of = {one.label: there.get(one.label, one.label) for one in recorded}
    if len({*label_of.values(), *there.values()}) < 2:
        raise InputFault("camera.one_class", label=recorded[0].label)
    return runs.start(
        IntakePlan(
            project=project.id,
            modality=project.modality,
            paths=[str(uploads.inbox_path(inbox))],
            # of an upload with one class alone its folder counts for nothing, and recordings would be the classes
            merge_labels=label_of
            | {recording.name: label_of[one.label] for one in recorded for recording in one.recordings},
            group_pattern=GROUPS,
            then_train="probe",
            add=known is not None,
        )
    )


def only_once(project_id: str) -> list[str]:
    """Classes of the data in use with fewer groups than one to learn from and one to judge by, where they have any."""
    found = data.dataset(project_id)
    groups: dict[str, set[str]] = {}
    for sample in found.samples if found else ():
        if sample.label is not None and sample.group is not None:
            groups.setdefault(sample.label, set()).add(sample.group)
    return sorted(label for label, some in groups.items() if len(some) < ENOUGH)


def _below(inbox: str, label: str) -> Path:
    return uploads.inbox_path(inbox) / class_name(label)
