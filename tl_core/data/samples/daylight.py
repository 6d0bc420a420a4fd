"""Power from the sun in Great Britain, every half hour of a few days in May 2021."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.aeon_tables import copy


def unpack(package: Path, folder: Path) -> None:
    """solar.csv."""
    copy(package, folder, "solar")
