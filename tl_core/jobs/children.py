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
from tl_core.jobs.kinds import SPARE_OF, TAKEN, Spare
from tl_core.quiet import child_environment
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

Outcome = Literal["ended", "killed"]

ROOT = Path(__file__).resolve().parents[2]
LOOK = 0.1  # seconds between looks at a child
FIRST = 2.0  # seconds after the worker's start before it makes spares: the app starts at the same time
SETTLE: dict[Spare, float] = {"torch": 20.0, "plain": 3.0}  # seconds after any start before a spare takes cores too
SPARE_MEMORY: dict[Spare, int] = {"torch": 3 << 30, "plain": 1 << 29}  # bytes that must be free to have one
PATIENCE = {
    "train": 120.0,
    "ladder": 120.0,
    "forecast": 120.0,
    "answer": 120.0,
    "phrase": 120.0,
}  # seconds of silence after a stop before a child is ended: its model is judged and packed
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
        self._spares: dict[Spare, subprocess.Popen] = {}
        self._due: dict[Spare, float] = {spare: time.monotonic() + FIRST for spare in set(SPARE_OF.values())}
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
        if code is None or folder.status() is not None or not folder.path.is_dir():
            return "ended"
        log.warning("child of %s ended with %s", run_id, code)
        return "killed"

    def keep_spares(self) -> None:
        """Have the spares ready, if the machine has room for them and nobody needs the cores right now."""
        with self._lock:
            if not self._closed:
                for spare, due in self._due.items():
                    if time.monotonic() >= due:
                        self._due[spare] = time.monotonic() + self._keep(spare)

    def _keep(self, spare: Spare) -> float:
        """Seconds until the next look at this one."""
        process = self._spares.get(spare)
        if process is not None and process.poll() is None:
            return LOOK
        if process is not None:  # it fell: not again at once
            del self._spares[spare]
            return 60.0
        free = processes.free_memory()
        if free is not None and free < SPARE_MEMORY[spare]:
            return 30.0
        self._spares[spare] = self._starter.submit(_start_child, self._home, "--spare", spare).result()
        return LOOK

    def close(self) -> None:
        """End all; what they worked at is resumed by the next worker."""
        with self._lock:
            self._closed = True
            everyone = [*self._running.values(), *self._spares.values()]
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
            child = self._take_spare(folder, kind)
            if child is None:
                child = self._starter.submit(
                    _start_child, self._home, str(folder.path), fetching=kind == "fetch"
                ).result()
            for spare in self._due:
                self._due[spare] = max(self._due[spare], time.monotonic() + SETTLE[spare])
            self._running[folder.id] = child
            return child

    def _take_spare(self, folder: RunFolder, kind: str) -> subprocess.Popen | None:
        """Hand the job to its spare. One still importing is taken too: it is ahead of a new one in any case."""
        process = self._spares.pop(SPARE_OF[kind], None) if kind in SPARE_OF else None
        if process is None or process.stdin is None:
            return None
        try:
            process.stdin.write(f"{folder.path}\n".encode())
            process.stdin.close()
        except OSError:  # it fell at this moment
            processes.end_group(process)
            return None
        return process

    def _wait(self, child: subprocess.Popen, folder: RunFolder, kind: str) -> int | None:
        """The child's exit status; None for one that did not heed a stop and is to be ended."""
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
                return None

    def _wait_for_other(self, folder: RunFolder) -> None:
        """Somebody else does this job: an orphan where no signal ends orphans, or the command line."""
        while folder.locked() and folder.status() is None:
            time.sleep(0.5)


def _kind(folder: RunFolder) -> str:
    """Empty when the plan cannot be read: the child will say so."""
    try:
        return folder.plan().kind
    except ValueError:
        return ""


def _start_child(home: Home, *what: str, fetching: bool = False) -> subprocess.Popen:
    command = [sys.executable, "-m", "tl_core.jobs.child", "--parent", str(os.getpid()), *what]
    return _start(command, home.log / "children.log", fetching=fetching, spoken_to=what[0] == "--spare")


def _start(command: list[str], log_file: Path, fetching: bool = False, spoken_to: bool = False) -> subprocess.Popen:
    environment = child_environment(fetching=fetching)
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
    with open(log_file, "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE if spoken_to else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is the worker's business; a group can be ended whole
        )
