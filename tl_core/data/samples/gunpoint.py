"""A hand that draws a toy gun or only points: where it is over time, 150 moments (Ratanamahatana and Keogh)."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.ucr import write

CLASSES: dict[str, str] = {"1": "gun", "2": "point"}


def unpack(package: Path, folder: Path) -> None:
    """GunPoint_TRAIN.ts and GunPoint_TEST.ts."""
    write(package, folder, "GunPoint", CLASSES)
