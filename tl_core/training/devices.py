"""Where the arithmetic happens, and how much memory it takes there."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import torch

from tl_core.domain.fault import InputFault
from tl_core.domain.plan import DeviceChoice
from tl_core.domain.text import Text


def choose_device(choice: DeviceChoice) -> torch.device:
    """``auto`` takes CUDA, then Apple's MPS, then the CPU. Asking for one that is not here is the asker's fault."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if choice == "auto":
        return torch.device(next(name for name, here in available.items() if here))
    if not available[choice]:
        raise InputFault("training.no_device", device=choice.upper())
    return torch.device(choice)


def describe(device: torch.device) -> str | Text:
    """For people: ``NVIDIA H200``, ``Apple GPU``, ``CPU, 2 cores``."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    return Text(key="jobs.cpu", values={"count": torch.get_num_threads()})


def memory_used(device: torch.device) -> int:
    """Bytes: the most a GPU held for this process, or what the process holds now of the machine's memory."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if device.type == "mps":
        return torch.mps.driver_allocated_memory()
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return _peak_resident()


def forget_peak(device: torch.device) -> None:
    """From here on ``peak_memory`` counts anew, where the platform can."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    elif device.type == "cpu":
        with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")  # Linux: the peak becomes what is held now


def peak_memory(device: torch.device) -> int:
    """Bytes: the most that was held since ``forget_peak``; where nobody counts, what is held now."""
    if device.type == "cpu":
        with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    return memory_used(device)


def _peak_resident() -> int:
    """Without /proc: the peak so far, where the platform tells it; 0 elsewhere."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on a GPU or on the machine."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "not enough memory" in str(error)
    )
