"""Silence for the libraries that would talk: telemetry off, nothing fetched unasked. Imported before any of them.

``child_environment`` is what every process of ours is started with; importing this module does the same to the
process at hand. Nothing here costs more than a millisecond.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SILENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "TOKENIZERS_PARALLELISM": "false",  # it only warns after a fork, and one process trains at a time
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that spin while they wait made a step 7 times slower on a busy machine
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # same plan and seed, same numbers, on CUDA too
}
_ASKED = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")  # lifted where a person asked to fetch


def usable_cores() -> int:
    """Cores this process may use: its affinity, cut by a container's quota."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        if quota != "max":
            cores = min(cores, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):  # not Linux, or no quota
        pass
    return max(1, cores)


def child_environment(fetching: bool = False) -> dict[str, str]:
    """The environment for a process of ours; ``fetching``: a person asked it to go and get something."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("DBOS_")}
    environment.update(SILENT)
    environment.update(PYTHONHASHSEED="0", PYTHONUNBUFFERED="1", PYTHONUTF8="1")
    environment.setdefault("OMP_NUM_THREADS", str(usable_cores()))
    if fetching:
        for name in _ASKED:
            environment[name] = "0"
    return environment


def allow_fetching() -> None:
    """A person asked this very process to fetch (command line): to be called before hub libraries are imported."""
    for name in _ASKED:
        os.environ[name] = "0"


def silence() -> None:
    """Make the process at hand silent. What was lifted on purpose in its environment stays lifted."""
    for name, text in SILENT.items():
        if name in _ASKED:
            os.environ.setdefault(name, text)
        else:
            os.environ[name] = text
    os.environ.setdefault("OMP_NUM_THREADS", str(usable_cores()))
    for name in [name for name in os.environ if name.startswith("DBOS_")]:  # would connect the queue to a cloud
        del os.environ[name]
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # its own silent stub takes over


silence()
