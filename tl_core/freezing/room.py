"""How much disk activations may take, all projects of a home together: the least recently used go first."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from tl_core.store.home import Home

BUDGET = 20 * 2**30  # bytes
LEFT_FREE = 5 * 2**30  # bytes of the disk, or a tenth of a small one: activations can be made again, other things not
HALF_WRITTEN = 24 * 3600.0  # seconds without a change after which nobody writes it any more


def budget() -> int:
    """Bytes that activations may take: ``THAW_CACHE_GB`` when set."""
    told = os.environ.get("THAW_CACHE_GB", "")
    try:
        return int(float(told) * 2**30)
    except ValueError:
        return BUDGET


def tidy(home: Home, wanted: int = 0) -> None:
    """Remove what was used longest ago until ``wanted`` more bytes fit, and what a killed process left half-written.

    What another process has open goes on being readable to it (and stays, where the system does not allow that).
    """
    entries = [entry for entry in home.path.glob("projects/*/cache/*") if entry.is_dir()]
    for entry in [entry for entry in entries if entry.name.startswith(".")]:
        entries.remove(entry)
        if time.time() - _used(entry) > HALF_WRITTEN:
            shutil.rmtree(entry, ignore_errors=True)
    sizes = {entry: _size(entry) for entry in sorted(entries, key=_used)}
    disk = shutil.disk_usage(home.path)
    over = max(sum(sizes.values()) + wanted - budget(), wanted + min(LEFT_FREE, disk.total // 10) - disk.free)
    for entry, size in sizes.items():
        if over <= 0:
            break
        shutil.rmtree(entry, ignore_errors=True)
        over -= size


def _used(entry: Path) -> float:
    try:
        return entry.stat().st_mtime
    except OSError:  # gone meanwhile
        return 0.0


def _size(entry: Path) -> int:
    total = 0
    for file in entry.iterdir() if entry.exists() else ():
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total
