"""NIfTI volumes as slices in one plane, as people usually look at them: head up, the patient's right on the left."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tl_core.data.refused import Refused
from tl_core.data.scans.kinds import GZIP
from tl_core.data.scans.scan import MEGAPIXELS, Picture, Scan, remark, spread
from tl_core.data.scans.squared import squared
from tl_core.data.scans.window import PRESETS, Window, shown, window_of
from tl_core.domain.scan import Plane, ScanReading

LARGEST = 500_000_000  # bytes of a volume, unpacked
THROUGH = {"axial": 2, "coronal": 1, "sagittal": 0}  # the axis that slices follow each other along
AIR = -200  # values below it: Hounsfield units; nothing else is measured so
OUTERMOST = 0.5  # percent of the values at either end
LOOKED_AT = 2_000_000  # values that a window is guessed from
EMPTY = 0.1  # a slice with nothing brighter than this share of the window shows no patient


def open_nifti(path: Path, reading: ScanReading) -> Scan:
    """Raises ``Refused`` (area refusals). Of several volumes in a file the first is read."""
    volume = _volume(path)
    axis = THROUGH[reading.plane]
    window, own_instead = _window(volume, reading)
    filled = _filled(volume, axis, window)
    chosen = [int(filled[place]) for place in spread(len(filled), reading.every)]
    scan = Scan(_slices(volume, axis, chosen, window, reading.plane), None)
    count = volume.stored.shape[axis]
    if len(chosen) < count:
        scan.remarks.append(remark("refusals.nifti_slices", count=count, taken=len(chosen)))
    if volume.volumes > 1:
        scan.remarks.append(remark("refusals.nifti_first", count=volume.volumes))
    if own_instead:
        scan.remarks.append(remark("refusals.scan_own_window"))
    return scan


def _slices(volume: _Volume, axis: int, chosen: list[int], window: Window, plane: Plane) -> Iterator[Picture]:
    across, down = (volume.spacing[other] for other in range(3) if other != axis)
    for number in chosen:
        values = np.take(volume.stored, number, axis).astype(np.float64) * volume.slope + volume.intercept
        pixels = np.ascontiguousarray(shown(values[::-1, ::-1].T, window))
        traits: dict[str, Any] = {
            "plane": plane,
            "width": pixels.shape[1],
            "height": pixels.shape[0],
            "bits": 8 * volume.stored.dtype.itemsize,
            "spacing": round(across, 3),
            "frame": number + 1,
        }
        yield Picture(squared(pixels, across, down), traits, number + 1)


class _Volume(NamedTuple):
    """Stored values (x, y, z), which grow to the patient's right, front and head."""

    stored: np.ndarray
    slope: float
    intercept: float
    spacing: list[float]  # millimetres of each axis
    volumes: int  # in the file


def _volume(path: Path) -> _Volume:
    """The first volume of a file."""
    try:
        with open(path, "rb") as plain:
            packed = plain.read(2) == GZIP
        with gzip.open(path) if packed else open(path, "rb") as file:
            return _read(file)
    except (Refused, MemoryError, RecursionError):
        raise
    except Exception:  # broken packing, sizes that do not fit, and nibabel's own errors of many kinds
        raise Refused("refusals.nifti_damaged") from None


def _read(file: Any) -> _Volume:
    import nibabel as nib

    length = file.read(4)
    file.seek(0)
    second = 540 in struct.unpack("<i", length) + struct.unpack(">i", length)
    image = (nib.Nifti2Image if second else nib.Nifti1Image).from_stream(file)
    shape, dtype = image.shape, image.get_data_dtype()
    proxy: Any = image.dataobj
    if len(shape) < 3 or min(shape) < 1 or dtype.names or dtype.kind not in "iuf":
        raise Refused("refusals.nifti_odd")
    values = int(np.prod(shape[:3], dtype=np.int64))
    if values * dtype.itemsize > LARGEST:
        raise Refused("refusals.too_big", limit=LARGEST // 10**6)
    if values // min(shape[:3]) > MEGAPIXELS * 1_000_000:
        raise Refused("refusals.too_many_pixels", limit=MEGAPIXELS)
    file.seek(int(proxy.offset))
    stored = np.frombuffer(file.read(values * dtype.itemsize), dtype).reshape(shape[:3], order="F")
    directions = nib.io_orientation(image.affine)
    spacing = [1.0] * 3
    for size, target in zip(nib.affines.voxel_sizes(image.affine), directions[:, 0].astype(int), strict=True):
        spacing[target] = float(size) if np.isfinite(size) and size > 0 else 1.0
    slope, intercept = float(proxy.slope), float(proxy.inter)
    if not (np.isfinite(slope) and np.isfinite(intercept)) or slope == 0:
        slope, intercept = 1.0, 0.0
    turned = nib.orientations.apply_orientation(stored, directions)
    return _Volume(turned, slope, intercept, spacing, int(np.prod(shape[3:], dtype=np.int64)))


def _sample(volume: _Volume) -> np.ndarray:
    """Some of the values, from all over."""
    step = max(1, round((volume.stored.size / LOOKED_AT) ** (1 / 3)))
    values = volume.stored[::step, ::step, ::step].astype(np.float64) * volume.slope + volume.intercept
    return values[np.isfinite(values)]


def _window(volume: _Volume, reading: ScanReading) -> tuple[Window, bool]:
    """One window for all slices, so that they can be compared; and whether it is there instead of a preset."""
    if reading.window == "hand" and reading.level is not None and reading.width is not None:
        return Window(reading.level, reading.width), False
    values = _sample(volume)
    lowest = float(values.min()) if values.size else 0.0
    preset = reading.window in PRESETS
    if lowest <= AIR:
        return PRESETS[reading.window if preset else "soft_tissue"], False
    seen = window_of(values[values > lowest], OUTERMOST)
    high = seen.level + seen.width / 2
    return Window((lowest + high) / 2, max(high - lowest, 0.0)), preset


def _filled(volume: _Volume, axis: int, window: Window) -> np.ndarray:
    """Numbers of the slices from the first to the last that show anything; of all where none does."""
    least = window.level - window.width / 2 + EMPTY * window.width
    others = tuple(other for other in range(3) if other != axis)
    ends = [volume.stored.max(axis=others), volume.stored.min(axis=others)]  # a slope may be negative
    brightest = np.max([end.astype(np.float64) * volume.slope + volume.intercept for end in ends], axis=0)
    found = np.flatnonzero(brightest > least)
    return np.arange(found[0], found[-1] + 1) if found.size else np.arange(volume.stored.shape[axis])
