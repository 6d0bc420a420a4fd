"""Where the arithmetic happens, and how much memory it takes there."""

from __future__ import annotations

import os
import sys

import torch

from tl_core.domain.fault import InputFault
from tl_core.domain.plan import DeviceChoice
from tl_core.words import say


def choose_device(choice: DeviceChoice) -> torch.device:
    """``auto`` takes CUDA, then Apple's MPS, then the CPU. Asking for one that is not here is the asker's fault."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if choice == "auto":
        return torch.device(next(name for name, here in available.items() if here))
    if not available[choice]:
        raise InputFault("training.no_device", device=choice.upper())
    return torch.device(choice)


def describe(device: torch.device) -> str:
    """For people: ``NVIDIA H200``, ``Apple GPU``, ``CPU, 2 cores``."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    return say("jobs.cpu", count=torch.get_num_threads())


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


def peak_memory(device: torch.device) -> int:
    """Bytes: the most held so far, by this process on a CPU, for it on a GPU since ``reset_peak``."""
    return memory_used(device) if device.type != "cpu" else _peak_resident() or memory_used(device)


def reset_peak(device: torch.device) -> None:
    """Begin a GPU's count anew; a process's own peak only ever grows."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


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
