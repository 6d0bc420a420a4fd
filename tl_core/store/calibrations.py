"""Calibrations on disk: one file a project, starting model and device choice. They can be measured again."""

from __future__ import annotations

from pathlib import Path

from tl_core.domain.calibration import Calibration
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun


def read_calibration(home: Home, project_id: str, sha256: str, device: str) -> Calibration | None:
    """None when there is none, or only one that this Thaw cannot read."""
    return read_noun(_file(home, project_id, sha256, device), Calibration, forgiving=True)


def write_calibration(home: Home, project_id: str, device: str, calibration: Calibration) -> None:
    """Raises InputFault when the disk is full."""
    file = _file(home, project_id, calibration.sha256, device)
    file.parent.mkdir(exist_ok=True)
    write_json(file, calibration)


def _file(home: Home, project_id: str, sha256: str, device: str) -> Path:
    return home.project(project_id) / "calibration" / f"{sha256[:24]}-{device}.json"
