"""A project: one question a person wants answered, with its data and its runs."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun

Purpose = Literal["photos", "scans", "sounds", "signals", "reviews", "texts"]
MODALITY_OF: dict[Purpose, str] = {
    "photos": "image", "scans": "image", "sounds": "audio", "signals": "series", "reviews": "text", "texts": "text",
}  # fmt: skip


class Project(Noun):
    id: str
    name: str
    purpose: Purpose
    created: float  # seconds since 1970, as all times here
    dataset: str | None = None  # version in use; none before the first upload
    sample_set: str | None = None  # name in the samples catalogue, when it came from there

    @property
    def modality(self) -> str:
        return MODALITY_OF[self.purpose]

    @property
    def private(self) -> bool:
        """Scans: file names and groups become keyed pseudonyms on entry, unsuitable augmentations are off."""
        return self.purpose == "scans"
