"""Ways to vary an image. Each keeps its size."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from tl_core.domain.project import Purpose
from tl_core.modalities.augmentation import Augmentation

SCANS: frozenset[Purpose] = frozenset({"scans"})


def mirror(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Left and right swapped, every second time."""
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else image


def quarter_turns(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """None, one, two or three quarter turns; images that are not square are turned upside down or not at all."""
    turns = int(rng.integers(4))
    if image.width != image.height:
        turns -= turns % 2
    return image.rotate(90 * turns) if turns else image


def tilt(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Turned by at most 10 degrees, just enlarged so that no corner stays empty."""
    angle = float(rng.uniform(-10, 10))
    radians = np.radians(abs(angle))
    wide, high = max(image.size), min(image.size)
    grow = float(np.cos(radians) + np.sin(radians) * wide / high)
    turned = image.rotate(angle, Image.Resampling.BICUBIC)
    margin = 4 / high  # what interpolation mixes with the empty corners
    return _crop(turned, max(0.1, 1 / grow - margin), 0.5, 0.5)


def zoom(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A part of 70 to 100 % of each side, from anywhere, enlarged to the whole."""
    return _crop(image, float(rng.uniform(0.7, 1.0)), float(rng.random()), float(rng.random()))


def light(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Brightness and contrast, each changed by at most a quarter."""
    image = ImageEnhance.Brightness(image).enhance(float(rng.uniform(0.75, 1.25)))
    return ImageEnhance.Contrast(image).enhance(float(rng.uniform(0.75, 1.25)))


def colour(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Strength of colours changed by at most 40 %, the balance of red, green and blue by at most 10 %."""
    image = ImageEnhance.Color(image).enhance(float(rng.uniform(0.6, 1.4)))
    balance = rng.uniform(0.9, 1.1, size=3)
    table = [min(255, round(level * float(factor))) for factor in balance for level in range(256)]
    return image.point(table)


def blur(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A soft focus of at most 1 % of the shorter side, every second time."""
    if rng.random() < 0.5:
        return image
    return image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 0.01)) * min(image.size)))


def noise(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Grain with a standard deviation of at most 12 of 255 grey levels, the same on all colours."""
    strength = float(rng.uniform(0, 12))
    grain = rng.standard_normal((image.height, image.width, 1), dtype=np.float32) * strength
    return Image.fromarray(np.clip(np.asarray(image, dtype=np.float32) + grain, 0, 255).astype(np.uint8))


def _crop(image: Image.Image, share: float, across: float, down: float) -> Image.Image:
    """The part with ``share`` of each side, at ``across`` and ``down`` (0 to 1) of the room there is, enlarged."""
    wide, high = image.width * share, image.height * share
    left, top = (image.width - wide) * across, (image.height - high) * down
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
