"""Folders of this machine that the person who runs Thaw opens to its pages: ``THAW_IMPORT``. None by default."""

from __future__ import annotations

import os
from pathlib import Path

from tl_core.domain.fault import InputFault


def allowed() -> list[Path]:
    """Those that are there, links followed; in the order given, parted as the system parts paths."""
    found = []
    for name in os.environ.get("THAW_IMPORT", "").split(os.pathsep):
        if name.strip():
            path = Path(name.strip()).expanduser().resolve()
            if path.is_dir():
                found.append(path)
    return list(dict.fromkeys(found))


def within(path: Path) -> tuple[Path, Path]:
    """The allowed folder that ``path`` lies in, and ``path`` with links followed. Raises InputFault when none does."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a zero byte
        raise InputFault("uploads.folder_closed") from None
    for root in allowed():
        if real == root or root in real.parents:
            return root, real
    raise InputFault("uploads.folder_closed")
