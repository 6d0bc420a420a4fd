"""Series to forecast, as tables of the package aeon."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tl_core.data.samples.ucr import ROOT


def copy(package: Path, folder: Path, name: str) -> None:
    """``<name>.csv`` as the package has it."""
    with zipfile.ZipFile(package) as wheel:
        (folder / f"{name}.csv").write_bytes(wheel.read(f"{ROOT}/{name}/{name}.csv"))
