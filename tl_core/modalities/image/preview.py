"""What a page shows of a picture. No torch."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tl_core.domain.dataset import Sample
from tl_core.domain.excited import Box
from tl_core.domain.view import View
from tl_core.store.home import Home

FACTS = ("width", "height")
PATCH = 76  # pixels: twice what a page gives it, for screens with small ones


def preview(home: Home, project_id: str, sample: Sample) -> View:
    """The thumbnail made on entry, and the picture behind it."""
    return View(
        kind="image",
        thumbnail=str(home.thumbnails(project_id) / f"{sample.id}.webp"),
        picture=str(home.samples(project_id) / (sample.file or "")),
        facts={name: sample.traits[name] for name in FACTS if name in sample.traits},
    )


def patch(image: Image.Image, box: Box) -> bytes:
    """What is to be seen in a part of a picture: a small square WebP."""
    stream = io.BytesIO()
    _part(image, box).save(stream, "WEBP", quality=80, method=6)
    return stream.getvalue()


def contrast(image: Image.Image, box: Box) -> float:
    """Standard deviation of all values in a part of a picture, red, green and blue: 0 for an even grey, at most 0.5."""
    return float(np.asarray(_part(image, box)).std()) / 255


def _part(image: Image.Image, box: Box) -> Image.Image:
    pixels = (box.left * image.width, box.top * image.height, box.right * image.width, box.bottom * image.height)
    return image.resize((PATCH, PATCH), Image.Resampling.BICUBIC, pixels)
