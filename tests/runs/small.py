"""Small real data: review sentences and solar cells from the sample sets, few enough for a test."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.store.home import Home


def review_table(home: Home, path: Path, each: int = 40) -> Path:
    """``each`` sentences of both labels, from as many reviews as it takes."""
    with open(fetch_sample_set(home, "reviews") / "reviews.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = [row for label in ("negative", "positive") for row in [r for r in rows if r["label"] == label][:each]]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=["text", "label", "review"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(chosen)
    return path


def solar_folder(home: Home, path: Path, each: int = 24) -> Path:
    """``each`` cells of both classes, a folder a class."""
    for label in ("functional", "defective"):
        files = sorted((fetch_sample_set(home, "solar") / label).iterdir())
        (path / label).mkdir(parents=True)
        for file in files[:: max(1, len(files) // each)][:each]:
            shutil.copyfile(file, path / label / file.name)
    return path
