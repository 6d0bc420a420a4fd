"""How the economy of the United States changed, quarter by quarter since 1970: five series (Hyndman and others)."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.aeon_tables import copy


def unpack(package: Path, folder: Path) -> None:
    """Uschange.csv."""
    copy(package, folder, "Uschange")
