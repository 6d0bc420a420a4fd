"""Joules a piece of work took: counted where the machine counts them, else reckoned from seconds at work.

Linux tells what each processor package has used (RAPL, under ``/sys/class/powercap``; on many machines root alone may
read it), NVIDIA's driver what a graphics card has used (NVML). Both count whole devices, whatever else they did.
Without a counter, seconds at work are taken times a power of the literature: an estimate, and marked as one.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tl_core.domain.report import Energy

if TYPE_CHECKING:  # pages tell the figures below
    import torch

POWERCAP = Path("/sys/class/powercap")
WATTS_A_CORE = 12.0  # of a busy core (Green Algorithms, Lannelongue et al. 2021: their figure for any processor)
WATTS_OF_CARD = {"cuda": 200.0, "mps": 20.0}  # for any graphics card (same source); an Apple GPU takes about a tenth
LOOK = 30.0  # seconds between looks at counters that begin anew: the smallest hold some minutes at full power


class Meter:
    """``with Meter(device) as meter: ...``; then ``meter.spent()``, which may be asked on the way, too."""

    def __init__(self, device: torch.device, powercap: Path = POWERCAP) -> None:
        self._packages = [_Package(path) for path in _packages(powercap)]
        self._card = _card_counter(device) if device.type == "cuda" else None
        self._device, self._over = device, threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Meter:
        self._busy, self._began = time.process_time(), time.monotonic()
        self._before = self._card() if self._card else 0.0
        for package in self._packages:
            package.begin()
        if self._packages:
            threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def spent(self) -> Energy:
        """Since it began. Measured only where every part of it is."""
        with self._lock:
            counted = [package.count() for package in self._packages]
        processor = (time.process_time() - self._busy) * WATTS_A_CORE
        joules = sum(counted) if counted else processor
        card = self._device.type == "cpu"
        if self._card:
            joules, card = joules + self._card() - self._before, True
        elif not card:
            joules += self.seconds * WATTS_OF_CARD.get(self._device.type, WATTS_OF_CARD["cuda"])
        return Energy(joules=joules, measured=bool(counted) and card)

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            with self._lock:
                for package in self._packages:
                    package.count()


class _Package:
    """One processor package's counter, which begins anew when it is full."""

    def __init__(self, path: Path) -> None:
        self._file = path / "energy_uj"
        self._whole = int((path / "max_energy_range_uj").read_text())
        self._last, self._sum = 0, 0
        self.begin()

    def begin(self) -> None:
        self._last, self._sum = int(self._file.read_text()), 0

    def count(self) -> float:
        """Joules since ``begin``. A look that fails is made up for by the next, as the counter goes on by itself."""
        with suppress(OSError, ValueError):
            now = int(self._file.read_text())
            self._sum += (now - self._last) % (self._whole + 1)
            self._last = now
        return self._sum / 1e6


def _packages(powercap: Path) -> list[Path]:
    """Folders of the packages that may be read; none where one may not, as the others would tell a part only."""
    with suppress(OSError, ValueError):
        found = [path for path in sorted(powercap.glob("intel-rapl:*")) if path.name.count(":") == 1]
        found = [path for path in found if (path / "name").read_text().startswith("package")]
        for path in found:
            int((path / "energy_uj").read_text()) + int((path / "max_energy_range_uj").read_text())
        return found
    return []


def _card_counter(device: torch.device) -> Callable[[], float] | None:
    """What reads an NVIDIA card's joules since its driver was loaded; None where the driver does not tell."""
    import torch

    with suppress(OSError, AttributeError, RuntimeError):
        driver = ctypes.CDLL("nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1")
        return _nvml_counter(driver, f"GPU-{torch.cuda.get_device_properties(device).uuid}")
    return None


def _nvml_counter(driver: Any, uuid: str) -> Callable[[], float] | None:
    handle, used = ctypes.c_void_p(), ctypes.c_ulonglong()
    if driver.nvmlInit_v2() or driver.nvmlDeviceGetHandleByUUID(uuid.encode(), ctypes.byref(handle)):
        return None

    def read() -> float:
        driver.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(used))
        return used.value / 1000  # millijoules

    return None if driver.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(used)) else read
