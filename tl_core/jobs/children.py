"""The worker's children: started, kept ready, waited for and, if need be, ended."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Literal

from tl_core import processes
from tl_core.jobs.kinds import HEAVY, TAKEN
from tl_core.quiet import child_environment
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

Outcome = Literal["ended", "killed"]

ROOT = Path(__file__).resolve().parents[2]
LOOK = 0.1  # seconds between looks at a child
SETTLE = 20.0  # seconds after a spare was taken before the next one competes for the cores
SPARE_MEMORY = 3 << 30  # bytes that must be free for a spare: it holds about 1 GiB itself
PATIENCE = {"train": 30.0}  # seconds of silence after a stop before a child is ended: a training has a model to keep
SHORT_PATIENCE = 4.0  # the same for all other kinds

log = logging.getLogger("thaw.worker")


class Children:
    """All children of one worker.

    Processes are started from one thread that lives as long as the worker: Linux takes the end of the starting
    thread for the end of the parent, and would kill the child.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="starter")
        self._lock = threading.Lock()
        self._running: dict[str, subprocess.Popen] = {}
        self._spare: _Spare | None = None
        self._spare_due = 0.0  # time.monotonic()
        self._closed = False

    def work(self, run_id: str) -> Outcome:
        """Start a child for a job, or hand it to the spare, and wait for its end."""
        folder = RunFolder(self._home.runs / run_id)
        if folder.status() is not None or not folder.path.is_dir():  # deleted while it waited
            return "ended"
        kind = _kind(folder)
        child = self._begin(folder, kind)
        try:
            code = self._wait(child, folder, kind)
        finally:
            with self._lock:
                self._running.pop(run_id, None)
        processes.end_group(child)  # nothing that it started stays behind
        if self._closed:
            threading.Event().wait()  # the worker is going: this job is neither done nor failed, it waits for the next
        if code == TAKEN:
            self._wait_for_other(folder)
        if folder.status() is not None or not folder.path.is_dir():
            return "ended"
        log.warning("child of %s ended with %s", run_id, code)
        return "killed"

    def keep_spare(self) -> None:
        """Have a spare ready, if the machine has room for one and nobody needs the cores right now."""
        with self._lock:
            if self._closed or time.monotonic() < self._spare_due:
                return
            if self._spare is not None and self._spare.process.poll() is None:
                return
            if self._spare is not None:  # it fell: not again at once
                self._spare = None
                self._spare_due = time.monotonic() + 60
                return
            free = processes.free_memory()
            if free is not None and free < SPARE_MEMORY:
                self._spare_due = time.monotonic() + 30
                return
            self._spare = self._starter.submit(_Spare, self._home).result()

    def close(self) -> None:
        """End all; what they worked at is resumed by the next worker."""
        with self._lock:
            self._closed = True
            everyone = list(self._running.values())
            if self._spare is not None:
                everyone.append(self._spare.process)
        for child in everyone:
            processes.end_group(child)

    @property
    def busy(self) -> int:
        """Children at work."""
        with self._lock:
            return len(self._running)

    def start_attached(self, module: str, *arguments: str, log_file: Path) -> subprocess.Popen:
        """Another process of ours that lives no longer than the worker."""
        command = [sys.executable, "-m", "tl_core.jobs.attached", str(os.getpid()), module, *arguments]
        return self._starter.submit(_start, command, log_file).result()

    def _begin(self, folder: RunFolder, kind: str) -> subprocess.Popen:
        if self._closed:
            threading.Event().wait()
        with self._lock:
            child = self._take_spare(folder) if kind in HEAVY else None
            if child is None:
                child = self._starter.submit(_start_child, self._home, str(folder.path), kind == "fetch").result()
            self._spare_due = max(self._spare_due, time.monotonic() + SETTLE)
            self._running[folder.id] = child
            return child

    def _take_spare(self, folder: RunFolder) -> subprocess.Popen | None:
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        if spare.take(folder):
            return spare.process
        processes.end_group(spare.process)
        return None

    def _wait(self, child: subprocess.Popen, folder: RunFolder, kind: str) -> int:
        """The child's exit status. One that does not heed a stop is ended."""
        patience = PATIENCE.get(kind, SHORT_PATIENCE)
        asked: float | None = None
        while True:
            with suppress(subprocess.TimeoutExpired):
                return child.wait(timeout=LOOK)
            if not folder.path.exists():  # its project was deleted
                processes.end_group(child)
            elif asked is None:
                asked = time.time() if folder.stop_requested() else None
            elif time.time() - max(asked, folder.view().last or 0.0) > patience:
                log.warning("%s does not stop by itself", folder.id)
                processes.end_group(child)

    def _wait_for_other(self, folder: RunFolder) -> None:
        """Somebody else does this job: an orphan where no signal ends orphans, or the command line."""
        while folder.locked() and folder.status() is None:
            time.sleep(0.5)


class _Spare:
    """A child with its imports done, or on the way to it; used once."""

    def __init__(self, home: Home) -> None:
        self.process = _start_child(home, "--spare", fetching=False)

    def take(self, folder: RunFolder) -> bool:
        """Hand it the folder. One still importing is taken too: it is ahead of a new one in any case."""
        if self.process.poll() is not None or self.process.stdin is None:
            return False
        try:
            self.process.stdin.write(f"{folder.path}\n".encode())
            self.process.stdin.close()
        except OSError:
            return False
        return True


def _kind(folder: RunFolder) -> str:
    """Empty when the plan cannot be read: the child will say so."""
    try:
        return folder.plan().kind
    except ValueError:
        return ""


def _start_child(home: Home, what: str, fetching: bool) -> subprocess.Popen:
    command = [sys.executable, "-m", "tl_core.jobs.child", "--parent", str(os.getpid()), what]
    return _start(command, home.log / "children.log", fetching=fetching, spoken_to=what == "--spare")


def _start(command: list[str], log_file: Path, fetching: bool = False, spoken_to: bool = False) -> subprocess.Popen:
    environment = child_environment(fetching=fetching)
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
    environment.pop("THAW_LAUNCHER_PID", None)  # the worker's business
    with open(log_file, "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE if spoken_to else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is the worker's business; a group can be ended whole
        )
