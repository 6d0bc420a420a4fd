"""The launcher under way, on a small stand-in for the app so that nothing is installed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import run
from tl_core.launcher.environment import Environment
from tl_core.launcher.processes import child_environment, descendants

ROOT = Path(run.__file__).resolve().parent
NEEDED = [
    "run.py",
    "requirements.txt",
    "constraints.txt",
    "tl_core/__init__.py",
    "tl_core/words.py",
    "tl_core/processes.py",
]
NEEDED += ["tl_core/domain/__init__.py", "tl_core/domain/fault.py", "tl_core/store/__init__.py"]
NEEDED += ["tl_core/store/home.py", "tl_core/store/locks.py", "assets/translations/en/launcher.json"]

APP = """
import http.server, json, os, subprocess, sys
options = dict(argument.split("=", 1) for argument in sys.argv if argument.startswith("--"))
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
with open(os.path.join(os.environ["THAW_HOME"], "app.json"), "w") as file:
    json.dump({"pid": os.getpid(), "child": child.pid, "options": options,
               "passcode": os.environ.get("THAW_PASSCODE"), "demo": os.environ.get("THAW_DEMO"),
               "database": os.environ.get("THAW_DATABASE_URL")}, file)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")
address = (options["--server.address"], int(options["--server.port"]))
http.server.HTTPServer(address, Answer).serve_forever()
"""
WORKER = """
import json, os, signal, sys, time
home = os.environ["THAW_HOME"]
if sys.argv[1] == "setup":
    with open(os.path.join(home, "setup.json"), "w") as file:
        json.dump(sys.argv[2:], file)
    sys.exit(int(os.environ.get("SETUP_CODE", "0")))
def end(number, frame):
    open(os.path.join(home, "worker-ended"), "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
with open(os.path.join(home, "worker.json"), "w") as file:
    json.dump({"pid": os.getpid(), "passcode": os.environ.get("THAW_PASSCODE")}, file)
time.sleep(600)
"""

SMALL = """
SIZES = dict.fromkeys(SIZES, Size(0.1 * GB, 0.1 * GB, 0.1 * GB))
"""


def make_checkout(root: Path) -> Path:
    """A checkout whose set-up has been done: its .venv is this Python, its app and worker are stand-ins."""
    for name in NEEDED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(
        ROOT / "tl_core" / "launcher", root / "tl_core" / "launcher", ignore=shutil.ignore_patterns("__pycache__")
    )
    with (root / "tl_core" / "launcher" / "machine.py").open("a") as machine:  # nothing large is ever installed here,
        machine.write(SMALL)  # so how full the disk of whoever runs the tests is decides nothing
    (root / "streamlit").mkdir()
    (root / "streamlit" / "__main__.py").write_text(APP)
    (root / "tl_core" / "__main__.py").write_text(WORKER)
    environment = Environment(root)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    environment.stamp.write_text(json.dumps({"app": environment.wanted("app")}))
    return root


class Launched:
    """A launcher under way, and what it has printed so far."""

    def __init__(self, root: Path, home: Path, *arguments: str, **environment: str) -> None:
        self.home = home
        self.output = home.parent / "output.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "run.py", "--home", str(home), "--no-browser", *arguments],
                cwd=root,
                env=child_environment() | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def wait_for(self, words: str, seconds: float = 15.0) -> None:
        until(lambda: words in self.said(), seconds, self.said)

    def fact(self, part: str) -> dict:
        """What a stand-in wrote down when it last started."""
        found: list[dict] = []

        def look() -> bool:
            with suppress(OSError, ValueError):
                found.append(json.loads((self.home / f"{part}.json").read_text()))
            return bool(found)

        until(look, 15.0, self.said)
        return found[-1]


def until(condition: Callable[[], bool], seconds: float, why: Callable[[], str] = str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, why()
        time.sleep(0.05)


@contextmanager
def launched(root: Path, *arguments: str, **environment: str) -> Iterator[Launched]:
    one = Launched(root, root.parent / "home", *arguments, **environment)
    try:
        yield one
    finally:
        pids = [one.process.pid, *descendants(one.process.pid)]
        for pid in pids:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        one.process.wait()


def say_once(root: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run the launcher to its end: exit code, stdout, stderr."""
    command = [sys.executable, "run.py", "--no-browser", *arguments]
    done = subprocess.run(
        command,
        cwd=root,
        env=child_environment() | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
