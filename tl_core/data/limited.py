"""Strangers' files are opened in child processes with limits on memory and time: what breaks there breaks alone.

A function of the form ``dict -> dict`` (JSON values only) is named by "package.module:function". It says no by
raising ``Refused``. A crash, a kill or a time-out refuses the one item at hand; the rest goes on in a fresh child.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from tl_core.data.refused import Refused
from tl_core.quiet import usable_cores

ROOT = Path(__file__).resolve().parents[2]
MOST_CHILDREN = 8  # more gain little and each holds memory
START_SECONDS = 120  # for a child to come up, on a machine that is busy or has a cold disk
SLACK = 2  # wall seconds granted for each CPU second: the machine may be shared


def run_each(
    function: str, items: Iterable[dict], *, memory_mb: int = 1500, seconds: int = 20, children: int | None = None
) -> Iterator[dict | Refused]:
    """What ``function`` answers for each item, in the order of ``items``, which are drawn only as needed.

    ``memory_mb`` is each child's address space, ``seconds`` the CPU time of one item; ``children`` at once, by default
    one a core. Closing the iterator ends the children.
    """
    count = children or min(usable_cores(), MOST_CHILDREN)
    idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
    everyone = [_Child(function, memory_mb, seconds) for _ in range(count)]
    for child in everyone:
        idle.put(child)

    def ask(item: dict) -> dict | Refused:
        child = idle.get()
        try:
            return child.ask(item)
        finally:
            idle.put(child)

    waiting: deque[Future[dict | Refused]] = deque()
    threads = ThreadPoolExecutor(count)
    try:
        for item in items:
            waiting.append(threads.submit(ask, item))
            if len(waiting) >= 4 * count:  # a slow item holds up the order, not the work
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for child in everyone:
            child.end()
        threads.shutdown(cancel_futures=True)


def run_one(function: str, item: dict, *, memory_mb: int = 1500, seconds: int = 20) -> dict:
    """The same for a single item; raises its ``Refused``."""
    [answer] = run_each(function, [item], memory_mb=memory_mb, seconds=seconds, children=1)
    if isinstance(answer, Refused):
        raise answer
    return answer


class _Child:
    """One limited process, started at its first item and again after it died."""

    def __init__(self, function: str, memory_mb: int, seconds: int) -> None:
        self._command = [sys.executable, "-m", "tl_core.data.limited_child", function, str(memory_mb), str(seconds)]
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._ended = False

    def ask(self, item: dict) -> dict | Refused:
        process = self._started()
        line, too_late = self._say(process, json.dumps(item), self._seconds * SLACK)
        if line:
            answer = json.loads(line)
            if answer.get("last"):  # it answered, but would not be the same afterwards
                self._discard()
            return answer["value"] if "value" in answer else Refused(answer["refused"], **answer["values"])
        code = process.wait()
        self._discard()
        if too_late or code == -getattr(signal, "SIGXCPU", 0):
            return Refused("refusals.too_slow", seconds=self._seconds)
        return Refused("refusals.crashed")

    def end(self) -> None:
        self._ended = True
        self._discard()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            if self._ended:
                raise RuntimeError("the children were sent home")
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
            for library in ("OMP", "OPENBLAS", "MKL"):
                environment[f"{library}_NUM_THREADS"] = "1"  # each thread takes address space, and one is enough
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what libraries complain of holds names, and logs hold none
                text=True,
                encoding="utf-8",
                env=environment,
            )
            ready, _ = self._say(self._process, None, START_SECONDS)
            if not ready:
                self._discard()
                raise RuntimeError(f"a limited child does not start: {self._command}")
        return self._process

    def _say(self, process: subprocess.Popen[str], line: str | None, seconds: float) -> tuple[str, bool]:
        """Send a line, wait for one; ("", too late) when the child is gone."""
        fired = threading.Event()

        def kill() -> None:
            fired.set()
            process.kill()

        clock = threading.Timer(seconds, kill)
        clock.daemon = True
        clock.start()
        try:
            if line is not None and process.stdin:
                process.stdin.write(line + "\n")
                process.stdin.flush()
            return (process.stdout.readline() if process.stdout else ""), fired.is_set()
        except (BrokenPipeError, ValueError):
            return "", fired.is_set()
        finally:
            clock.cancel()

    def _discard(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(BrokenPipeError):
                        pipe.close()
