"""What is to be seen of a picture without a model: light, sharpness, border, shape. No torch.

From the small picture made on entry: what is not to be seen there, a network of 224 pixels does not see either. Only
``blank`` is a flaw by itself. Whether a picture is blurred, dark or bright depends on the others: X-rays are dark.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy.ndimage import uniform_filter1d

from tl_core.domain.dataset import Sample
from tl_core.modalities.image.reading import LONGEST_SIDE
from tl_core.modalities.image.sketch import sketch
from tl_core.modalities.image.small import Small
from tl_core.modalities.look import Look

BORDER = 0.02  # of the shorter side
BLACK = 16  # grey levels of 255
UNIFORM = 10  # grey levels between which all but a thousandth of a blank picture lies, in each colour
BLUR = 9  # pixels of the blur that sharpness compares with
STEP = 1.0  # grey level between neighbours: what rounding makes is no edge
LITTLE = 0.1  # of the changes along the other axis
UPRIGHT = 1.05  # ratio of the sides below which a picture is a square
COLOURLESS = 1.0  # colourfulness of what codecs make of a grey picture


def look(picture: Image.Image, sample: Sample) -> Look:
    """``picture`` is the sample's small one, in RGB."""
    grey, colours = np.asarray(picture.convert("L")), np.asarray(picture, dtype=np.float32)
    width, height = (
        int(sample.traits.get(name, own)) for name, own in zip(("width", "height"), picture.size, strict=True)
    )
    ring, some = _ring(grey), colours[::2, ::2]  # every fourth pixel is enough for what is no detail
    darkest, lightest = np.percentile(grey[::2, ::2], (5, 95)) / 255
    colourful = colourfulness(some)
    traits = {
        "width": width,
        "height": height,
        "aspect": width / height,
        "bytes_per_pixel": _bytes_per_pixel(sample, width, height),
        "brightness": grey.mean() / 255,
        "contrast": grey.std() / 255,
        "darkest": darkest,
        "lightest": lightest,
        "colourfulness": colourful,
        "sharpness": sharpness(grey),
        "border_brightness": ring.mean() / 255,
        "border_contrast": ring.std() / 255,
        "border_black": (ring < BLACK).mean(),
    }
    mode = sample.traits.get("mode") or ("colour" if colourful > COLOURLESS else "grey")
    orientation = "wide" if width > UPRIGHT * height else "high" if height > UPRIGHT * width else "square"
    return Look(
        traits={name: float(value) for name, value in traits.items()},
        kinds={"format": str(sample.traits.get("format", "")), "mode": str(mode), "orientation": orientation},
        flaws=["blank"] if is_blank(some) else [],
        personal=[],
        sketch=sketch(Small.of(picture)),
    )


def is_blank(colours: np.ndarray) -> bool:
    """Almost one colour all over; (height, width, 3) of 0 to 255."""
    if colours[..., 1].std() > UNIFORM:
        return False
    low, high = np.percentile(colours.reshape(-1, 3), (0.05, 99.95), axis=0)
    return bool((high - low).max() <= UNIFORM)


def sharpness(grey: np.ndarray) -> float:
    """0 for what a further blur does not change, up to 1: one minus the blur of Crété-Roffet et al. 2007.

    Neither contrast nor brightness counts; noise counts as sharp. Along the axis that is blurred more, unless hardly
    anything changes along it.
    """
    values = grey.astype(np.float32)
    changes, kept = [], []
    for axis in (0, 1):
        before = np.abs(np.diff(values, axis=axis))
        after = np.abs(np.diff(uniform_filter1d(values, BLUR, axis=axis), axis=axis))
        changes.append(float(before.sum()))
        kept.append(float(np.maximum(before - after, 0)[before > STEP].sum()) / max(changes[-1], 1e-6))
    return min(share for share, change in zip(kept, changes, strict=True) if change >= LITTLE * max(changes))


def colourfulness(colours: np.ndarray) -> float:
    """Of (height, width, 3): 0 for grey, about 100 for very colourful pictures (Hasler and Süsstrunk 2003, M3)."""
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    first, second = red - green, (red + green) / 2 - blue
    return float(np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean()))


def _ring(grey: np.ndarray) -> np.ndarray:
    """The pixels along the border, in a row."""
    wide = max(1, round(BORDER * min(grey.shape)))
    inner = np.zeros(grey.shape, dtype=bool)
    inner[wide:-wide, wide:-wide] = True
    return grey[~inner]


def _bytes_per_pixel(sample: Sample, width: int, height: int) -> float:
    """Of the stored copy, which tells how much detail there is; 0 where its size was not written down."""
    stored = min(1.0, LONGEST_SIDE / max(width, height))
    return float(sample.traits.get("bytes", 0)) / max(1.0, width * height * stored**2)
