"""Ways to vary an image. Each keeps its size. ``augment_batch`` has the same ones for a GPU."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from tl_core.domain.project import Purpose
from tl_core.modalities.augmentation import Augmentation
from tl_core.modalities.image import draws
from tl_core.modalities.image.draws import Random, Window

SCANS: frozenset[Purpose] = frozenset({"scans"})


def mirror(image: Image.Image, rng: Random) -> Image.Image:
    """Left and right swapped, every second time."""
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if draws.mirrored(rng) else image


def quarter_turns(image: Image.Image, rng: Random) -> Image.Image:
    """None, one, two or three quarter turns; images that are not square are turned upside down or not at all."""
    turns = draws.turns(rng)
    if image.width != image.height:
        turns -= turns % 2
    return image.rotate(90 * turns) if turns else image


def tilt(image: Image.Image, rng: Random) -> Image.Image:
    """Turned by at most 10 degrees, just enlarged so that no corner stays empty."""
    angle = draws.angle(rng)
    turned = image.rotate(angle, Image.Resampling.BICUBIC)
    return _crop(turned, draws.upright(angle, max(image.size), min(image.size)))


def zoom(image: Image.Image, rng: Random) -> Image.Image:
    """A part of 70 to 100 % of each side, from anywhere, enlarged to the whole."""
    return _crop(image, draws.window(rng))


def light(image: Image.Image, rng: Random) -> Image.Image:
    """Brightness and contrast, each changed by at most a quarter."""
    brightness, contrast = draws.light(rng)
    image = ImageEnhance.Brightness(image).enhance(brightness)
    return ImageEnhance.Contrast(image).enhance(contrast)


def colour(image: Image.Image, rng: Random) -> Image.Image:
    """Strength of colours changed by at most 40 %, the balance of red, green and blue by at most 10 %."""
    strength, balance = draws.colour(rng)
    image = ImageEnhance.Color(image).enhance(strength)
    table = [min(255, round(level * float(factor))) for factor in balance for level in range(256)]
    return image.point(table)


def blur(image: Image.Image, rng: Random) -> Image.Image:
    """A soft focus of at most 1 % of the shorter side, every second time."""
    spread = draws.focus(rng)
    return image.filter(ImageFilter.GaussianBlur(spread * min(image.size))) if spread else image


def noise(image: Image.Image, rng: Random) -> Image.Image:
    """Grain with a standard deviation of at most 12 of 255 grey levels, the same on all colours."""
    strength = draws.grain(rng)
    grain = rng.standard_normal((image.height, image.width, 1), dtype=np.float32) * strength
    return Image.fromarray(np.clip(np.asarray(image, dtype=np.float32) + grain, 0, 255).astype(np.uint8))


def _crop(image: Image.Image, part: Window) -> Image.Image:
    """That part of it, enlarged to the whole."""
    wide, high = image.width * part.share, image.height * part.share
    left, top = (image.width - wide) * part.across, (image.height - high) * part.down
    return image.resize(image.size, Image.Resampling.BICUBIC, (left, top, left + wide, top + high))


AUGMENTATIONS = [
    Augmentation("mirror", mirror, default=True, unsuitable=SCANS),
    Augmentation("quarter_turns", quarter_turns, unsuitable=SCANS),
    Augmentation("tilt", tilt),
    Augmentation("zoom", zoom, default=True),
    Augmentation("light", light, default=True),
    Augmentation("colour", colour, unsuitable=SCANS),
    Augmentation("blur", blur),
    Augmentation("noise", noise),
]
