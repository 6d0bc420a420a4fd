"""A job's child process, to be killed, from outside or at a certain point. It keeps a checkpoint after every step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tl_core.store.run_folder import RunFolder

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
    return subprocess.Popen(command, env={**os.environ, **ENVIRONMENT}, **more)  # type: ignore[call-overload]


def dies(folder: RunFolder, where: str, after: int = 1) -> None:
    """Run the job until "module:name" has been called so often; there it is killed, which is made sure of."""
    command = [sys.executable, "-c", DYING, str(folder.path), where, str(after)]
    done = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, timeout=300, check=False)
    assert done.returncode == -signal.SIGKILL, where
