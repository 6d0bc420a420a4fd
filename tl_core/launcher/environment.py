""".venv and what is installed in it: made once, noticed when it must change, continued when it was interrupted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from tl_core.domain.fault import InputFault
from tl_core.launcher.machine import MODELS, demand_room, gigabytes, size
from tl_core.launcher.pip_output import follow
from tl_core.launcher.processes import child_environment
from tl_core.store.locks import Taken, hold
from tl_core.words import say

Purpose = Literal["app", "tests"]

PIP = "pip==26.3"  # the first pips of Python 3.11 neither resume a broken download nor tell its progress
LISTS: dict[Purpose, tuple[str, str]] = {
    "app": ("requirements.txt", "constraints.txt"),
    "tests": ("requirements-dev.txt", "constraints-dev.txt"),
}


class Environment:
    """The virtual environment of one checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.stamp = self.folder / "installed.json"
        self.log = self.folder / "install.log"

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def wanted(self, purpose: Purpose) -> str:
        """A hash of what ``purpose`` asks for."""
        digest = hashlib.sha256(PIP.encode())
        for name in dict.fromkeys((*LISTS["app"], *LISTS[purpose])):
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def installed(self) -> dict[str, str]:
        """The hash each purpose was installed with; empty while nothing was, or when .venv's Python has gone."""
        if not self.python.exists():
            return {}
        try:
            return json.loads(self.stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return {}

    def ready(self, purpose: Purpose) -> bool:
        return self.installed().get(purpose) == self.wanted(purpose)

    def prepare(self, purpose: Purpose) -> None:
        """Make it ready; nothing to do the second time. Raises InputFault, one sentence each, and leaves no stamp."""
        if self.ready(purpose):
            return
        try:
            with hold(self.root / ".venv.lock", patience=0.2):
                self._install(purpose)
        except Taken as problem:
            raise InputFault("launcher.setup_busy") from problem
        except OSError as problem:
            raise InputFault("launcher.root_unwritable", folder=self.root, why=problem.strerror) from problem

    def _install(self, purpose: Purpose) -> None:
        started = self.folder.exists()
        needs = size()
        have = folder_bytes(self.folder) if started else 0
        print(say("launcher.setup", folder=self.folder))
        print(say("launcher.fetches", packages=gigabytes(needs.download), models=gigabytes(MODELS)))
        print(say("launcher.takes", disk=gigabytes(needs.installed)), flush=True)
        if "app" not in self.installed():
            demand_room(self.root, max(needs.room - have, 0))
        self._make()
        packages, versions = LISTS[purpose]
        lines = (self.root / "requirements.txt").read_text("utf-8").splitlines()
        torch = [line for line in lines if line.startswith("torch")]
        total = None if started else needs.download
        done = self._pip([PIP], total)
        # In two steps: the downloads of the first, by far the larger, have left the disk before the second.
        if torch:
            done = self._pip([*torch, "--constraint", versions], total, done)
        self._pip(["--requirement", packages, "--constraint", versions], total, done)
        stamp = {**self.installed(), "app": self.wanted("app"), purpose: self.wanted(purpose)}
        beside = self.stamp.with_suffix(".part")
        beside.write_text(json.dumps(stamp), "utf-8")
        beside.replace(self.stamp)
        print(say("launcher.installed"), flush=True)

    def _make(self) -> None:
        """An environment with pip. One that lost its Python, or was never finished, is made anew."""
        if self.python.exists() and self._runs("-c", "import pip"):
            return
        self.folder.mkdir(exist_ok=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(self.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=child_environment(),
            check=False,
        )
        if made.returncode == 0:
            return
        if "No space left" in made.stdout:
            raise InputFault("launcher.disk_full", folder=self.folder)
        why = "no_venv" if "ensurepip" in made.stdout else "venv_failed"
        raise InputFault(f"launcher.{why}", folder=self.folder)

    def _runs(self, *arguments: str) -> bool:
        command = [str(self.python), *arguments]
        with suppress(OSError):
            return subprocess.run(command, capture_output=True, env=child_environment(), check=False).returncode == 0
        return False

    def _pip(self, asked: Sequence[str], total: float | None, done: int = 0) -> int:
        """``pip install``; the bytes fetched so far, ``done`` included."""
        spare = self.folder / "tmp"  # a small /tmp is common, and this disk was measured
        spare.mkdir(exist_ok=True)
        environment = child_environment() | {name: str(spare) for name in ("TMPDIR", "TEMP", "TMP")}
        options = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--only-binary", ":all:"]
        options += ["--retries", "2", "--timeout", "30"]
        if self._runs("-m", "pip", "install", "--progress-bar", "raw", "--help"):
            options += ["--progress-bar", "raw"]
        command = [str(self.python), "-m", "pip", "install", *options, *asked]
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as pip:
            assert pip.stdout is not None
            try:
                done, fault = follow(pip.stdout, self.log, done, total)
            except BaseException:
                pip.terminate()
                raise
            finally:
                pip.wait()
                shutil.rmtree(spare, ignore_errors=True)
        if pip.returncode:
            raise InputFault(f"launcher.{fault or 'pip_failed'}", folder=self.folder, log=self.log)
        return done


def folder_bytes(folder: Path) -> int:
    """What the files under ``folder`` take, links not followed."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total
