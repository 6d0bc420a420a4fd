"""Sentences with the mean opinion of ten readers, from -4 to 4 (vaderSentiment's source archive)."""

from __future__ import annotations

import csv
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ARCHIVE = "vaderSentiment-0.5/additional_resources/hutto_ICWSM_2014.tar.gz"
CUT = 0.5  # opinions beyond it on either side are clear


class Opinion(NamedTuple):
    id: str
    score: float
    text: str

    @property
    def label(self) -> str:
        return "negative" if self.score <= -CUT else "neutral" if self.score <= CUT else "positive"


def opinions(package: Path, name: str) -> Iterator[Opinion]:
    """The lines of one file of the archive: id, score and text, parted by tabs."""
    with (
        zipfile.ZipFile(package) as source,
        tarfile.open(fileobj=io.BytesIO(source.read(ARCHIVE))) as archive,
    ):
        member = archive.extractfile(f"hutto_ICWSM_2014/{name}_GroundTruth.txt")
        if member is None:
            raise FileNotFoundError(name)
        for line in io.TextIOWrapper(member, "utf-8"):
            parts = line.rstrip("\r\n").split("\t")
            if len(parts) >= 3:
                yield Opinion(parts[0], float(parts[1]), parts[2].strip())


def write_table(path: Path, header: list[str], rows: Iterator[list[str]]) -> None:
    """A CSV file in UTF-8."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
