"""A folder that a project takes new samples from: chosen, looked at now and then, ended."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from tl_core.data.names import cleaned_path, code, ignored
from tl_core.domain.base import Noun
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import IntakePlan
from tl_core.domain.watch import Came, Watch
from tl_core.store import locks, places
from tl_core.store.atomic import write_json
from tl_core.store.home import Home
from tl_core.store.nouns import read_noun
from tl_core.store.projects import list_projects, read_project
from tl_core.use_cases import data, runs

EVERY = 30.0  # seconds between two looks
SETTLED = 5.0  # seconds since a file was last changed
GATHERED = 600.0  # seconds between two intakes: each makes a version of the data, and the check looks at all of it
MOST = 20_000  # files of a folder that is watched
KEPT = 20  # of ``Watch.came``
REMEMBERED = 5 * MOST  # files that were handed on; of more, those that are gone are forgotten

log = logging.getLogger("thaw.worker")


class Arrived(Noun):
    """What became of files that came."""

    when: float
    files: int
    run: str
    state: str  # of their intake
    samples: int | None  # that joined; None: not yet, or none could
    reason: str | None  # one sentence, where none could


def watched(project_id: str) -> Watch | None:
    """The project's watch; None where there is none. Raises InputFault: no such project."""
    read_project(Home.default(), project_id)
    return read_noun(_file(Home.default(), project_id), Watch, forgiving=True)


def begin(project_id: str, folder: str) -> Watch:
    """Watch ``folder`` for this project; what lies in it now comes in, too. Raises InputFault."""
    home = Home.default()
    project = read_project(home, project_id)
    if project.task != "classify":
        raise InputFault("uploads.watch_not_here")
    _, real = places.within(Path(folder))
    if not real.is_dir():
        raise InputFault("uploads.folder_closed")
    watch = Watch(folder=str(real), since=time.time())
    with _locked(home, project_id):
        write_json(_file(home, project_id), watch)
    return watch


def end(project_id: str) -> None:
    """Watch no longer; the samples that came stay."""
    home = Home.default()
    read_project(home, project_id)
    with _locked(home, project_id):
        _file(home, project_id).unlink(missing_ok=True)


def arrivals(project_id: str) -> list[Arrived]:
    """What came of the watched folder, the newest first."""
    watch = watched(project_id)
    found = []
    for one in reversed(watch.came if watch else []):
        with suppress(InputFault):  # a job that was taken away
            view, status, state = runs.view(one.run)
            samples = view.result.get("added", view.result.get("samples"))
            reason = runs.reason(status) if status else None
            found.append(
                Arrived(
                    **one.model_dump(), state=state, reason=reason, samples=None if samples is None else int(samples)
                )
            )
    return found


def look_at_all() -> None:
    """Look at the folders of all projects; never raises for one of them. The worker calls it now and then."""
    for project in list_projects(Home.default()):
        try:
            look(project.id)
        except Exception as problem:  # the others are looked at all the same
            log.warning("a watched folder: %s", type(problem).__name__)


def look(project_id: str) -> str | None:
    """Hand what is new and settled to an intake; its id, None where nothing is, or one is going on or was just now."""
    home = Home.default()
    if not _file(home, project_id).exists():
        return None
    with _locked(home, project_id):
        watch = watched(project_id)
        if watch is None:
            return None
        now = time.time()
        try:
            root, folder = places.within(Path(watch.folder))
            found = dict(_files(folder, home.secret()))
        except (InputFault, OSError) as fault:
            problem = fault.key if isinstance(fault, InputFault) else "uploads.folder_closed"
            write_json(_file(home, project_id), watch.model_copy(update={"looked": now, "problem": problem}))
            return None
        due = [
            code
            for code, signs in found.items()
            if watch.known.get(code) != signs
            and watch.seen.get(code) == signs
            and now - signs[1] / 1e9 > SETTLED
        ]  # fmt: skip
        told: dict[str, object] = {"looked": now, "problem": None, "seen": found}
        run = None
        busy = any(job.project == project_id and job.kind == "intake" for job in runs.running())
        gathering = bool(watch.came) and now - watch.came[-1].when < GATHERED
        if due and not busy and not gathering:
            asked = _last_asked(project_id)
            run = data.start_intake(
                project_id, [folder], add=True, unlabelled=True, inside=root, only=due,
                columns=asked.columns if asked else None, merge_labels=asked.merge_labels if asked else None,
                group_pattern=asked.group_pattern if asked else None, scan=asked.scan if asked else None,
            )  # fmt: skip
            known = {**watch.known, **{code: found[code] for code in due}}
            told["known"] = {code: signs for code, signs in known.items() if len(known) <= REMEMBERED or code in found}
            told["came"] = [*watch.came, Came(when=now, files=len(due), run=run)][-KEPT:]
        write_json(_file(home, project_id), watch.model_copy(update=told))
        return run


def _last_asked(project_id: str) -> IntakePlan | None:
    """How a person last had data read here: what comes later is read so, too."""
    for job in runs.runs_of(project_id, "intake"):
        if isinstance(job.plan, IntakePlan) and not job.plan.only and job.state == "done":
            return job.plan
    return None


def _files(folder: Path, secret: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Code, bytes and last change of each file below the folder; links and hidden ones are none. Raises InputFault."""
    count = 0
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if ignored(entry.name) or entry.is_symlink() or entry.name.endswith(".part"):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                    continue
                with suppress(FileNotFoundError):
                    told = entry.stat()
                    name = cleaned_path(Path(entry.path).relative_to(folder).as_posix())
                    yield code(secret, name), (told.st_size, told.st_mtime_ns)
                count += 1
                if count > MOST:
                    raise InputFault("uploads.watch_too_many", limit=MOST)


def _locked(home: Home, project_id: str) -> AbstractContextManager[None]:
    return locks.hold(home.project(project_id) / "watch.lock", patience=10)


def _file(home: Home, project_id: str) -> Path:
    return home.project(project_id) / "watch.json"
