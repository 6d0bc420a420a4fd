"""Scans are known by their bytes, whatever they are called."""

import gzip
import io

import numpy as np
import pytest
from PIL import Image

from tests.data.scans.made import dataset, dicom, noise, volume
from tl_core.data.scans.kinds import kind_of


def bare(**how) -> bytes:
    """A DICOM file without preamble and without a word on its own form."""
    made = dataset(noise(1))
    del made.file_meta
    stream = io.BytesIO()
    made.save_as(stream, **how)
    return stream.getvalue()


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(stream, kind)
    return stream.getvalue()


VOLUME = volume(np.zeros((4, 4, 4), np.int16))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (dicom(noise(1)), "dicom"),
        (bare(implicit_vr=True, little_endian=True), "dicom"),
        (bare(implicit_vr=False, little_endian=True), "dicom"),
        (bare(implicit_vr=False, little_endian=False), "dicom"),
        (b"II*\0" + bytes(124) + b"DICM", "dicom"),  # a file that is a TIFF as well
        (VOLUME, "nifti"),
        (gzip.compress(VOLUME, mtime=0), "nifti"),
        (VOLUME[:344] + b"ni1\0", "nifti_pair"),
        (gzip.compress(b"a table", mtime=0), None),
        (gzip.compress(VOLUME, mtime=0)[:20], None),
        (b"", None),
        (b"hello world, this is a text", None),
        *((picture(kind), None) for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM")),
    ],
)
def test_kinds(tmp_path, content, kind):
    (tmp_path / "file").write_bytes(content)
    assert kind_of(tmp_path / "file") == kind
