"""``python -m tl_core.launcher.attended <module> <arguments>``: ``python -m`` that ends when the launcher is gone.

The launcher keeps the other end of our stdin and never writes to it, so the end of that pipe is the end of the
launcher, even one that was killed and could tell nobody.
"""

from __future__ import annotations

import _thread
import os
import runpy
import signal
import sys
import threading
import time

GRACE = 20.0  # seconds to end in order, as after a SIGTERM


def attend() -> None:
    """Wait for the launcher's end, then end this process."""
    while os.read(0, 1):
        pass
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=attend, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
