"""The small picture of a sample, and the grey squares that pictures are compared by. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from tl_core.domain.dataset import Sample
from tl_core.domain.fault import InputFault
from tl_core.modalities.image.place import unit
from tl_core.modalities.image.preprocess import open_image
from tl_core.modalities.image.reading import THUMBNAIL
from tl_core.store.home import Home

FINE = 64  # pixels a side; the middle and the coarse square have a half and a quarter of it
BLUR = 1.0  # pixels: a little, for what is finer a codec changes


@dataclass(frozen=True)
class Small:
    """A picture in grey, squeezed into a square: (64, 64) of 0 to 255."""

    plain: np.ndarray
    shape: float  # ratio of the picture's own width to its height

    @classmethod
    def of(cls, picture: Image.Image) -> Small:
        square = picture.convert("L").resize((FINE, FINE), Image.Resampling.BILINEAR, reducing_gap=2.0)
        return cls(np.asarray(square), picture.width / picture.height)

    @cached_property
    def fine(self) -> np.ndarray:
        """(64, 64) float32."""
        return gaussian_filter(self.plain.astype(np.float32), BLUR)

    @cached_property
    def middle(self) -> np.ndarray:
        """(32, 32)"""
        return _halved(self.fine)

    @cached_property
    def coarse(self) -> np.ndarray:
        """(16, 16)"""
        return _halved(self.middle)

    @cached_property
    def ways(self) -> np.ndarray:
        """(8, 256) rows of length 1: the coarse square laid in all eight ways."""
        return unit(np.stack([laid(self.coarse, way).ravel() for way in range(8)]))

    def laid(self, way: int) -> Small:
        """Mirrored or turned, see ``laid``."""
        return Small(laid(self.plain, way), 1 / self.shape if way % 2 else self.shape) if way else self


def laid(square: np.ndarray, way: int) -> np.ndarray:
    """In one of eight ways: 0 as it is, 1 to 3 quarter turns, 4 to 7 the same of its mirror image."""
    return np.rot90(square[:, ::-1] if way >= 4 else square, way % 4)


def open_small(home: Home, project_id: str, sample: Sample) -> Image.Image:
    """RGB, at most 256 pixels long: the thumbnail made on entry, or one made now. Raises InputFault."""
    if sample.file is None:
        raise InputFault("backbones.not_an_image")
    return opened(home.thumbnails(project_id) / f"{sample.id}.webp", home.samples(project_id) / sample.file)


def small_of(home: Home, project_id: str, sample: Sample) -> Small:
    """That of a sample; kept for a while, for it is compared with several others. Raises InputFault."""
    if sample.file is None:
        raise InputFault("backbones.not_an_image")
    return _small(home.thumbnails(project_id) / f"{sample.id}.webp", home.samples(project_id) / sample.file)


@lru_cache(maxsize=2048)  # of 33 kB
def _small(thumbnail: Path, file: Path) -> Small:
    return Small.of(opened(thumbnail, file))


def opened(thumbnail: Path, file: Path) -> Image.Image:
    """The ``thumbnail``, or where there is none one made of ``file``. Raises InputFault."""
    if thumbnail.exists():
        return open_image(thumbnail)
    picture = open_image(file)
    picture.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return picture


def _halved(square: np.ndarray) -> np.ndarray:
    side = len(square) // 2
    return square.reshape(side, 2, side, 2).mean(axis=(1, 3))
