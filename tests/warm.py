"""Fresh processes without the seconds that imports take: one that has imported everything forks where one is asked for.

A fork shares nothing with whoever asked but the code: what it is given comes by its arguments, its environment and its
input, as with an interpreter of its own. It computes with one thread. Where there is no fork, it is started as ever.
"""

from __future__ import annotations

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest

from tl_core import processes
from tl_core.quiet import child_environment

ROOT = Path(__file__).resolve().parents[1]
MOST = 1 << 17  # bytes of a message: arguments and environment
LOOK = 0.02  # seconds


class Forked:
    """What tests use of ``subprocess.Popen``."""

    def __init__(self, server: _Server, pid: int, stdin: IO[bytes] | None, stdout: IO[bytes] | None) -> None:
        self._server, self.pid, self.stdin, self.stdout = server, pid, stdin, stdout

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        return self._server.code_of(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        latest = time.monotonic() + (timeout or 600)
        while (code := self.poll()) is None:
            if time.monotonic() > latest:
                raise subprocess.TimeoutExpired("forked", timeout or 600)
            time.sleep(LOOK / 4)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, text: bytes = b"", timeout: float | None = None) -> tuple[bytes, None]:
        overdue = threading.Timer(timeout or 600, self.kill)
        overdue.start()
        if self.stdin is not None:
            self.stdin.write(text)
            self.stdin.close()
        told = self.stdout.read() if self.stdout is not None else b""
        self.wait()
        overdue.cancel()
        return told, None


class _Server:
    """Our end."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
        environment = {**child_environment(), "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(command, env=environment, cwd=ROOT, pass_fds=[theirs.fileno()])
        theirs.close()
        self._codes: dict[int, int] = {}
        self._lock = threading.Lock()

    def fork(self, arguments: list[str], environment: dict[str, str], standard: list[int]) -> int:
        asked = json.dumps({"arguments": arguments, "environment": environment, "folder": os.getcwd()}).encode()
        with self._lock:
            socket.send_fds(self._line, [asked], standard)
            while "code" in (told := json.loads(self._line.recv(MOST))):
                self._codes[told["pid"]] = told["code"]
            return told["pid"]

    def code_of(self, pid: int) -> int | None:
        with self._lock:
            while _waits(self._line, 0):
                told = json.loads(self._line.recv(MOST) or b'{"pid": 0, "code": 1}')
                self._codes[told["pid"]] = told["code"]
                assert told["pid"], "the warm process fell"
            return self._codes.get(pid)


_server = cache(_Server)


def popen(
    command: list[str],
    env: dict[str, str] | None = None,
    stdin: int | None = None,
    stdout: int | None = None,
    **more: Any,
) -> subprocess.Popen[bytes]:
    """As ``subprocess.Popen``, of ``[sys.executable, "-m" or "-c", ...]``."""
    if sys.platform != "linux" or more:
        return subprocess.Popen(command, env=env, stdin=stdin, stdout=stdout, **more)
    ours: list[IO[bytes] | None] = [None, None]
    theirs = [os.open(os.devnull, os.O_RDONLY), os.dup(1), os.dup(2)]
    if stdin == subprocess.PIPE:
        os.close(theirs[0])
        theirs[0], end = os.pipe()
        ours[0] = os.fdopen(end, "wb")
    if stdout == subprocess.PIPE:
        os.close(theirs[1])
        end, theirs[1] = os.pipe()
        ours[1] = os.fdopen(end, "rb")
    try:
        pid = _server().fork(command[1:], dict(os.environ if env is None else env), theirs)
    finally:
        for end in theirs:
            os.close(end)
    return Forked(_server(), pid, *ours)  # type: ignore[return-value]


@pytest.fixture(autouse=True, scope="module")
def warm() -> Iterator[None]:
    """For the files whose conftest takes it in: what confirms a bundle begins warm. tests/bundle has it begin cold."""
    from tl_core.bundle import parity

    with pytest.MonkeyPatch.context() as patch:
        known = {name: getattr(subprocess, name) for name in ("PIPE", "SubprocessError")}
        patch.setattr(parity, "subprocess", types.SimpleNamespace(Popen=popen, **known))
        yield


def _waits(line: socket.socket, seconds: float | None) -> bool:
    """Whether something came within ``seconds``. Not by select, which knows no file of a number above 1,023."""
    asked = select.poll()
    asked.register(line, select.POLLIN)
    return bool(asked.poll(None if seconds is None else seconds * 1000))


def _serve(line: socket.socket) -> None:
    children: set[int] = set()
    while True:
        if _waits(line, LOOK if children else None):
            asked, standard, _, _ = socket.recv_fds(line, MOST, 3)
            if not asked:
                return
            pid = os.fork()
            if not pid:
                line.close()
                _become(json.loads(asked), standard)
            children.add(pid)
            for end in standard:
                os.close(end)
            line.send(json.dumps({"pid": pid}).encode())
        for pid in list(children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                children.discard(pid)
                line.send(json.dumps({"pid": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


def _become(asked: dict[str, Any], standard: list[int]) -> None:
    """The process that was asked for, to its end."""
    code = 1
    try:
        processes.die_with_parent(os.getppid())
        processes.die_with_parent = lambda parent: None
        for number, end in enumerate(standard):
            os.dup2(end, number)
            os.close(end)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        tempfile.tempdir = None
        way, what, *arguments = asked["arguments"]
        sys.argv = [way, *arguments]
        if way == "-c":
            main = sys.modules["__main__"] = types.ModuleType("__main__")
            exec(compile(what, "<string>", "exec"), main.__dict__)
        else:
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    import gc
    import importlib

    from tl_core.jobs.kinds import IMPORTS, KINDS

    ahead = ("torchvision.models", "transformers.modeling_utils", "tl_core.modalities", "tl_core.bundle.load")
    ours = [place.partition(":")[0] for place in KINDS.values()]
    for name in (*IMPORTS["torch"], *ahead, "tl_core.bundle.forecaster", "tl_core.jobs.perform", *ours):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
