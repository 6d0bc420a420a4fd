"""Passengers of international flights, month by month from 1949 to 1960 (Box and Jenkins)."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.aeon_tables import copy


def unpack(package: Path, folder: Path) -> None:
    """Airline.csv."""
    copy(package, folder, "Airline")
