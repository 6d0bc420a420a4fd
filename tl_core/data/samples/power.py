"""A day of power demand in Italy, hour by hour: of winter or of summer (Keogh and others)."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.ucr import write

CLASSES: dict[str, str] = {"1": "October to March", "2": "April to September"}


def unpack(package: Path, folder: Path) -> None:
    """ItalyPowerDemand_TRAIN.ts and ItalyPowerDemand_TEST.ts."""
    write(package, folder, "ItalyPowerDemand", CLASSES)
