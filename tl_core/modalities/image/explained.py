"""A picture with its parts lit up that spoke for an answer, or blurred. Pillow and numpy only."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from tl_core.domain.excited import Box

SIDE = 384  # pixels, longer side of what is shown
EMBER = np.array([232, 89, 12], dtype=np.float32)  # colour of what counted
STRONGEST = 0.62  # opacity at the hottest place
DIM = 0.35  # brightness lost outside of what the network saw
BLUR = 1 / 10  # radius of the blur that covers / side of what the network saw


class ImageParts:
    """``heat`` (height, width), at least 0, over the part ``box`` of the picture that the network saw."""

    def __init__(self, raw: Image.Image, heat: np.ndarray, box: Box) -> None:
        self._raw, self._heat, self._box = raw, heat, box

    def shown(self) -> dict[str, Any]:
        picture = self._raw.copy()
        picture.thumbnail((SIDE, SIDE))
        left, top, right, bottom = self._edges(picture.size)
        pixels = np.asarray(picture, dtype=np.float32) * (1 - DIM)
        inside = np.asarray(picture, dtype=np.float32)[top:bottom, left:right]
        heat = _stretched(self._heat, (right - left, bottom - top))
        opacity = (heat / max(float(heat.max()), 1e-9) * STRONGEST)[..., None]
        pixels[top:bottom, left:right] = inside * (1 - opacity) + EMBER * opacity
        stream = io.BytesIO()
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(stream, "PNG")
        return {"picture": base64.b64encode(stream.getvalue()).decode("ascii")}

    def covered(self, share: float) -> Image.Image:
        return self._blurred(self._heat, share)

    def elsewhere(self, share: float, rng: np.random.Generator) -> Image.Image:
        """The same shape, pushed along; of several places the one that meets least of what counted."""
        height, width = self._heat.shape
        tried = [np.roll(self._heat, (int(rng.integers(height)), int(rng.integers(width))), (0, 1)) for _ in range(8)]
        return self._blurred(min(tried, key=lambda moved: float((moved * self._heat).sum())), share)

    def _blurred(self, heat: np.ndarray, share: float) -> Image.Image:
        left, top, right, bottom = self._edges(self._raw.size)
        size = (right - left, bottom - top)
        large = _stretched(heat, size)
        mask = Image.new("L", self._raw.size)
        hottest = (large >= np.quantile(large, 1 - share)).astype(np.uint8) * 255
        mask.paste(Image.fromarray(hottest), (left, top))
        radius = min(size) * BLUR
        blurred = self._raw.filter(ImageFilter.GaussianBlur(radius))
        return Image.composite(blurred, self._raw, mask.filter(ImageFilter.GaussianBlur(radius / 6)))

    def _edges(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """What the network saw, in pixels of a picture of ``size``; at least one pixel."""
        left, top = round(self._box.left * size[0]), round(self._box.top * size[1])
        right, bottom = round(self._box.right * size[0]), round(self._box.bottom * size[1])
        return left, top, max(left + 1, right), max(top + 1, bottom)


def _stretched(heat: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(height, width) of ``size`` (width, height), smooth and at least 0."""
    large = Image.fromarray(heat.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.maximum(np.asarray(large), 0)
