"""Processes on Linux, macOS and Windows: started so that they can be ended with everything they started in turn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from tl_core.processes import alive, born

Tree = dict[int, "str | None"]  # process id: when it started, so that a number used again is not taken for it


def child_environment() -> dict[str, str]:
    """Ours, less what would lead another Python astray."""
    astray = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    return kept | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


def start(command: list[str], cwd: Path, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start ``command`` in a group of its own: a Ctrl-C in our terminal reaches us alone, and we end it in order.

    Its stdin is a pipe that nobody writes to: it closes when we are gone, however that happened.
    """
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # passed over on Windows,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # and this elsewhere
    )


def end(running: Iterable[subprocess.Popen[bytes]], grace: float) -> None:
    """Ask each to end, wait ``grace`` seconds in all, then end by force what is left of it and its descendants.

    An impatient second Ctrl-C ends the waiting.
    """
    processes = list(running)
    trees = [descendants(process.pid) for process in processes]
    for process in processes:
        _ask(process)
    until = time.monotonic() + grace
    with suppress(KeyboardInterrupt):
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
    for process, tree in zip(processes, trees, strict=True):
        _force(process, tree)
    for process in processes:
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


def _ask(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.terminate()


def _force(process: subprocess.Popen[bytes], tree: Tree) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        return
    left = {**tree, **descendants(process.pid)}
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    for pid, birth in left.items():
        if alive(pid, birth):
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> Tree:
    """Children of ``pid``, their children, and so on. Empty on Windows, where ``taskkill`` finds them."""
    if sys.platform == "win32":
        return {}
    parents = _parents()
    found: Tree = {}
    eldest = {pid}
    while eldest:
        eldest = {child for child, parent in parents.items() if parent in eldest and child not in found}
        found |= {child: born(child) for child in eldest}
    return found


def _parents() -> dict[int, int]:
    """The parent of every process."""
    if sys.platform == "linux":
        return dict(_proc())
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False)
    rows = (line.split() for line in listed.stdout.splitlines())
    return {int(row[0]): int(row[1]) for row in rows if len(row) == 2}


def _proc() -> Iterable[tuple[int, int]]:
    """The same from /proc: a bare system has no ``ps``."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                yield int(folder.name), int(fields[1])  # after the name: state, parent
