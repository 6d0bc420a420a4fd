"""What can be chosen about texts in a plan."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TextOptions(BaseModel):
    """Descriptions are keys of the translation table."""

    model_config = ConfigDict(extra="forbid")

    max_tokens: int = Field(128, ge=8, le=512, description="augmentations.option_max_tokens")
