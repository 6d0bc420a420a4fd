"""From the values of a scan to the 256 greys of a picture."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

Function = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
OUTERMOST = 0.1  # percent of the values at either end that may be dead pixels


class Window(NamedTuple):
    """The values around ``level`` that are told apart; what lies outside is black or white."""

    level: float
    width: float
    function: Function = "LINEAR_EXACT"


PRESETS = {  # Hounsfield units, as radiologists usually set them
    "lung": Window(-600, 1500),
    "bone": Window(400, 1800),
    "brain": Window(40, 80),
    "soft_tissue": Window(50, 400),
}


def shown(values: np.ndarray, window: Window) -> np.ndarray:
    """``values`` of any shape -> uint8 of that shape (DICOM PS3.3, C.11.2.1.2 and C.11.2.1.3)."""
    values = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    level, width, function = window
    if function == "SIGMOID":
        part = 1 / (1 + np.exp(np.clip(-4 * (values - level) / width, -60, 60)))
    else:
        if function == "LINEAR":
            level, width = level - 0.5, width - 1
        part = (values - level) / width + 0.5 if width > 0 else (values > level).astype(np.float32)
    return np.rint(255 * np.clip(part, 0, 1)).astype(np.uint8)


def window_of(values: np.ndarray, outermost: float = OUTERMOST) -> Window:
    """From the darkest to the brightest of ``values``, without the outermost ones. Nothing at all gives no width."""
    values = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if not values.size:
        return Window(0, 0)
    low, high = (float(value) for value in np.percentile(values, (outermost, 100 - outermost)))
    if high <= low:
        low, high = float(values.min()), float(values.max())
    return Window((low + high) / 2, high - low)
