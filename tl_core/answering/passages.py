"""What of a passage is found by: its headings, which say what it is about, and its text."""

from __future__ import annotations

from tl_core.domain.dataset import Sample

BETWEEN = " › "  # headings, for people and in what is indexed


def headed(heading: list[str]) -> str:
    """A heading path on one line."""
    return BETWEEN.join(heading)


def indexed(sample: Sample) -> str:
    """What words and meaning read of a passage.

    Never the question that it was written for: that question would find it by itself, and every figure would lie.
    """
    heading = headed(sample.place.heading) if sample.place else ""
    return f"{heading}\n{sample.text or ''}" if heading else sample.text or ""
