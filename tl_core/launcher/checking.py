"""``run.py test``: style, types and tests, in that order, none left out because one before it failed."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tl_core.launcher.processes import child_environment
from tl_core.words import say

NOTHING_COLLECTED = 5  # pytest's exit code
BY_FILE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]  # in the order of tests/order.py
SLOWEST = "--durations=25"  # told at the end, so that what became slow is seen


def commands(python: Path, asked: Sequence[str]) -> dict[str, list[str]]:
    """What is run, by the name it is reported under. ``asked`` goes to pytest as it is."""
    module = [str(python), "-m"]
    steps = {
        "ruff check": [*module, "ruff", "check"],
        "ruff format": [*module, "ruff", "format", "--check"],
        "mypy": [*module, "mypy"],
    }
    if any(argument == "-m" or argument.startswith("-m=") for argument in asked):  # a few tests, one at a time
        return steps | {"pytest": [*module, "pytest", SLOWEST, *asked]}
    return steps | {"pytest": [*module, "pytest", *BY_FILE, SLOWEST, *asked]}


def check(python: Path, root: Path, asked: Sequence[str]) -> int:
    """Run everything; the exit code of the first that failed, or 0."""
    environment = child_environment()
    environment.pop("THAW_PASSCODE", None)
    if os.cpu_count() and os.cpu_count() <= 4:  # type: ignore[operator]
        environment |= {"OMP_NUM_THREADS": "1"}
    codes: dict[str, int] = {}
    for name, command in commands(python, asked).items():
        print(say("launcher.check_starts", name=name), flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=root, env=environment, check=False).returncode
        if code == NOTHING_COLLECTED and asked:
            code = 0
        codes[name] = code
        key = "launcher.check_failed" if code else "launcher.check_passed"
        print(say(key, name=name, seconds=round(time.monotonic() - began)), flush=True)
    failed = [name for name, code in codes.items() if code]
    print(say("launcher.checks_failed", names=", ".join(failed)) if failed else say("launcher.checks_passed"))
    return next((code for code in codes.values() if code), 0)
