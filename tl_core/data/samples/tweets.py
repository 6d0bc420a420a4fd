"""Short messages, each by itself."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.opinions import opinions, write_table


def unpack(package: Path, folder: Path) -> None:
    """tweets.csv: text, label (negative, neutral, positive)."""
    found = opinions(package, "tweets")
    write_table(folder / "tweets.csv", ["text", "label"], ([one.text, one.label] for one in found))
