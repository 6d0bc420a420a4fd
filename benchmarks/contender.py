"""``python -m benchmarks.contender SPEC.json``: one contender, once, in a fresh process.

Libraries are imported before the contender's clock starts, as in Thaw's spare child; ``cores`` of the machine's cores
are used. What it answered lies in the spec's ``out``: ``result.json`` and ``answers.npz``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    SPEC = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    if hasattr(os, "sched_setaffinity"):  # before any library counts them
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: SPEC["cores"]])

import importlib
from typing import Any

import numpy as np

from benchmarks import material
from benchmarks.result import Result
from tl_core import quiet  # noqa: F401 - silences the libraries imported from here on


def main(spec: dict[str, Any]) -> None:
    module = importlib.import_module(f"benchmarks.peers.{spec['module']}")
    given = material.read(Path(spec["material"]))
    result: Result = module.run(given, **spec["options"])
    memory = result.memory if result.memory is not None else peak()  # before the held-out samples are answered
    answers: dict[str, Any] = {"validation": result.validation} if result.validation is not None else {}
    if result.test is not None and given.test.samples:
        answers["test"] = result.test()
    if result.epochs:
        answers["epochs"] = np.stack([chances for _, chances in result.epochs])
    out = Path(spec["out"])
    np.savez(out / "answers.npz", **answers)
    told = {
        "seconds": result.seconds, "parts": result.parts, "memory": memory, "facts": result.facts,
        "epochs": [seconds for seconds, _ in result.epochs], "losses": result.losses,
    }  # fmt: skip
    (out / "result.json").write_text(json.dumps(told), "utf-8")


def peak() -> int:
    """Bytes that this process held at most; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # what Linux says otherwise includes the time before exec, when this was a copy of its parent
        lines = status.read_text("ascii", "replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(SPEC)
    sys.stdout.flush()
    os._exit(0)  # libraries' threads need not be asked
