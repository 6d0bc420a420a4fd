"""Acceleration and rotation of a smart watch, six channels: standing, walking, running, badminton (Clements)."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.ucr import write

CLASSES: dict[str, str] = {}


def unpack(package: Path, folder: Path) -> None:
    """BasicMotions_TRAIN.ts and BasicMotions_TEST.ts."""
    write(package, folder, "BasicMotions", CLASSES)
