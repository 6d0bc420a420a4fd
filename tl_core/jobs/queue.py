"""The durable queue. Anybody asks by leaving a file; only the worker talks to DBOS.

So the app and the command line need neither DBOS nor its database, and a job asked for while no worker runs waits in
the folder. The queue knows the number of a job and nothing else: what is to do, what came of it, and whether a person
wants it stopped is in the job's folder. A lost queue is filled again from there.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tl_core.domain.event import Started
from tl_core.domain.run import Status
from tl_core.jobs.children import Outcome
from tl_core.jobs.kinds import QUEUES, queue_of
from tl_core.store import runs
from tl_core.store.atomic import write_bytes
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

RETRIES = 3  # times a job is taken up again after its child was killed
POLL = 0.5  # seconds between looks at a queue by DBOS: 0.2 would cost 5 % of a core
_EXECUTOR, _VERSION = "worker", "1"  # fixed: recovery looks for work of the same executor and version only

log = logging.getLogger("thaw.worker")


def enqueue(home: Home, folder: RunFolder) -> None:
    """Ask the worker, the one running or the next, to do this job."""
    write_bytes(folder.path / "control" / "queued", b"")
    write_bytes(_requests(home) / folder.id, b"")


def is_queued(folder: RunFolder) -> bool:
    """Was this job handed to the queue? One of the command line was not."""
    return (folder.path / "control" / "queued").exists()


def _requests(home: Home) -> Path:
    return home.path / "requests"


class JobQueue:
    """The worker's side: DBOS, and the files asking for jobs."""

    def __init__(self, home: Home, work: Callable[[str], Outcome], follow_up: Callable[[RunFolder], None]) -> None:
        self._home = home
        self._work = work
        self._follow_up = follow_up
        self._job: Callable[[str], None] | None = None

    def launch(self) -> None:
        """Start DBOS: what was at work when the last worker ended is taken up again at once."""
        from dbos import DBOS

        _requests(self._home).mkdir(parents=True, exist_ok=True)
        DBOS(
            config={
                "name": "thaw",
                "system_database_url": _database(self._home),
                "executor_id": _EXECUTOR,
                "application_version": _VERSION,
                "serializer": _json_serializer(),
                "log_level": "WARNING",  # at INFO it prints a link
                "enable_otlp": False,
                "run_migrations": True,
            }
        )

        @DBOS.step(name="work")
        def work(run_id: str) -> Outcome:
            return self._work(run_id)

        @DBOS.step(name="end")
        def end(run_id: str) -> None:
            self._end(run_id)

        @DBOS.workflow(name="job", max_recovery_attempts=None)
        def job(run_id: str) -> None:
            for _ in range(1 + RETRIES):
                if work(run_id) == "ended":
                    break
            end(run_id)

        self._job = job
        DBOS.launch()
        for name, at_once in QUEUES.items():
            DBOS.register_queue(
                name, worker_concurrency=at_once, polling_interval_sec=POLL, on_conflict="always_update"
            )
        self._reconcile()

    def take_requests(self) -> None:
        """Hand to DBOS what was asked for since the last look, first come first served."""
        with os.scandir(_requests(self._home)) as place:
            asked = [(entry.stat().st_mtime_ns, entry.name) for entry in place if not entry.name.startswith(".")]
        for _, name in sorted(asked):
            self._hand_over(name)
            (_requests(self._home) / name).unlink(missing_ok=True)

    def _hand_over(self, run_id: str) -> None:
        """Enqueue under the job's own number: twice is once."""
        from dbos import DBOS, SetWorkflowID

        folder = RunFolder(self._home.runs / run_id)
        try:
            kind = folder.plan().kind
        except FileNotFoundError:  # deleted meanwhile
            return
        except ValueError:  # written by a newer Thaw: the child says so
            kind = "train"
        assert self._job is not None
        with SetWorkflowID(run_id):
            DBOS.enqueue_workflow(queue_of(kind), self._job, run_id)

    def _reconcile(self) -> None:
        """Bring the queue in line with the folders, which are the truth."""
        from dbos import DBOS

        known = {flow.workflow_id: flow.status for flow in DBOS.list_workflows(load_input=False, load_output=False)}
        waiting = [run_id for run_id in runs.unended(self._home) if is_queued(RunFolder(self._home.runs / run_id))]
        for run_id, state in known.items():
            if state not in ("PENDING", "ENQUEUED", "DELAYED"):
                DBOS.delete_workflow(run_id)  # over: also one that ended by a mistake of ours, to be done again
        for run_id in waiting:
            if known.get(run_id) not in ("PENDING", "ENQUEUED", "DELAYED"):
                self._hand_over(run_id)

    def _end(self, run_id: str) -> None:
        """Say why a job that was killed again and again is given up; then what comes after it."""
        folder = RunFolder(self._home.runs / run_id)
        while folder.path.is_dir() and folder.status() is None:
            try:
                give_up(folder)
            except Exception:  # a full disk, or somebody looks at the folder
                log.exception("cannot write how %s ended", run_id)
                time.sleep(5)
        status = folder.status()
        if status is None:
            return
        try:
            runs.mark_ended(self._home, run_id, status.ended)
            self._follow_up(folder)
        except Exception:
            log.exception("after the end of %s", run_id)


def give_up(folder: RunFolder, patience: float = 3.0) -> None:
    """Write the status of a job that no child works at or will: stopped, if a person asked for that, else failed.

    Raises ``locks.Taken`` when a child holds it after ``patience`` seconds.
    """
    with folder.lock(patience):
        if folder.status() is not None:
            return
        (folder.path / "control" / "reserve").unlink(missing_ok=True)
        model = folder.bundle.is_dir()
        if folder.stop_requested():
            folder.write_status(Status(state="stopped", ended=time.time(), model=model))
            return
        count = sum(isinstance(event, Started) for event in folder.events())
        reason = "jobs.killed" if count else "jobs.no_start"
        folder.write_status(
            Status(
                state="failed",
                ended=time.time(),
                fault="ours",
                reason=reason,
                values={"count": count} if count else {},
                model=model,
            )
        )


def _database(home: Home) -> str:
    """PostgreSQL where ``THAW_DATABASE_URL`` names one, else a SQLite file of the queue's own.

    SQLite writes ahead (this sticks to the file). A file that is no database any more is put aside.
    """
    url = os.environ.get("THAW_DATABASE_URL", "")
    if url.startswith("postgres"):
        return url
    file = home.path / "queue.sqlite"
    try:
        _write_ahead(file)
    except sqlite3.DatabaseError:
        log.exception("the queue's file is broken: starting a new one")
        os.replace(file, file.with_name(f"queue-broken-{int(time.time())}.sqlite"))
        _write_ahead(file)
    return f"sqlite:///{file.as_posix()}"


def _write_ahead(file: Path) -> None:
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _json_serializer() -> Any:
    """DBOS's default is pickle, which runs what it reads."""
    from dbos import Serializer

    class Json(Serializer):
        def serialize(self, data: Any) -> str:
            return json.dumps(data, default=repr)

        def deserialize(self, serialized_data: str) -> Any:
            return json.loads(serialized_data)

        def name(self) -> str:
            return "json"

    return Json()
