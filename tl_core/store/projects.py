"""Projects on disk: ``projects/<id>/project.json`` is the truth, the row is for finding it."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from pydantic import ValidationError

from tl_core.domain.base import new_id
from tl_core.domain.fault import InputFault
from tl_core.domain.project import Project, Purpose
from tl_core.store import database, locks
from tl_core.store.atomic import write_json
from tl_core.store.database import reading, writing
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import ids_of
from tl_core.store.sweep import empty_trash, uploads_of

LONGEST_NAME = 80  # characters
LAST_BREATH = 5.0  # seconds for children to be ended while their project is deleted


def create_project(home: Home, name: str, purpose: Purpose, sample_set: str | None = None) -> Project:
    """A new, empty project. Raises InputFault for a name that is no name."""
    project = Project(id=new_id(), name=checked_name(name), purpose=purpose, created=time.time(), sample_set=sample_set)
    write_json(home.project(project.id) / "project.json", project)
    with writing(home) as connection:
        row = project.model_dump(include={"id", "name", "purpose", "created"})
        database.put(connection, database.projects, row)
    return project


def read_project(home: Home, project_id: str) -> Project:
    """Raises InputFault when it is not there (ids come from URLs)."""
    found = read_noun(home.project(project_id) / "project.json", Project)
    if found is None:
        raise InputFault("store.project_missing")
    return found


def list_projects(home: Home) -> list[Project]:
    """Newest first; a project whose folder was taken away by hand is left out."""
    query = sa.select(database.projects.c.id).order_by(database.projects.c.created.desc())
    with reading(home) as connection:
        ids = list(connection.execute(query).scalars())
    found = []
    for project_id in ids:
        try:
            found.append(read_project(home, project_id))
        except (InputFault, ValidationError):
            continue
    return found


def rename_project(home: Home, project_id: str, name: str) -> Project:
    name = checked_name(name)
    project = _change(home, project_id, lambda old: old.model_copy(update={"name": name}))
    with writing(home) as connection:
        row = database.projects.update().where(database.projects.c.id == project_id)
        connection.execute(row.values(name=name))
    return project


def set_dataset(home: Home, project_id: str, version: str | None) -> Project:
    """Make a dataset version the one in use."""
    return _change(home, project_id, lambda old: old.model_copy(update={"dataset": version}))


@contextmanager
def changing_data(home: Home, project_id: str) -> Iterator[None]:
    """Held from reading the version in use until another one is: of two changes at a time none is lost."""
    read_project(home, project_id)
    with locks.hold(home.project(project_id) / "data.lock", patience=60):
        yield


def delete_project(home: Home, project_id: str) -> None:
    """Take away samples, thumbnails, caches, runs with their checkpoints and logs, uploads still waiting, and rows.

    Its jobs should have been asked to stop before; the worker ends those whose folder is gone. Everything is moved
    out of sight first, so that a crash leaves no half project: ``empty_trash`` goes on where it broke off.
    """
    read_project(home, project_id)
    trash = home.trash
    moved = []
    for run_id in ids_of(home, project_id):
        folder = RunFolder(home.runs / run_id)
        for upload in uploads_of(home, folder):
            _move(upload, trash)
        moved.append(_move(folder.path, trash))
    until = time.monotonic() + LAST_BREATH  # a child still at work could put samples back
    while time.monotonic() < until and any(locks.is_held(path / "lock") for path in moved):
        time.sleep(0.05)
    _move(home.project(project_id), trash)
    with writing(home) as connection:
        connection.execute(database.runs.delete().where(database.runs.c.project == project_id))
        connection.execute(database.openings.delete().where(database.openings.c.project == project_id))
        connection.execute(database.projects.delete().where(database.projects.c.id == project_id))
    empty_trash(home)


def checked_name(name: str) -> str:
    """Trimmed; raises InputFault when nothing is left or too much."""
    name = " ".join(name.split())
    if not name:
        raise InputFault("projects.name_missing")
    if len(name) > LONGEST_NAME:
        raise InputFault("projects.name_too_long", longest=LONGEST_NAME)
    return name


def _change(home: Home, project_id: str, change: Callable[[Project], Project]) -> Project:
    """Read, change and write under a lock: a page may rename while an intake sets the data."""
    read_project(home, project_id)
    with locks.hold(home.project(project_id) / "lock", patience=10):
        project = change(read_project(home, project_id))
        write_json(home.project(project_id) / "project.json", project)
    return project


def _move(path: Path, trash: Path) -> Path:
    """Where ``path`` is now."""
    target = trash / f"{path.name}.{secrets.token_hex(4)}"
    try:
        os.rename(path, target)
    except FileNotFoundError:
        return target
    except OSError:  # in use on Windows: remove in place what can be removed
        shutil.rmtree(path, ignore_errors=True)
        return path
    return target
