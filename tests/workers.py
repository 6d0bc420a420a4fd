"""Real workers for tests, with real jobs or with small ones that misbehave on demand (``tests/jobs/fake``)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tl_core import quiet
from tl_core.domain.run import Status
from tl_core.jobs.heartbeat import worker_alive
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder

ROOT = Path(__file__).resolve().parents[1]
FAKE_JOBS = ROOT / "tests" / "jobs" / "fake"
FAKE_KINDS = {"train": "train", "fetch": "fetch", "intake": "intake", "predict": "fall"}


def real_environment() -> dict[str, str]:
    return {**quiet.child_environment(), "PYTHONPATH": str(ROOT)}


def fake_environment() -> dict[str, str]:
    """For processes whose jobs are the fake ones."""
    return {**quiet.child_environment(), "PYTHONPATH": os.pathsep.join([str(FAKE_JOBS), str(ROOT)])}


def wait_until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something to be so."""
    latest = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < latest, "waited in vain"
        time.sleep(0.02)


def wait_ended(run_id: str, seconds: float = 90.0) -> Status:
    """Wait for a job's end."""
    folder = RunFolder(Home.default().runs / run_id)
    wait_until(folder.status, seconds)
    status = folder.status()
    assert status is not None
    return status


class Workers:
    """Starts workers, and ends what is left of them."""

    def __init__(self, home: Home, environment: Callable[[], dict[str, str]]) -> None:
        self.home = home
        self.environment = environment
        self.all: list[subprocess.Popen[str]] = []

    def start(self, wait: bool = True, **more: str) -> subprocess.Popen[str]:
        """``wait``: until it lives; ``more`` goes into its environment, beside what the test has set by now."""
        command = [sys.executable, "-m", "tl_core", "worker"]
        environment = {**self.environment(), "THAW_HOME": str(self.home.path), **more}
        worker = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.all.append(worker)
        if wait:
            wait_until(lambda: worker_alive(self.home) or worker.poll() is not None)
        return worker

    def end(self) -> None:
        for worker in self.all:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
            if worker.stderr:
                worker.stderr.close()
