"""A job's child process, to be killed, from outside or at a certain point, or to find no room.

It keeps a checkpoint after every step.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch

from tests.warm import popen
from tests.workers import wait_until
from tl_core.domain.run import Status
from tl_core.jobs.perform import perform
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs as jobs

ENVIRONMENT = {"THAW_CHECKPOINT_SECONDS": "0", "OMP_NUM_THREADS": "1"}
DYING = """
import os, signal, sys
from importlib import import_module
from operator import attrgetter
from tl_core.jobs.child import main
module, _, path = sys.argv[2].partition(":")
*above, name = path.split(".")
owner = attrgetter(".".join(above))(import_module(module)) if above else import_module(module)
done, own = 0, getattr(owner, name)
def killed(*one, **more):
    global done
    found = own(*one, **more)
    done += 1
    if done == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    return found
setattr(owner, name, killed)
sys.exit(main([sys.argv[1]]))
"""


def child(folder: RunFolder, **more: object) -> subprocess.Popen:
    """``more`` goes to ``Popen``."""
    command = [sys.executable, "-m", "tl_core.jobs.child", str(folder.path)]
    return popen(command, env={**os.environ, **ENVIRONMENT}, **more)  # type: ignore[arg-type]


def dies(folder: RunFolder, where: str, after: int = 1) -> None:
    """Run the job until "module:name" has been called so often; there it is killed, which is made sure of."""
    command = [sys.executable, "-c", DYING, str(folder.path), where, str(after)]
    assert popen(command, env={**os.environ, **ENVIRONMENT}).wait(300) == -signal.SIGKILL, where


def killed_when(folder: RunFolder, reached: Callable[[], object]) -> None:
    """Run the job until it is at work and ``reached`` holds; there it is killed from outside."""
    process = child(folder)
    wait_until(lambda: folder.locked() and reached(), 120)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert folder.status() is None


def ended(folder: RunFolder, **more: object) -> Status:
    """Run the job to its end. ``more`` goes to ``Popen``."""
    assert child(folder, **more).wait(300) == 0
    status = folder.status()
    assert status is not None
    return status


def undisturbed(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> Status:
    """Run another of the same jobs to its end in this process, which has all libraries at hand."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    threads = torch.get_num_threads()
    torch.set_num_threads(int(ENVIRONMENT["OMP_NUM_THREADS"]))
    try:
        return perform(folder)
    finally:
        torch.set_num_threads(threads)


def narrow(largest: int) -> Callable[[], None]:
    """For a child's ``preexec_fn``: no file of it gets past so many bytes, which it sees as it sees a full disk."""
    resource = pytest.importorskip("resource", reason="Windows has no limits on files")
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


def found_no_room(status: Status | None) -> bool:
    """It failed for that reason, in a sentence that says what to do."""
    assert status is not None
    assert (status.state, status.fault, status.reason) == ("failed", "input", "store.disk_full")
    return "Free some space" in str(jobs.reason(status))
