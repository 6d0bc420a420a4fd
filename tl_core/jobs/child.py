"""The process that does one job: ``python -m tl_core.jobs.child --parent PID (FOLDER | --spare NAME)``.

A spare imports what its kinds of jobs need and waits on its input for the folder. Exit status: 0 when the
folder has a status, TAKEN when another process holds it, anything else when this one was broken off.
"""

from __future__ import annotations

import sys

from tl_core import processes

if __name__ == "__main__" and "--parent" in sys.argv:
    processes.die_with_parent(int(sys.argv[sys.argv.index("--parent") + 1]))

import importlib
import os
from contextlib import suppress
from pathlib import Path
from typing import cast

from tl_core import quiet  # noqa: F401 - silences the libraries imported from here on
from tl_core.jobs.kinds import ASIDE, IMPORTS, KINDS, SPARE_OF, TAKEN, Spare
from tl_core.jobs.perform import perform
from tl_core.store import locks
from tl_core.store.run_folder import RunFolder


def main(arguments: list[str]) -> int:
    processes.offer_as_victim()
    path = _wait_ready(cast(Spare, arguments[-1])) if "--spare" in arguments else arguments[-1]
    if not path:  # nobody needs us any more
        return 0
    folder = RunFolder(Path(path))
    _write_into(folder.log_path)
    _stand_aside(folder)
    try:
        perform(folder)
    except locks.Taken:
        return TAKEN
    return 0


def _stand_aside(folder: RunFolder) -> None:
    """Of a job that nobody asked for, the cores go to others first, where the system knows such a thing."""
    with suppress(ValueError, OSError):  # a plan that cannot be read: whoever does the job will say so
        if folder.plan().kind in ASIDE and hasattr(os, "nice"):
            os.nice(10)


def _wait_ready(spare: Spare) -> str:
    """Import all that is slow, then wait for a folder's path; empty when there will be none."""
    wanted = [KINDS[kind].partition(":")[0] for kind, name in SPARE_OF.items() if name == spare]
    for module in [*IMPORTS[spare], *wanted]:
        with suppress(ImportError):  # told, with its reason, to the job that needs it
            importlib.import_module(module)
    return sys.stdin.readline().strip()


def _write_into(log: Path) -> None:
    """All that is printed from here on, by libraries in C too, goes to the job's log."""
    with suppress(OSError):
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for standard in (1, 2):
            os.dup2(descriptor, standard)
        os.close(descriptor)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # at once: the status is written, and libraries' threads need not be asked
