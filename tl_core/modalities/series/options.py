"""What can be chosen about time series in a plan."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SeriesOptions(BaseModel):
    """Descriptions are keys of the translation table."""

    model_config = ConfigDict(extra="forbid")

    max_moments: int = Field(1024, ge=16, le=2048, description="augmentations.option_max_moments")
