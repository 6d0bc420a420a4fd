"""The worker's sign of life: ``worker.json`` in the home folder, renewed every two seconds."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

from tl_core import processes
from tl_core.store.atomic import write_json
from tl_core.store.home import Home

EVERY = 2.0  # seconds
SILENCE = 30.0  # seconds without a beat: gone, or so stuck that it is as good as gone


def _file(home: Home) -> Path:
    return home.path / "worker.json"


def worker_alive(home: Home) -> bool:
    """Is a worker of this home at work? On this machine the process is looked at; elsewhere the beat must do."""
    try:
        told = json.loads(_file(home).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    if time.time() - told["beat"] > SILENCE:
        return False
    return told["host"] != socket.gethostname() or processes.alive(told["pid"], told["born"])


class Heartbeat:
    """Beats from a thread of its own, so that a busy worker is not taken for a dead one."""

    def __init__(self, home: Home) -> None:
        self._file = _file(home)
        self._known = {"pid": os.getpid(), "born": processes.born(os.getpid()), "host": socket.gethostname()}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._write()
        self._thread.start()

    def stop(self) -> None:
        """No beat any more, and no file."""
        self._end.set()
        self._thread.join(timeout=EVERY)
        self._file.unlink(missing_ok=True)

    def _beat(self) -> None:
        while not self._end.wait(EVERY):
            self._write()

    def _write(self) -> None:
        with suppress(Exception):  # a full disk must not end the worker
            write_json(self._file, {**self._known, "beat": time.time()})
