"""What a person stated of a project: ``about.json`` in its folder, every version with its time, the newest last."""

from __future__ import annotations

import time
from pathlib import Path

from pydantic import TypeAdapter

from tl_core.domain.about import LONGEST, About, AboutField, AboutVersion
from tl_core.store import locks
from tl_core.store.atomic import write_bytes
from tl_core.store.home import Home
from tl_core.store.projects import read_project

MOST = 200  # versions kept
_LIST = TypeAdapter(list[AboutVersion])


def read_versions(home: Home, project_id: str) -> list[AboutVersion]:
    """Oldest first; none while nothing was stated."""
    try:
        return _LIST.validate_json(_file(home, project_id).read_bytes())
    except FileNotFoundError:
        return []


def read_about(home: Home, project_id: str) -> About:
    """What is stated now."""
    versions = read_versions(home, project_id)
    return versions[-1].about if versions else About()


def state(home: Home, project_id: str, field: AboutField, text: str) -> About:
    """Put ``text`` (cut to ``LONGEST`` characters) into one field; the others stay, and so does what was before.

    Raises InputFault: no such project, disk full.
    """
    read_project(home, project_id)
    file = _file(home, project_id)
    with locks.hold(file.with_name("about.lock"), 10.0, {}):
        versions = read_versions(home, project_id)
        before = versions[-1].about if versions else About()
        after = before.model_copy(update={field: text.strip()[:LONGEST]})
        if after != before:
            versions = [*versions, AboutVersion(changed=time.time(), about=after)][-MOST:]
            write_bytes(file, _LIST.dump_json(versions))
    return after


def _file(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "about.json"
