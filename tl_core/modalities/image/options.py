"""What can be chosen about images in a plan."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ImageOptions(BaseModel):
    """Descriptions are keys of the translation table."""

    model_config = ConfigDict(extra="forbid")

    fit: Literal["crop", "whole"] = Field("crop", description="augmentations.option_fit")
