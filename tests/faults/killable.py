"""A job's child process, to be killed: it keeps a checkpoint after every step."""

from __future__ import annotations

import os
import subprocess
import sys

from tl_core.store.run_folder import RunFolder


def child(folder: RunFolder, **more: object) -> subprocess.Popen:
    """``more`` goes to ``Popen``."""
    environment = {**os.environ, "THAW_CHECKPOINT_SECONDS": "0", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tl_core.jobs.child", str(folder.path)]
    return subprocess.Popen(command, env=environment, **more)  # type: ignore[call-overload]
