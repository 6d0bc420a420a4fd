"""What all tests share: a fresh home each, fixed seeds, silent libraries, and a real worker for those who need one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tl_core import quiet
from tl_core.domain.run import Status
from tl_core.jobs import kinds
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs

pytest_plugins = ["tests.demanded", "tests.stock"]

ROOT = Path(__file__).resolve().parents[1]
FAKE_JOBS = ROOT / "tests" / "jobs" / "fake"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty THAW_HOME of this test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("THAW_HOME", str(folder))
    monkeypatch.delenv("THAW_DATABASE_URL", raising=False)
    home = Home(folder.resolve())
    home.runs.mkdir(exist_ok=True)
    return home


@pytest.fixture(autouse=True)
def seeds() -> None:
    """Same numbers every time; numpy and torch only where a test has loaded them."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait for something to be so: ``until(true, seconds)``."""
    return _until


def _until(true: Callable[[], object], seconds: float = 60.0) -> None:
    latest = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < latest, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def fake_jobs(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Jobs that are small and misbehave on demand, in this process; returns the environment for others."""
    monkeypatch.syspath_prepend(str(FAKE_JOBS))
    for kind, name in {"train": "train", "fetch": "fetch", "intake": "intake", "predict": "fall"}.items():
        monkeypatch.setitem(kinds.KINDS, kind, f"fake_jobs:{name}")
    return {**quiet.child_environment(), "PYTHONPATH": os.pathsep.join([str(FAKE_JOBS), str(ROOT)])}


class Workers:
    """Starts workers, and ends what is left of them."""

    def __init__(self, home: Home, environment: dict[str, str]) -> None:
        self.home = home
        self.environment = environment
        self.all: list[subprocess.Popen[str]] = []

    def start(self, wait: bool = True, **more: str) -> subprocess.Popen[str]:
        """``wait``: until it lives; ``more`` goes into its environment."""
        command = [sys.executable, "-m", "tl_core", "worker"]
        environment = {**self.environment, "THAW_HOME": str(self.home.path), **more}
        worker = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.all.append(worker)
        if wait:
            _until(lambda: runs.worker_alive() or worker.poll() is not None)
        return worker

    def end(self) -> None:
        for worker in self.all:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
            if worker.stderr:
                worker.stderr.close()


@pytest.fixture
def workers(home: Home, fake_jobs: dict[str, str]) -> Iterator[Workers]:
    """Workers whose jobs are ``fake_jobs``."""
    crowd = Workers(home, fake_jobs)
    yield crowd
    crowd.end()


@pytest.fixture
def real_workers(home: Home) -> Iterator[Workers]:
    """Workers as people have them."""
    crowd = Workers(home, {**quiet.child_environment(), "PYTHONPATH": str(ROOT)})
    yield crowd
    crowd.end()


@pytest.fixture
def ended(home: Home) -> Callable[..., Status]:
    """Wait for a job's end: ``ended(run_id, seconds) -> Status``."""

    def wait(run_id: str, seconds: float = 90.0) -> Status:
        folder = RunFolder(home.runs / run_id)
        _until(folder.status, seconds)
        status = folder.status()
        assert status is not None
        return status

    return wait
