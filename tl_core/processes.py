"""What the operating system knows of processes, in one place, with an honest fallback where it knows less."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

_SET_PDEATHSIG = 1  # of Linux's prctl
_VICTIM = 700  # of 1000: when memory runs out, Linux ends a job rather than the worker or the app


def die_with_parent(parent: int) -> None:
    """End when the process ``parent`` ends, however it ends. To be called before anything slow is imported.

    Linux does it by a signal that cannot be missed; but it counts the end of the *thread* that started us as well.
    Elsewhere a thread looks twice a second, so a child may outlive its parent by that much.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it was gone before we could ask
            os._exit(1)
        return
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    birth = born(parent)
    while alive(parent, birth):
        time.sleep(0.5)
    os._exit(1)


def born(pid: int) -> str | None:
    """A mark of when a process started, so that a number used again is not taken for it; None if there is none."""
    if sys.platform.startswith("linux"):
        fields = _stat(pid)
        return f"{_boot()}:{fields[19]}" if fields else None
    if sys.platform == "win32":
        return _windows_birth(pid)
    told = _ps(pid, "lstart=")
    return told or None


def alive(pid: int, birth: str | None = None) -> bool:
    """Is there such a process, not a zombie, and the one that was ``born`` then (if ``birth`` is given)?"""
    if pid <= 0:
        return False
    if sys.platform.startswith("linux"):
        fields = _stat(pid)
        if not fields or fields[0] in ("Z", "X"):
            return False
    elif sys.platform == "win32":
        return _windows_birth(pid) is not None and birth in (None, _windows_birth(pid))
    else:
        state = _ps(pid, "stat=")
        if not state or state.startswith("Z"):
            return False
    return birth is None or born(pid) == birth


def end_group(process: subprocess.Popen) -> None:
    """Kill a process started with ``start_new_session`` and all it started, and take its exit status."""
    if process.poll() is None:
        if os.name == "posix":
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                process.kill()
        else:
            process.kill()
    process.wait()


def offer_as_victim() -> None:
    """Tell Linux which process to end first when memory runs out; elsewhere nothing can be said."""
    try:
        Path("/proc/self/oom_score_adj").write_text(str(_VICTIM), "ascii")
    except OSError:
        return


def free_memory() -> int | None:
    """Bytes that can be had without swapping, of the machine or its container; None where it is not told."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return None
    try:
        most = int(Path("/sys/fs/cgroup/memory.max").read_text("ascii"))
        used = int(Path("/sys/fs/cgroup/memory.current").read_text("ascii"))
    except (OSError, ValueError):  # no container, or no limit
        return free
    return min(free, max(0, most - used))


def _stat(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat from the third (state) on; the second, a name, may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()[:8]
    except OSError:
        return ""


def _ps(pid: int, column: str) -> str:
    told = subprocess.run(["ps", "-o", column, "-p", str(pid)], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _windows_birth(pid: int) -> str | None:
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return None
    try:
        times = [ctypes.c_ulonglong() for _ in range(4)]  # created, exited, in the kernel, in the program
        kernel.GetProcessTimes(handle, *(ctypes.byref(moment) for moment in times))
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        return str(times[0].value) if code.value == 259 else None  # STILL_ACTIVE
    finally:
        kernel.CloseHandle(handle)


def give_back_memory() -> None:
    """Python and the C library keep freed memory for later; this is later."""
    gc.collect()
    close_holes()


def close_holes() -> None:
    """What the C library keeps of freed memory goes back to the system: quick, Python's own search is left out."""
    if sys.platform.startswith("linux"):
        try:
            ctypes.CDLL(None).malloc_trim(0)
        except AttributeError:  # a C library other than GNU's
            return
