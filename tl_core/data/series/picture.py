"""The small picture of a series: each channel's curve in a row of its own, on the dark ground that sounds have too."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from tl_core.data.series.stored import Series
from tl_core.data.sounds.picture import GROUND, LINE, SIDE

FINER = 2  # times the size it is drawn at, then made smaller: smooth lines
THICK, THIN = 3, 2  # pixels of a line: the picture is shown at a third of its size; where many channels share it
FEW_ROWS = 3
MARGIN = 6  # pixels above and below a curve, at most
ROOM = 0.15  # of the range, on either side, where another series gives the scale
MOST_ROWS = 8  # channels drawn; of more, the first ones
MARK = (232, 116, 59)  # a value with gaps on both sides, which no line can show


def picture(one: Series, like: Series | None = None) -> bytes:
    """A square WebP; ``like``: on the scale of this one, with some room around it, so that changes are seen."""
    stream = io.BytesIO()
    curves(one, SIDE, SIDE, like).save(stream, "WEBP", lossless=True, quality=0, method=0)  # of lines: quicker, smaller
    return stream.getvalue()


def curves(one: Series, width: int, height: int, like: Series | None = None) -> Image.Image:
    """RGB of (height, width): each channel from its lowest to its highest value; nothing where there are gaps."""
    scale = [_limits(values, ROOM if like else 0.0) for values in (like or one).values[:MOST_ROWS]]
    image = Image.new("RGB", (width * FINER, height * FINER), GROUND)
    draw = ImageDraw.Draw(image)
    rows = one.values[:MOST_ROWS]
    tall = height * FINER / max(1, len(rows))
    width_of_line = FINER * (THICK if len(rows) <= FEW_ROWS else THIN)
    for number, values in enumerate(rows):
        for places in runs(values, width * FINER):
            line = [
                (float(x), float(number * tall + y))
                for x, y in _placed(places, values, scale[number], width * FINER, tall)
            ]
            if len(line) > 1:
                draw.line(line, fill=LINE, width=width_of_line, joint="curve")
            else:
                x, y = line[0]
                draw.ellipse((x - 3 * FINER, y - 3 * FINER, x + 3 * FINER, y + 3 * FINER), fill=MARK)
    return image.reduce(FINER)


def runs(values: np.ndarray, width: int) -> list[np.ndarray]:
    """Numbers of the values to be drawn, in runs without gaps; of each column of pixels the lowest and the highest."""
    there = np.flatnonzero(np.isfinite(values))
    if len(there) == 0:
        return []
    kept = there
    if len(there) > 2 * width:
        edges = np.linspace(0, len(there), width + 1).astype(int)
        kept = np.unique(
            [
                there[start + int(pick(values[there[start:end]]))]
                for start, end in pairwise(edges)
                for pick in (np.argmin, np.argmax)
            ]
        )
    gaps = np.cumsum(np.isnan(values))
    breaks = np.flatnonzero(np.diff(gaps[kept]) > 0) + 1
    return np.split(kept, breaks)


def _limits(values: np.ndarray, room: float) -> tuple[float, float]:
    there = values[np.isfinite(values)]
    if not len(there):
        return 0.0, 0.0
    low, high = float(there.min()), float(there.max())
    return low - room * (high - low), high + room * (high - low)


def _placed(places: np.ndarray, values: np.ndarray, limits: tuple[float, float], width: int, tall: float) -> np.ndarray:
    """(n, 2) of pixels: across by time, up by value."""
    low, high = limits
    margin = min(MARGIN * FINER, tall / 4)
    shares = np.clip((values[places] - low) / (high - low), 0, 1) if high > low else np.full(len(places), 0.5)
    across = (places + 0.5) / len(values) * (width - 1)
    return np.stack([across, margin + (1 - shares) * (tall - 2 * margin)], axis=1)
