"""The worker: one process a home that runs the queue, its children and the predictor."""

from __future__ import annotations

import importlib.util
import logging
import logging.handlers
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from tl_core import processes
from tl_core.domain.fault import InputFault
from tl_core.jobs.children import Children
from tl_core.jobs.heartbeat import Heartbeat
from tl_core.jobs.kinds import PREDICTOR
from tl_core.jobs.log import write_error
from tl_core.jobs.queue import JobQueue
from tl_core.store import database, locks
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.store.sweep import sweep
from tl_core.words import say

LOOK = 0.1  # seconds between looks for new requests: nobody notices, and it costs next to nothing
STEADY = 60.0  # seconds after which a predictor's fall is not held against it

log = logging.getLogger("thaw.worker")


def main(
    home: Home, follow_up: Callable[[RunFolder], None], again: Mapping[Callable[[], None], float] | None = None
) -> NoReturn:
    """Work until a signal ends us. ``follow_up`` is called for every job that ended, those of ``again`` each so many
    seconds.

    Raises InputFault when this home has a worker already.
    """
    try:
        with locks.hold(home.log.parent / "worker.lock", patience=3.0):
            _serve(home, follow_up, again or {})
    except locks.Taken:
        raise InputFault("jobs.other_worker") from None


def _serve(home: Home, follow_up: Callable[[RunFolder], None], again: Mapping[Callable[[], None], float]) -> NoReturn:
    _log_to(home)
    closing = threading.Event()

    def close(number: int, frame: FrameType | None) -> None:
        closing.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, close)
    database.engine(home)
    sweep(home)
    heartbeat = Heartbeat(home)
    heartbeat.start()
    children = Children(home)
    predictor = Predictor(home, children)
    queue = JobQueue(home, children.work, follow_up)
    try:
        queue.launch()
        for call, seconds in again.items():
            threading.Thread(target=_now_and_then, args=(call, seconds, closing), daemon=True).start()
        log.info("worker %s is ready", os.getpid())
        while not closing.wait(LOOK):
            try:
                queue.take_requests()
                children.keep_spares()
                predictor.watch()
            except Exception:
                log.exception("worker")
                closing.wait(2)
        code = 0
    except Exception as error:
        write_error(home.log / "queue.log", error)
        print(say("cli.ours", log=home.log / "queue.log"), file=sys.stderr, flush=True)
        code = 1
    children.close()
    predictor.end()
    heartbeat.stop()
    log.info("worker %s has ended", os.getpid())
    logging.shutdown()
    os._exit(code)  # DBOS's threads wait for children that are gone, and must not get to say that their jobs are over


def _now_and_then(call: Callable[[], None], seconds: float, closing: threading.Event) -> None:
    """Beside the queue: a slow disk may hold it up."""
    while not closing.wait(seconds):
        try:
            call()
        except Exception:
            log.exception("worker")


class Predictor:
    """The process that keeps the model in use loaded; started again when it falls, ever more slowly."""

    def __init__(self, home: Home, children: Children) -> None:
        self._home = home
        self._children = children
        self._process: subprocess.Popen | None = None
        self._wanted = _exists(PREDICTOR)
        self._began = 0.0
        self._due = 0.0
        self._falls = 0

    def watch(self) -> None:
        """To be called again and again."""
        now = time.monotonic()
        if not self._wanted or now < self._due:
            return
        if self._process is None:
            log_file = self._home.log / "predictor.log"
            self._process = self._children.start_attached(PREDICTOR, str(self._home.path), log_file=log_file)
            self._began = now
        elif self._process.poll() is not None:
            self._falls = 1 if now - self._began > STEADY else self._falls + 1
            log.warning("the predictor ended with %s", self._process.returncode)
            self._process = None
            self._due = now + min(60.0, 2.0**self._falls)

    def end(self) -> None:
        if self._process is not None:
            processes.end_group(self._process)


def _exists(module: str) -> bool:
    with suppress(ModuleNotFoundError):
        return importlib.util.find_spec(module) is not None
    return False


def _log_to(home: Home) -> None:
    handler = logging.handlers.RotatingFileHandler(home.log / "queue.log", maxBytes=1_000_000, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("thaw").addHandler(handler)
    logging.getLogger("thaw").setLevel(logging.INFO)
