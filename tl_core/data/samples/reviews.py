"""Sentences of product reviews. The part of the id before "_" is the review: its sentences stay together."""

from __future__ import annotations

from pathlib import Path

from tl_core.data.samples.opinions import opinions, write_table


def unpack(package: Path, folder: Path) -> None:
    """reviews.csv: text, label (negative, neutral, positive), review."""
    found = opinions(package, "amazonReviewSnippets")
    rows = ([one.text, one.label, one.id.partition("_")[0]] for one in found)
    write_table(folder / "reviews.csv", ["text", "label", "review"], rows)
