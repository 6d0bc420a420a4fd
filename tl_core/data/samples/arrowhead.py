"""Outlines of arrowheads, 251 steps around each: Avonlea, Clovis or mixed (Ye and Keogh)."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.ucr import write

CLASSES: dict[str, str] = {"0": "Avonlea", "1": "Clovis", "2": "mixed"}


def unpack(package: Path, folder: Path) -> None:
    """ArrowHead_TRAIN.ts and ArrowHead_TEST.ts."""
    write(package, folder, "ArrowHead", CLASSES)
