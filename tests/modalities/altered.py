"""Real pictures, and what becomes of a picture on its way through the world."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from tl_core import modalities

Random = np.random.Generator


def details() -> list[Image.Image]:
    """Details of two photographs that do not overlap."""
    reference = modalities.get("image").reference()
    return list(dict(zip(reference.units, reference.raws, strict=True)).values())


def resized(picture: Image.Image, rng: Random) -> Image.Image:
    share = rng.uniform(0.4, 1.6)
    return picture.resize([max(24, round(share * side)) for side in picture.size], Image.Resampling.BICUBIC)


def recompressed(picture: Image.Image, rng: Random) -> Image.Image:
    stream = io.BytesIO()
    picture.convert("RGB").save(stream, "JPEG", quality=int(rng.integers(30, 90)))
    return Image.open(stream)


def cropped(picture: Image.Image, rng: Random) -> Image.Image:
    """Up to 8 % of each side."""
    left, top, right, bottom = rng.uniform(0, 0.08, 4) * [*picture.size, *picture.size]
    return picture.crop((left, top, picture.width - right, picture.height - bottom))


def brightened(picture: Image.Image, rng: Random) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(rng.uniform(0.85, 1.15))


def mirrored(picture: Image.Image, rng: Random) -> Image.Image:
    return ImageOps.mirror(picture)


def turned(picture: Image.Image, rng: Random) -> Image.Image:
    return picture.transpose(rng.choice([Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180]))


def all_at_once(picture: Image.Image, rng: Random) -> Image.Image:
    return recompressed(brightened(resized(cropped(picture, rng), rng), rng), rng)


ALTERED: dict[str, Callable[[Image.Image, Random], Image.Image]] = {
    one.__name__: one for one in (resized, recompressed, cropped, brightened, mirrored, turned, all_at_once)
}
