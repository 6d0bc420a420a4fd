"""The app and the worker while they serve: started, waited for, started again when they end by themselves."""

from __future__ import annotations

import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tl_core.launcher.processes import child_environment, end, start
from tl_core.words import say

PartName = Literal["app", "worker"]

GRACE = 25.0  # seconds for the worker to stop its child at a checkpoint
STEADY = 60.0  # seconds after which a start counts as one that worked
SLOWEST = 60.0  # seconds between two starts at most
LOG_BYTES = 5_000_000  # then a log begins anew, one old one kept
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else


class Hopeless(Exception):
    """The app never answered; its text is a sentence."""


@dataclass
class Part:
    """One of Thaw's processes, and how often it ended unasked."""

    name: PartName
    command: list[str]
    root: Path
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    due: float = field(default=0.0)

    def begin(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = start(self.command, self.root, self.environment, log)
        self.started = time.monotonic()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Start it again when it has ended: at once the first time, then ever later."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.begin()
        elif self.process.poll() is not None:
            end([self.process], 0.0)  # what it started and left behind
            self.falls = 1 if now - self.started > STEADY else self.falls + 1
            pause = min(SLOWEST, 2.0 ** (self.falls - 1)) if self.falls > 1 else 0.0
            code = self.process.returncode
            print(say(f"launcher.{self.name}_fell", code=code, seconds=round(pause), log=self.log), flush=True)
            self.process, self.due = None, now + pause


def app_part(python: Path, root: Path, log: Path, address: str, port: int, passcode: str | None) -> Part:
    """The web application. Bound to one address; with a passcode any host name may be asked for."""
    options = {"server.address": address, "server.port": str(port), "server.headless": "true"}
    if passcode:
        options["server.allowedHosts"] = "*"
    arguments = [f"--{name}={value}" for name, value in options.items()]
    command = [str(python), "-m", "tl_core.launcher.attended", "streamlit", "run", "app.py", *arguments]
    environment = child_environment() | ({"THAW_PASSCODE": passcode} if passcode else {})
    return Part("app", command, root, environment, log / "app.log")


def worker_part(python: Path, root: Path, log: Path) -> Part:
    """The queue's worker, which starts the runs. It answers nobody, so it knows no passcode."""
    environment = child_environment()
    environment.pop("THAW_PASSCODE", None)
    return Part(
        "worker",
        [str(python), "-m", "tl_core.launcher.attended", "tl_core", "worker"],
        root,
        environment,
        log / "worker.log",
    )


def serve(parts: Sequence[Part], port: int | None, opened: Callable[[], None]) -> int:
    """Start ``parts``, call ``opened`` once the app answers at ``port``, then watch until a signal ends us: 0 then.

    Whatever ends this ends them. Raises Hopeless when the app falls again and again without ever answering.
    """
    try:
        for part in parts:
            part.begin()
        waiting = port is not None
        while True:
            for part in parts:
                part.watch()
                if waiting and part.name == "app" and part.falls >= 3:
                    raise Hopeless(say("launcher.app_broken", log=part.log))
            if waiting and port is not None and healthy(port):
                waiting = False
                opened()
            time.sleep(0.1 if waiting else 0.5)
    except KeyboardInterrupt:
        return 0  # that is how it ends
    finally:
        with suppress(OSError):  # the terminal may be gone
            print(say("launcher.ending"), flush=True)
        end([part.process for part in parts if part.process is not None], GRACE)


def healthy(port: int) -> bool:
    """Does the app answer on this machine? Never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def new_passcode() -> str:
    """Four groups of four letters and digits, 79 bits: read out once, typed once."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
