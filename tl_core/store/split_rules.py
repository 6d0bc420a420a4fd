"""How a project deals out its samples: ``projects/<id>/split.json``."""

from __future__ import annotations

from pathlib import Path

from tl_core.domain.split import SplitRule
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun


def read_split_rule(home: Home, project_id: str) -> SplitRule:
    """The default before anybody chose one."""
    return read_noun(_file(home, project_id), SplitRule) or SplitRule()


def write_split_rule(home: Home, project_id: str, rule: SplitRule) -> None:
    """Raises InputFault ``store.disk_full``."""
    write_json(_file(home, project_id), rule)


def _file(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "split.json"
