"""The index again, from the folders alone."""

from __future__ import annotations

import calendar
import json
import time
from pathlib import Path

import sqlalchemy as sa
from pydantic import ValidationError

from tl_core.domain.project import Project
from tl_core.store.database import openings, projects, runs, writing
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder


def rebuild(home: Home) -> None:
    """Forget all rows, then read every folder."""
    with writing(home) as connection:
        for table in (openings, runs, projects):
            connection.execute(table.delete())
        fill(home, connection)


def fill(home: Home, connection: sa.Connection) -> None:
    """Rows for every readable folder into empty tables; a folder that cannot be read is left alone."""
    for folder in sorted(home.projects.iterdir()):
        try:
            project = Project.model_validate_json((folder / "project.json").read_bytes())
        except (OSError, ValidationError):
            continue
        connection.execute(projects.insert().values(**project.model_dump(include={"id", "name", "purpose", "created"})))
        for line in opened(folder / "openings.jsonl"):
            connection.execute(openings.insert().values(project=project.id, run=line["run"], time=line["time"]))
    for path in sorted(home.runs.iterdir()):
        try:
            row = row_of(RunFolder(path))
        except (OSError, ValidationError, ValueError):
            continue
        connection.execute(runs.insert().values(**row))


def row_of(folder: RunFolder) -> dict:
    """What the index knows of one job."""
    plan, status = folder.plan(), folder.status()
    return {
        "id": folder.id,
        "project": plan.project,
        "kind": plan.kind,
        "created": float(calendar.timegm(time.strptime(folder.id[:15], "%Y%m%d-%H%M%S"))),
        "ended": status.ended if status else None,
    }


def opened(path: Path) -> list[dict]:
    """The lines of a project's ``openings.jsonl``; a torn one is left out."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.endswith("}")]
