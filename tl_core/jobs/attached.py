"""``python -m tl_core.jobs.attached PID MODULE ...``: ``python -m MODULE ...`` that ends with the process PID."""

from __future__ import annotations

import sys

from tl_core import processes

if __name__ == "__main__":
    processes.die_with_parent(int(sys.argv[1]))

    import runpy

    from tl_core import quiet  # noqa: F401 - silences libraries

    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
