"""What can be chosen about sounds in a plan."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class AudioOptions(BaseModel):
    """Descriptions are keys of the translation table."""

    model_config = ConfigDict(extra="forbid")

    max_seconds: int = Field(30, ge=1, le=30, description="augmentations.option_max_seconds")
