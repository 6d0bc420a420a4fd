"""The worker that people have, and jobs given to it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tl_core.domain.plan import Plan
from tl_core.domain.run import Status
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs

SETTLING = 20.0  # seconds for the spare children to get ready


@contextmanager
def worker(home: Home) -> Iterator[None]:
    """A worker at work in ``home``; ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tl_core", "worker"], env=os.environ | {"THAW_HOME": str(home.path)}
    )
    try:
        until(runs.worker_alive)
        yield
    finally:
        process.terminate()
        process.wait()


def ended(home: Home, plan: Plan) -> tuple[RunFolder, Status]:
    """Start a job and wait for its good end. Raises RuntimeError when it ends in any other way."""
    folder = RunFolder(home.runs / runs.start(plan))
    until(folder.status)
    status = folder.status()
    if status is None or status.state != "done":
        raise RuntimeError(f"{plan.kind} ended as {status}")
    return folder, status


def until(true: Callable[[], Any], seconds: float = 900.0) -> None:
    """Wait for ``true``. Raises TimeoutError."""
    latest = time.monotonic() + seconds
    while not true():
        if time.monotonic() > latest:
            raise TimeoutError
        time.sleep(0.02)
