"""A stranger's file of no size, or of too large a one, refused before it is opened."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.refused import Refused


def check_size(path: Path, largest: int) -> None:
    """Raises ``Refused`` (area refusals) for an empty file and for one of more than ``largest`` bytes."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("refusals.empty_file")
    if size > largest:
        raise Refused("refusals.too_big", limit=largest // 10**6)
