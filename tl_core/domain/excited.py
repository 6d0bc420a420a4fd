"""What excites the layer groups of a starting model most, in a person's own samples."""

from __future__ import annotations

from tl_core.domain.base import Noun


class Box(Noun):
    """A part of a picture, in shares of its width and height."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, part: Box) -> Box:
        """``part``, given in shares of this box, in shares of the whole."""
        width, height = self.right - self.left, self.bottom - self.top
        return Box(
            left=self.left + part.left * width,
            top=self.top + part.top * height,
            right=self.left + part.right * width,
            bottom=self.top + part.bottom * height,
        )


class Patch(Noun):
    """A place in a sample, and what is to be seen there."""

    sample: str  # its id
    box: Box  # of the whole stored picture
    picture: str  # a small square WebP, base64


class Excited(Noun):
    """For each stage, from the input on, what excites one unit of it: at most three samples, the strongest first."""

    key: str  # digest of all it depends on: data, who learns, weights, how samples are read
    stages: list[list[Patch]]
