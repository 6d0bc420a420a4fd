"""Thaw as people have it, app and worker as processes, and a browser in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tl_core.quiet import child_environment
from tl_core.store.home import Home

ROOT = Path(__file__).resolve().parents[2]
EAR = Path(__file__).with_name("ear")


class Studio:
    """One home's app and worker; each can be killed and started again."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.ear = home.path.parent / "ear.txt"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.app: subprocess.Popen | None = None
        self.worker: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_app(self) -> None:
        flags = ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        self.app = self._start("app", "-m", "streamlit", "run", "app.py", *flags)
        until(self._healthy, 90)

    def start_worker(self) -> None:
        from tl_core.jobs import heartbeat

        self.worker = self._start("worker", "-m", "tl_core", "worker")
        until(lambda: heartbeat.worker_alive(self.home), 90)

    def end(self) -> None:
        for process in (self.app, self.worker):
            if process and process.poll() is None:
                process.terminate()
        for process in (self.app, self.worker):
            if process:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def heard(self) -> list[str]:
        """Every look-up and connection so far that is not of this machine itself."""
        lines = self.ear.read_text("utf-8").splitlines() if self.ear.exists() else []
        ours = ("'127.0.0.1'", "'localhost'", "'::1'", "None", "b'127.0.0.1'", "'/", "'\\x00", "b'/", "'0.0.0.0'")
        return [line for line in lines if not any(f" {name}" in line or f" ({name}" in line for name in ours)]

    def _start(self, name: str, *arguments: str) -> subprocess.Popen:
        environment = child_environment()
        environment.pop("THAW_DATABASE_URL", None)
        environment.pop("CI", None)  # some libraries are quieter there than on a person's machine
        environment.update(
            THAW_HOME=str(self.home.path), THAW_EAR=str(self.ear), PYTHONPATH=os.pathsep.join([str(EAR), str(ROOT)])
        )
        log = open(self.home.path.parent / f"{name}.log", "ab")  # noqa: SIM115 - lives as long as the process
        return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False


def until(true: Callable[[], object], seconds: float) -> None:
    latest = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < latest, "waited in vain"
        time.sleep(0.1)
