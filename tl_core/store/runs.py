"""The index of jobs: which there are, of which project, and which have ended."""

from __future__ import annotations

import json
import time

import sqlalchemy as sa

from tl_core.domain.event import Result
from tl_core.domain.plan import Plan
from tl_core.store.atomic import room_expected
from tl_core.store.database import openings, put, reading, runs, writing
from tl_core.store.home import Home
from tl_core.store.rebuild import opened
from tl_core.store.run_folder import RunFolder


def create_run(home: Home, plan: Plan) -> RunFolder:
    """A job's folder and its row; nothing starts by it."""
    folder = RunFolder.create(home, plan)
    with writing(home) as connection:
        row = {"id": folder.id, "project": plan.project, "kind": plan.kind, "created": time.time(), "ended": None}
        put(connection, runs, row)
    return folder


def ids_of(home: Home, project_id: str, kind: str | None = None) -> list[str]:
    """Jobs of a project, newest first."""
    query = sa.select(runs.c.id).where(runs.c.project == project_id).order_by(runs.c.created.desc(), runs.c.id.desc())
    if kind is not None:
        query = query.where(runs.c.kind == kind)
    with reading(home) as connection:
        return list(connection.execute(query).scalars())


def created_at(home: Home, run_id: str) -> float | None:
    with reading(home) as connection:
        return connection.execute(sa.select(runs.c.created).where(runs.c.id == run_id)).scalar()


def unended(home: Home) -> list[str]:
    """Jobs without a status, oldest first. Rows of jobs that have ended meanwhile are brought up to date."""
    with reading(home) as connection:
        query = sa.select(runs.c.id).where(runs.c.ended.is_(None)).order_by(runs.c.created, runs.c.id)
        open_ids = list(connection.execute(query).scalars())
    going = []
    for run_id in open_ids:
        folder = RunFolder(home.runs / run_id)
        status = folder.status()
        if status is not None:
            mark_ended(home, run_id, status.ended)
        elif folder.path.is_dir():
            going.append(run_id)
    return going


def ended_after(home: Home, moment: float) -> list[str]:
    """Jobs that ended after ``moment`` (seconds since 1970), newest first."""
    unended(home)
    folder = home.runs
    with reading(home) as connection:
        query = sa.select(runs.c.id).where(runs.c.ended > moment).order_by(runs.c.ended.desc())
        return [run_id for run_id in connection.execute(query).scalars() if (folder / run_id).is_dir()]


def mark_ended(home: Home, run_id: str, moment: float) -> None:
    with writing(home) as connection:
        connection.execute(runs.update().where(runs.c.id == run_id).values(ended=moment))


def record_opening(home: Home, project_id: str, run_id: str) -> int:
    """Count one opening of the project's sealed exam; returns how many there were, this one included."""
    now = time.time()
    file = home.project(project_id) / "openings.jsonl"
    with writing(home) as connection:  # opened first: a new index is filled from the file
        with room_expected(), open(file, "a", encoding="utf-8") as stream:
            stream.write(json.dumps({"run": run_id, "time": now}) + "\n")
        connection.execute(openings.insert().values(project=project_id, run=run_id, time=now))
    return len(opened(file))


def open_once(exam: RunFolder, project_id: str, run_id: str) -> None:
    """``record_opening`` by the job ``exam``. One that was killed and begins again is the same opening."""
    if "openings" not in exam.view().result:
        exam.append(Result(values={"openings": record_opening(exam.home, project_id, run_id)}))


def count_openings(home: Home, project_id: str) -> int:
    """Openings of the project's sealed exam so far."""
    with reading(home) as connection:
        query = sa.select(sa.func.count()).select_from(openings).where(openings.c.project == project_id)
        return connection.execute(query).scalar() or 0
