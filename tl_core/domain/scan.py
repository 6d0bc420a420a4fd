"""How scans, which hold more grey levels than a screen shows, become pictures."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from tl_core.domain.base import Noun

Window = Literal["own", "lung", "bone", "brain", "soft_tissue", "hand"]
Plane = Literal["axial", "coronal", "sagittal"]


class ScanReading(Noun):
    """What a person chose about scans before they are read. Pictures of 8 bits a colour are not touched by it."""

    window: Window = "own"  # own: the file's, or by its values; presets are for CT
    level: float | None = None  # middle of the window by hand, in the file's units (CT: Hounsfield)
    width: float | None = Field(None, gt=0)
    plane: Plane = "axial"  # that volumes are cut in
    every: int | None = Field(None, ge=1)  # one slice of so many; None: as many as are taken at most

    @model_validator(mode="after")
    def _hand_has_figures(self) -> ScanReading:
        if self.window == "hand" and (self.level is None or self.width is None):
            raise ValueError("a window by hand needs level and width")
        return self
