"""From a decoded image to the tensor a network takes: one way, for training and for serving."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from tl_core.domain.card import ImageInput

if TYPE_CHECKING:
    from torch import Tensor

FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
DRAFT = 320  # pixels of the shorter side that a JPEG is at least decoded to: more than networks look at


def open_image(source: Path) -> Image.Image:
    """Decode a stored image to RGB. Large JPEGs are decoded at a half, quarter or eighth, which is far quicker."""
    with Image.open(source) as image:
        if image.format == "JPEG":
            image.draft("RGB", (DRAFT, DRAFT))
        return image.convert("RGB")


def pixels(image: Image.Image, spec: ImageInput, fit: str = "crop") -> Tensor:
    """Float32 (3, size, size), normalised as ``spec`` says.

    ``crop``: shorter side to ``spec.resize``, then the middle ``size`` x ``size``. ``whole``: nothing is cut off, the
    image is squeezed into the square.
    """
    import torch

    side, method = spec.size, FILTERS[spec.interpolation]
    square = image.resize((side, side), method, seen(image.size, spec, fit), reducing_gap=2.0)
    array = np.asarray(square.convert("RGB"), dtype=np.float32)
    scale = 1 / (255 * np.array(spec.std, dtype=np.float32))
    shift = -np.array(spec.mean, dtype=np.float32) / np.array(spec.std, dtype=np.float32)
    return torch.from_numpy(np.ascontiguousarray((array * scale + shift).transpose(2, 0, 1)))


def seen(size: tuple[int, int], spec: ImageInput, fit: str) -> tuple[float, float, float, float]:
    """What the network sees of an image of ``size`` (width, height): left, top, right, bottom in its pixels."""
    width, height = size
    if fit == "whole":
        return 0, 0, width, height
    edge = spec.size * min(size) / spec.resize
    left, top = (width - edge) / 2, (height - edge) / 2
    return left, top, left + edge, top + edge


def collate(items: Sequence[Tensor]) -> dict[str, Tensor]:
    """``pixels``: (batch, 3, size, size)."""
    import torch

    return {"pixels": torch.stack(list(items))}
