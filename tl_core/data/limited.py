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
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import accumulate, islice
from pathlib import Path

from tl_core.data.refused import Refused
from tl_core.quiet import usable_cores

ROOT = Path(__file__).resolve().parents[2]
MEMORY_MB = 1500  # address space of a child, where nobody says otherwise
SECONDS = 20  # CPU time of an item, where nobody says otherwise
MOST_CHILDREN = 8  # more gain little and each holds memory
START_SECONDS = 120  # for a child to come up, on a machine that is busy or has a cold disk
SLACK = 2  # wall seconds granted for each CPU second: the machine may be shared
PORTION_SECONDS = 0.05  # what a child is handed at once: quick items go together, slow ones singly
LARGEST_PORTION = 32  # items
PIPE = 4000  # bytes that every system's pipe takes before its other end is read
WATCH = 0.2  # seconds between looks at the clock, and at what else is to be watched meanwhile

Answer = dict | Refused


def run_each(
    function: str,
    items: Iterable[dict],
    *,
    memory_mb: int = MEMORY_MB,
    seconds: int = SECONDS,
    children: int | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[Answer]:
    """What ``function`` answers for each item, in the order of ``items``, which are drawn only as needed.

    ``memory_mb`` is each child's address space, ``seconds`` the CPU time of one item; ``children`` at once, by default
    one a core. Closing the iterator ends the children. ``meanwhile`` is called now and then while a slow item is waited
    for; what it raises ends the children, too.
    """
    count = children or min(usable_cores(), MOST_CHILDREN)
    everyone = [_Child(function, memory_mb, seconds) for _ in range(count)]
    idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
    for child in everyone:
        idle.put(child)
    pace = _Pace()

    def ask(portion: list[dict]) -> list[Answer]:
        child = idle.get()
        began = time.monotonic()
        try:
            return child.ask(portion)
        finally:
            pace.took(time.monotonic() - began, len(portion))
            idle.put(child)

    def awaited(answers: Future[list[Answer]]) -> list[Answer]:
        while meanwhile and not wait([answers], WATCH).done:
            meanwhile()
        return answers.result()

    waiting: deque[Future[list[Answer]]] = deque()
    threads = ThreadPoolExecutor(count)
    done = threading.Event()
    threading.Thread(target=_watch, args=(everyone, done), daemon=True).start()
    source = iter(items)
    try:
        while portion := list(islice(source, pace.portion)):
            waiting.append(threads.submit(ask, portion))
            if len(waiting) >= 4 * count:  # a slow item holds up the order, not the work
                yield from awaited(waiting.popleft())
        while waiting:
            yield from awaited(waiting.popleft())
    finally:
        done.set()
        for child in everyone:
            child.end()
        threads.shutdown(cancel_futures=True)


def run_one(function: str, item: dict, *, memory_mb: int = MEMORY_MB, seconds: int = SECONDS) -> dict:
    """The same for a single item; raises its ``Refused``."""
    [answer] = run_each(function, [item], memory_mb=memory_mb, seconds=seconds, children=1)
    if isinstance(answer, Refused):
        raise answer
    return answer


class KeptChild:
    """One child kept at hand, for who asks now and then and cannot wait for a process to start. For one thread."""

    def __init__(self, function: str, *, memory_mb: int = MEMORY_MB, seconds: int = SECONDS) -> None:
        self._child = _Child(function, memory_mb, seconds)

    def ask(self, item: dict) -> dict:
        """What the function answers; raises its ``Refused``."""
        done = threading.Event()
        threading.Thread(target=_watch, args=([self._child], done), daemon=True).start()
        try:
            [answer] = self._child.ask([item])
        finally:
            done.set()
        if isinstance(answer, Refused):
            raise answer
        return answer

    def end(self) -> None:
        self._child.end()


class _Pace:
    """How many items make a portion of ``PORTION_SECONDS``."""

    def __init__(self) -> None:
        self.portion = 1

    def took(self, seconds: float, items: int) -> None:
        fitting = int(PORTION_SECONDS * items / max(seconds, 1e-6))
        self.portion = max(1, min(fitting, 2 * self.portion, LARGEST_PORTION))


class _Child:
    """One limited process, started at its first item and again after it died."""

    def __init__(self, function: str, memory_mb: int, seconds: int) -> None:
        module = ["-P", "-m", "tl_core.data.limited_child"]  # -P: nothing is imported from the folder we were called in
        self._command = [sys.executable, *module, function, str(memory_mb), str(seconds)]
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._deadline: float | None = None
        self._late = self._ended = False

    def ask(self, portion: list[dict]) -> list[Answer]:
        """An answer for each item. Those behind one that broke the child go to its successor."""
        answers: list[Answer] = []
        while len(answers) < len(portion):
            process = self._started()
            for _ in range(self._hand_over(process, portion[len(answers) :])):
                line = self._line(process, self._seconds * SLACK)
                if not line:
                    answers.append(self._epitaph(process))
                    break
                answer = json.loads(line)
                answers.append(answer["value"] if "value" in answer else Refused(answer["refused"], **answer["values"]))
                if answer.get("last"):  # it answered, but would not be the same afterwards
                    self._discard()
                    break
        return answers

    def end(self) -> None:
        self._ended = True
        self._discard()

    def look_at_the_clock(self) -> None:
        """Called by the watching thread."""
        deadline, process = self._deadline, self._process
        if deadline is not None and process is not None and time.monotonic() > deadline:
            self._late = True
            process.kill()

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
            if not self._line(self._process, START_SECONDS):
                self._discard()
                raise RuntimeError(f"a limited child does not start: {self._command}")
        return self._process

    @staticmethod
    def _hand_over(process: subprocess.Popen[str], portion: list[dict]) -> int:
        """Write the first items; how many. More than a pipe holds could leave both sides writing, neither reading."""
        lines = [f"{json.dumps(item)}\n" for item in portion]
        ends = accumulate(map(len, lines[1:]))
        count = 1 + sum(end <= PIPE for end in ends)
        assert process.stdin is not None
        with suppress(BrokenPipeError, ValueError):
            process.stdin.write("".join(lines[:count]))
            process.stdin.flush()
        return count

    def _line(self, process: subprocess.Popen[str], seconds: float) -> str:
        """The next line, or nothing when the child is gone or too late."""
        assert process.stdout is not None
        self._late = False
        self._deadline = time.monotonic() + seconds
        try:
            return process.stdout.readline()
        except ValueError:  # closed from another thread
            return ""
        finally:
            self._deadline = None

    def _epitaph(self, process: subprocess.Popen[str]) -> Refused:
        """Why the child is gone."""
        code = process.wait()
        too_slow = self._late or code == -getattr(signal, "SIGXCPU", 0)
        self._discard()
        return Refused("refusals.too_slow", seconds=self._seconds) if too_slow else Refused("refusals.crashed")

    def _discard(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(BrokenPipeError):
                        pipe.close()


def _watch(children: list[_Child], done: threading.Event) -> None:
    while not done.wait(WATCH):
        for child in children:
            child.look_at_the_clock()
