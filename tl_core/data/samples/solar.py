"""Solar cells by electroluminescence (elpv-dataset): 901 scans of single-crystal cells, sound or with a defect.

Cells that the raters were unsure of (0.33, 0.67) are left out. Neighbours in the numbering come from one module and
look alike, so a block of 60 cells stands for a module and is kept together.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

ROOT = "elpv_dataset/data/"
LABELS = {0.0: "functional", 1.0: "defective"}
CELLS_A_MODULE = 60


def unpack(package: Path, folder: Path) -> None:
    """One folder a class; "module-07-cell0431.png"."""
    with zipfile.ZipFile(package) as wheel:
        for line in wheel.read(f"{ROOT}labels.csv").decode("utf-8").splitlines():
            file, probability, kind = line.split()
            number = re.search(r"cell(\d+)\.png$", file)
            if kind != "mono" or float(probability) not in LABELS or number is None:
                continue
            cell = int(number[1])
            target = folder / LABELS[float(probability)] / f"module-{cell // CELLS_A_MODULE:02d}-cell{cell:04d}.png"
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(wheel.read(ROOT + file))
