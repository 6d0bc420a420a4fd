"""A DICOM frame's stored values -> 8 bits: rescale, window, and white for what the file calls black."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tl_core.data.scans.technical import figure, value, word
from tl_core.data.scans.window import PRESETS, Window, shown, window_of
from tl_core.domain.scan import ScanReading

if TYPE_CHECKING:
    from pydicom import Dataset

FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def eight_bits(stored: np.ndarray, dataset: Dataset, number: int, reading: ScanReading) -> np.ndarray:
    """Frame ``number``, (rows, columns) or (rows, columns, 3) -> uint8 of that shape, (.., 3) for a palette."""
    kind = word(dataset, "PhotometricInterpretation").upper()
    if kind == "PALETTE COLOR":
        from pydicom.pixels import apply_color_lut

        return _colours(apply_color_lut(stored, dataset), None)
    if stored.ndim == 3:
        return _colours(stored, figure(value(dataset, "BitsStored")))
    values = _rescaled(stored, dataset, number)
    window = _chosen(dataset, number, reading)
    if window is None and value(dataset, "VOILUTSequence"):
        picture = _through_table(values, dataset)
    else:
        picture = shown(values, window or window_of(values[~_padding(stored, dataset)]))
    return 255 - picture if kind == "MONOCHROME1" else picture


def is_own_instead(dataset: Dataset, reading: ScanReading) -> bool:
    """Whether a preset was wished for that means nothing to these values."""
    return reading.window in PRESETS and word(dataset, "Modality").upper() != "CT"


def of_frame(dataset: Dataset, number: int, sequence: str, keyword: str) -> Any:
    """An attribute as it holds for one frame: its own, else that of all frames, else the file's."""
    for groups, place in (("PerFrameFunctionalGroupsSequence", number), ("SharedFunctionalGroupsSequence", 0)):
        try:
            found = value(dataset, groups)[place].get(sequence)[0].get(keyword)
        except Exception:  # not there, or not of the kind it should be
            continue
        if found is not None:
            return found
    return value(dataset, keyword)


def _colours(stored: np.ndarray, bits: float | None) -> np.ndarray:
    """The upper eight of more bits."""
    if stored.dtype == np.uint8:
        return stored[..., :3]
    deep = bits if bits and 8 < bits <= 8 * stored.dtype.itemsize else 8 * stored.dtype.itemsize
    return np.clip(stored[..., :3].astype(np.float64) / 2 ** (deep - 8), 0, 255).astype(np.uint8)


def _rescaled(stored: np.ndarray, dataset: Dataset, number: int) -> np.ndarray:
    """Stored values in the units that windows speak of."""
    if value(dataset, "ModalityLUTSequence"):
        from pydicom.pixels import apply_modality_lut

        return apply_modality_lut(stored, dataset)
    place = "PixelValueTransformationSequence"
    slope = figure(of_frame(dataset, number, place, "RescaleSlope"))
    intercept = figure(of_frame(dataset, number, place, "RescaleIntercept"))
    exact: type[np.floating] = np.float32 if stored.dtype.itemsize <= 2 else np.float64
    values: np.ndarray = stored.astype(exact)
    return values * (1.0 if slope is None else slope) + (intercept or 0.0)


def _chosen(dataset: Dataset, number: int, reading: ScanReading) -> Window | None:
    """The person's window, else the file's first, else the usual one of a CT; None: by the values."""
    is_ct = word(dataset, "Modality").upper() == "CT"
    if reading.window == "hand" and reading.level is not None and reading.width is not None:
        return Window(reading.level, reading.width)
    if reading.window in PRESETS and is_ct:
        return PRESETS[reading.window]
    level, width = (
        figure(of_frame(dataset, number, "FrameVOILUTSequence", keyword)) for keyword in ("WindowCenter", "WindowWidth")
    )
    if level is not None and width is not None and width >= 1:
        named = str(of_frame(dataset, number, "FrameVOILUTSequence", "VOILUTFunction") or "").upper()
        return Window(level, width, named if named in FUNCTIONS else "LINEAR")  # type: ignore[arg-type]
    return PRESETS["soft_tissue"] if is_ct else None


def _through_table(values: np.ndarray, dataset: Dataset) -> np.ndarray:
    """Greys by the file's own table."""
    from pydicom.pixels import apply_voi

    greys = apply_voi(values.astype(np.int32), dataset)
    return np.clip(greys.astype(np.float32) * (255 / max(1, int(greys.max()))), 0, 255).astype(np.uint8)


def _padding(stored: np.ndarray, dataset: Dataset) -> np.ndarray:
    """Where there is no patient, only filling."""
    filling = figure(value(dataset, "PixelPaddingValue"))
    found = stored == filling if filling is not None else np.zeros(stored.shape, dtype=bool)
    return found if not found.all() else np.zeros(stored.shape, dtype=bool)
