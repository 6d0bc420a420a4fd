"""Jobs seen and steered by a person: started, watched, stopped."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from tl_core.domain.base import Noun
from tl_core.domain.event import Recommended
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import FetchPlan, ForecastPlan, IndexPlan, IntakePlan, Plan, TrainPlan
from tl_core.domain.run import ENDED, RunView, State, Status
from tl_core.jobs import heartbeat, queue
from tl_core.jobs.states import Signs, state_of
from tl_core.store import locks
from tl_core.store import runs as index
from tl_core.store.atomic import write_text
from tl_core.store.home import Home
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.words import say

log = logging.getLogger("thaw.worker")

SCORE = "validation/balanced_accuracy"


class RunSummary(Noun):
    """A job in a list."""

    id: str
    kind: str
    project: str | None
    plan: Plan
    state: State
    created: float
    started: float | None = None
    ended: float | None = None
    phase: str | None = None
    done: int = 0
    total: int | None = None
    seconds_left: float | None = None
    score: float | None = None  # validation/balanced_accuracy of the best so far; trainings only
    recommended: Recommended | None = None  # of a forecasting
    model: bool = False  # a usable model came of it
    reason: str | None = None  # one sentence, when it failed


def start(plan: Plan) -> str:
    """Queue a job; returns its id. Raises InputFault when its project is gone or the disk is full."""
    home = Home.default()
    if plan.project is not None:
        read_project(home, plan.project)
    folder = index.create_run(home, plan)
    try:
        queue.enqueue(home, folder)
    except InputFault:
        shutil.rmtree(folder.path, ignore_errors=True)  # nobody would ever do it
        raise
    return folder.id


def state(run_id: str) -> State:
    """Raises InputFault when there is no such job."""
    home = Home.default()
    return _state(RunFolder.find(home, run_id), heartbeat.worker_alive(home))


def pending(run_id: str) -> bool:
    """Whether there is something to wait for. Raises InputFault when there is no such job."""
    return state(run_id) not in (*ENDED, "no_worker")


def view(run_id: str) -> tuple[RunView, Status | None, State]:
    """All a page shows of one job. Raises InputFault when there is no such job."""
    home = Home.default()
    folder = RunFolder.find(home, run_id)
    now = _state(folder, heartbeat.worker_alive(home))
    return folder.view(), folder.status(), now  # in this order: what has ended by its state has a status


def plan(run_id: str) -> Plan:
    """What the job was asked to do. Raises InputFault when there is no such job."""
    return RunFolder.find(Home.default(), run_id).plan()


def runs_of(project_id: str, kind: str | None = None) -> list[RunSummary]:
    """A project's jobs, newest first; only those of one kind if it is given."""
    return _summaries(index.ids_of(Home.default(), project_id, kind))


def count_of(project_id: str, kinds: Sequence[str]) -> int:
    """How many jobs of these kinds a project has."""
    home = Home.default()
    return sum(len(index.ids_of(home, project_id, kind)) for kind in kinds)


def running() -> list[RunSummary]:
    """Jobs of all projects that have not ended, oldest first."""
    home = Home.default()
    return [job for job in _summaries(index.unended(home)) if job.state not in ENDED]


def ended_since(moment: float) -> list[RunSummary]:
    """Jobs of all projects that ended after ``moment`` (seconds since 1970), newest first."""
    return _summaries(index.ended_after(Home.default(), moment))


def stop(run_id: str) -> None:
    """Ask a job to stop with what it has. One that no child has taken up yet ends at once."""
    folder = RunFolder.find(Home.default(), run_id)
    if folder.status() is not None:
        return
    folder.request_stop()
    if folder.events():
        return
    with suppress(locks.Taken):
        queue.give_up(folder, patience=0.0)


def worker_alive() -> bool:
    """Is there anybody to do the jobs?"""
    return heartbeat.worker_alive(Home.default())


def reason(status: Status) -> str | None:
    """Why a job failed, in one sentence; None when it did not."""
    return say(status.reason, **status.values) if status.reason else None


def follow_up(folder: RunFolder) -> None:
    """Called by the worker for every job that ended: what comes next by itself is asked for.

    Called again after a crash, it does not ask a second time.
    """
    asked, status = folder.plan(), folder.status()
    marker = folder.path / "control" / "followed"
    if status is None or status.state != "done" or marker.exists():
        return
    home = Home.default()
    try:
        plan = _next(asked)
        if plan is None:
            return
        further = index.create_run(home, plan)
    except InputFault as fault:  # too few samples, say: the data page tells it too
        log.warning("nothing after %s: %s", folder.id, fault)
        return
    write_text(marker, further.id)
    queue.enqueue(home, further)


def _next(asked: Plan) -> Plan | None:
    """A sample set's first training once its data are in; then, and after any other upload, a look by the doctor.

    After documents: their reading by the starting model, if that is here or has just come, then the doctor's look.
    """
    from tl_core.use_cases import assistants, checks, forecasts
    from tl_core.use_cases.plans import default_plan

    comes = asked.project if isinstance(asked, IntakePlan | FetchPlan) else None
    task = read_project(Home.default(), comes).task if comes else None
    if comes and task == "answer":
        reading = assistants.index_plan(comes)
        if reading is not None:
            return reading
    elif isinstance(asked, IntakePlan) and asked.then_train:
        return (
            forecasts.default_plan(asked.project)
            if task == "forecast"
            else default_plan(asked.project, asked.then_train)
        )
    if isinstance(asked, IntakePlan | TrainPlan | ForecastPlan | IndexPlan) and checks.findings(asked.project) is None:
        ready = checks.worthwhile(asked.project) and not checks.needed(asked.project)
        return checks.wanted(asked.project) if ready else None
    return None


def _state(folder: RunFolder, worker: bool) -> State:
    status = folder.status()
    if status is not None:
        return status.state
    events = folder.events()
    signs = Signs(
        status=folder.status(),
        last=events[-1] if events else None,
        attempts=folder.view().attempts,
        held=folder.locked(),
        stop_requested=folder.stop_requested(),
        queued=queue.is_queued(folder),
        worker=worker,
    )
    return state_of(signs)


def _summaries(run_ids: list[str]) -> list[RunSummary]:
    home = Home.default()
    worker = heartbeat.worker_alive(home)
    found = []
    for run_id in run_ids:
        with suppress(InputFault, FileNotFoundError):  # deleted at this moment
            found.append(_summary(home, run_id, worker))
    return found


def _summary(home: Home, run_id: str, worker: bool) -> RunSummary:
    path = f"{home.path}/runs/{run_id}"  # as text: a path for each of hundreds of jobs costs more than the look
    with suppress(FileNotFoundError):
        ended, status = _ended(path, os.stat(f"{path}/status.json").st_mtime_ns)
        return ended.model_copy(update={"reason": reason(status)}) if status.reason else ended
    return _told(RunFolder.find(home, run_id), worker)


@lru_cache(maxsize=4096)
def _ended(path: str, changed: int) -> tuple[RunSummary, Status]:
    """Of a job that has ended nothing changes any more; why it failed is said anew, in whichever language."""
    folder = RunFolder(Path(path))
    status = folder.status()
    if status is None:
        raise FileNotFoundError
    return _told(folder, worker=True), status


def _told(folder: RunFolder, worker: bool) -> RunSummary:
    now = _state(folder, worker)  # before its status is read: what has ended by its state must have one
    asked, status, seen = folder.plan(), folder.status(), folder.view()
    return RunSummary(
        id=folder.id,
        kind=asked.kind,
        project=asked.project,
        plan=asked,
        state=now,
        created=index.created_at(folder.home, folder.id) or 0.0,
        started=seen.started,
        ended=status.ended if status else None,
        phase=seen.phase,
        done=seen.done,
        total=seen.total,
        seconds_left=None if status else _left(asked, seen),
        score=_score(seen) if asked.kind == "train" else None,
        recommended=seen.recommended,
        model=status.model if status else folder.bundle.is_dir(),
        reason=reason(status) if status else None,
    )


def _left(asked: Plan, seen: RunView) -> float | None:
    """Of a ladder nothing is known before its first rung: the pass that comes before it is a small part."""
    return None if asked.kind == "ladder" and not seen.rungs else seen.seconds_left


def _score(seen: RunView) -> float | None:
    """The best epoch's, unless the quick look was kept."""
    probe = seen.probe.metrics.get(SCORE) if seen.probe else None
    if seen.chosen is not None and seen.chosen.candidate == "probe":
        return probe.value if probe else None
    best = [epoch.metrics.get(SCORE) for epoch in seen.epochs if epoch.number == seen.best_epoch]
    return best[0] if best else probe.value if probe else None
