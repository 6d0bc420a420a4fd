"""General pictures that are on every machine: details of the two photographs inside scikit-learn.

``china.jpg`` by danielbuechele and ``flower.jpg`` by vultilion, both CC BY 2.0, retrieved by Robert Layton in 2011.
Each photograph is cut into twelve regions that do not overlap; details of many sizes and places lie within one region
each, so regions are what is independent. Blurred leaves and empty sky show a model nothing, and are left out.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageOps

from tl_core.modalities.reference import Reference

NAMES = ("china.jpg", "flower.jpg")
GRID = (4, 3)  # regions of a photograph, across and down
EACH = 6  # details a region, at most
TRIED = 24  # places tried for them
SMALLEST = 0.5  # side of a detail / shorter side of its region
LEAST_CONTRAST = 30.0  # standard deviation of its grey values, of 255


@cache
def reference() -> Reference:
    """The same details every time; every other is mirrored."""
    from sklearn.datasets import load_sample_image

    rng = np.random.default_rng(20110821)
    raws: list[Image.Image] = []
    units: list[int] = []
    for name in NAMES:
        photograph = Image.fromarray(load_sample_image(name))
        width, height = photograph.width // GRID[0], photograph.height // GRID[1]
        for place in range(GRID[0] * GRID[1]):
            corner = (place % GRID[0] * width, place // GRID[0] * height)
            details = _details(photograph.crop((*corner, corner[0] + width, corner[1] + height)), rng)
            raws += details
            units += [place + GRID[0] * GRID[1] * NAMES.index(name)] * len(details)
    return Reference(raws, units)


def _details(region: Image.Image, rng: np.random.Generator) -> list[Image.Image]:
    """Square parts of ``region`` on which there is something to see."""
    found: list[Image.Image] = []
    for _ in range(TRIED):
        side = round(min(region.size) * rng.uniform(SMALLEST, 1.0))
        left, top = (int(rng.integers(0, whole - side + 1)) for whole in region.size)
        detail = region.crop((left, top, left + side, top + side))
        if len(found) < EACH and np.asarray(detail.convert("L"), dtype=np.float32).std() >= LEAST_CONTRAST:
            found.append(ImageOps.mirror(detail) if len(found) % 2 else detail)
    return found
