"""Which files are scans, by their first bytes: names are strangers' words, and members of zips have none."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path
from typing import Literal

Kind = Literal["dicom", "nifti", "nifti_pair"]
HEAD = 560  # bytes: a NIfTI-2 header is 540 long
PREAMBLE = 128  # bytes before DICOM's own mark
GZIP = b"\x1f\x8b"
FIRST_GROUPS = (0x0002, 0x0008)  # what a DICOM file without a preamble begins with
REASONS = ("dicom", "nifti", "scan")  # how refusals of scans begin, in their area


def kind_of(path: Path) -> Kind | None:
    """What kind of scan a file holds; None for any other file."""
    with open(path, "rb") as file:
        head = file.read(HEAD)
    if head[PREAMBLE : PREAMBLE + 4] == b"DICM":
        return "dicom"
    if head[:2] == GZIP:
        return _nifti(_unpacked(path))
    return _nifti(head) or ("dicom" if _begins_like_dicom(head) else None)


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(HEAD)
    except (OSError, EOFError, zlib.error):
        return b""


def _nifti(head: bytes) -> Kind | None:
    """Two versions of the format, in either order of bytes; a pair keeps its pixels in another file."""
    for length, mark, alone, paired in ((348, 344, b"n+1\0", b"ni1\0"), (540, 4, b"n+2\0", b"ni2\0")):
        if len(head) >= length and length in struct.unpack("<i", head[:4]) + struct.unpack(">i", head[:4]):
            found = head[mark : mark + 4]
            return "nifti" if found == alone else "nifti_pair" if found == paired else None
    return None


def _begins_like_dicom(head: bytes) -> bool:
    """An element of one of the first groups, with a kind of value in two capitals or a length that may be."""
    if len(head) < 16:
        return False
    for order in "<>":
        group, element, length = struct.unpack(f"{order}HHI", head[:8])
        if group in FIRST_GROUPS and element < 0x2000:
            return (head[4:6].isalpha() and head[4:6].isupper()) or length < 1024
    return False
