"""What the doctor found, beside the dataset version it looked at; and what a person decided to leave as it is."""

from __future__ import annotations

from pathlib import Path

from tl_core.domain.finding import Findings
from tl_core.store.atomic import read_json, write_json
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun


def read_findings(home: Home, project_id: str, version: str) -> Findings | None:
    """The newest of this version; None when nobody looked, or another Thaw did whose words this one cannot read."""
    return read_noun(home.dataset(project_id, version) / "findings.json", Findings, forgiving=True)


def write_findings(home: Home, project_id: str, found: Findings) -> None:
    """Raises InputFault when the disk is full."""
    write_json(home.dataset(project_id, found.dataset) / "findings.json", found)


def read_accepted(home: Home, project_id: str) -> set[str]:
    """Keys of the findings that a person left as they are."""
    try:
        return set(read_json(_accepted(home, project_id)))
    except FileNotFoundError:
        return set()


def write_accepted(home: Home, project_id: str, keys: set[str]) -> None:
    """Raises InputFault when the disk is full."""
    write_json(_accepted(home, project_id), sorted(keys))


def _accepted(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "accepted.json"
