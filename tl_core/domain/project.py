"""A project: one question a person wants answered, with its data and its runs."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun

Purpose = Literal["photos", "scans", "sounds", "signals", "forecasts", "reviews", "texts", "support"]
Task = Literal["classify", "forecast", "answer"]
MODALITY_OF: dict[Purpose, str] = {
    "photos": "image", "scans": "image", "sounds": "audio", "signals": "series", "forecasts": "series",
    "reviews": "text", "texts": "text", "support": "text",
}  # fmt: skip
TASK_OF: dict[Purpose, Task] = {"forecasts": "forecast", "support": "answer"}  # the rest is sorted into classes


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
    def task(self) -> Task:
        return TASK_OF.get(self.purpose, "classify")

    @property
    def private(self) -> bool:
        """Scans: file names and groups become keyed pseudonyms on entry, unsuitable augmentations are off."""
        return self.purpose == "scans"
