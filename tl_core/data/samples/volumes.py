"""Volumes of scanners in the two plain formats that the sample packages hold: NRRD and NIfTI-1, both gzipped.

Only what those files use is read. Uploads of scans go another way, with all that a scanner may write.
"""

from __future__ import annotations

import gzip
import struct
from typing import NamedTuple

import numpy as np

NRRD_TYPES = {"short": "i2", "unsigned short": "u2", "int": "i4", "unsigned char": "u1", "float": "f4", "double": "f8"}
NIFTI_TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4"}
NIFTI_HEADER = 348  # bytes, its first number


class Volume(NamedTuple):
    """``values`` (z, y, x) from feet to head and from front to back; ``spacing`` millimetres between them."""

    values: np.ndarray
    spacing: tuple[float, float, float]


def read_nrrd(content: bytes) -> Volume:
    """A volume with axes along the patient's (left-posterior-superior). Raises ValueError for any other file."""
    head, _, body = content.partition(b"\n\n")
    lines = head.decode("ascii", "replace").replace("\r", "").split("\n")
    fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line and not line.startswith("#"))
    kind = NRRD_TYPES.get(fields.get("type", ""))
    if not lines[0].startswith("NRRD") or kind is None or fields.get("encoding") not in ("gzip", "gz"):
        raise ValueError("not a gzipped NRRD volume")
    sizes = [int(size) for size in fields["sizes"].split()]
    directions = [
        [float(part) for part in axis.strip(" ()").split(",")] for axis in fields["space directions"].split(") (")
    ]
    order = ">" if fields.get("endian") == "big" else "<"
    values = np.frombuffer(gzip.decompress(body), order + kind).reshape(sizes[::-1])
    return _upright(values, np.array(directions))


def read_nifti(content: bytes) -> Volume:
    """A volume with axes along the patient's, in any of their directions. Raises ValueError for any other file."""
    raw = gzip.decompress(content)
    order = "<" if struct.unpack_from("<i", raw)[0] == NIFTI_HEADER else ">"
    if struct.unpack_from(f"{order}i", raw)[0] != NIFTI_HEADER:
        raise ValueError("not a NIfTI-1 volume")
    sizes = struct.unpack_from(f"{order}8h", raw, 40)[1:4]
    kind = NIFTI_TYPES[struct.unpack_from(f"{order}h", raw, 70)[0]]
    start, slope, intercept = struct.unpack_from(f"{order}3f", raw, 108)
    placed = np.array(struct.unpack_from(f"{order}12f", raw, 280)).reshape(3, 4)[:, :3]  # the "sform"
    if not placed.any():
        placed = np.diag(struct.unpack_from(f"{order}8f", raw, 76)[1:4])
    values = np.frombuffer(raw, order + kind, int(np.prod(sizes)), int(start)).reshape(sizes[::-1])
    if slope:
        values = values * slope + intercept
    placed[:2] *= -1  # from right-anterior-superior
    return _upright(values, placed.T)


def _upright(values: np.ndarray, directions: np.ndarray) -> Volume:
    """``values`` (z, y, x) turned so that each axis rises; ``directions`` (axis x y z, left-posterior-superior)."""
    spacing = np.linalg.norm(directions, axis=1)
    along = np.diag(directions)
    if not np.allclose(np.abs(along), spacing, rtol=0.05):
        raise ValueError("axes are not along the patient's")
    turned = values[tuple(slice(None, None, -1 if step < 0 else 1) for step in along[::-1])]
    return Volume(turned, (float(spacing[2]), float(spacing[1]), float(spacing[0])))
