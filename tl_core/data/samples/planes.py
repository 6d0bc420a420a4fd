"""Slices of three heads and chests, axial, coronal or sagittal: the textbook leak (pyradiomics, nilearn).

Neighbouring slices of one person look alike, so a split that parts them is answered almost perfectly, and the next
person is not. The set comes without groups, as such data mostly do; the person is in the file's name.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from tl_core.data.samples.volumes import Volume, read_nifti, read_nrrd

CHESTS = {"lung1": "data/lung1_image.nrrd", "lung2": "data/lung2_image.nrrd"}
HEAD = "nilearn/datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz"
LUNG_WINDOW = (-1000.0, 400.0)  # Hounsfield units shown as black and white
BRIGHTEST = 99.5  # percentile of a head's tissue that is white
PLANES = ("axial", "coronal", "sagittal")
SLICES = 40  # of each plane, in the middle part of the body
MIDDLE = (0.12, 0.88)
SIZE = 224  # pixels of the longer side
DARK, LEAST_LIT = 25, 0.12  # grey level of air; share of a slice that must be more than that


def unpack(pyradiomics: Path, nilearn: Path, folder: Path) -> None:
    """One folder a plane; "lung1__057.png"."""
    for name, member in CHESTS.items():
        _write(name, read_nrrd(_member(pyradiomics, member)), LUNG_WINDOW, folder)
    head = read_nifti(_member(nilearn, HEAD))
    _write("mni152", head, (0.0, float(np.percentile(head.values[head.values > 0], BRIGHTEST))), folder)


def _member(package: Path, path: str) -> bytes:
    """One file of a source archive, whose own folder is named for its version."""
    with tarfile.open(package) as archive:
        for member in archive:
            if member.isfile() and member.name.partition("/")[2] == path:
                found = archive.extractfile(member)
                assert found is not None
                return found.read()
    raise FileNotFoundError(path)


def _write(name: str, volume: Volume, window: tuple[float, float], folder: Path) -> None:
    dark, bright = window
    written: set[bytes] = set()  # a template is its own mirror image
    for axis, plane in enumerate(PLANES):
        (folder / plane).mkdir(exist_ok=True)
        height, width = (space for other, space in enumerate(volume.spacing) if other != axis)
        for number in np.unique(np.linspace(*MIDDLE, SLICES) * volume.values.shape[axis]).astype(int):
            seen = np.take(volume.values, number, axis)[:: 1 if axis == 0 else -1]  # head up
            grey = (np.clip((seen - dark) / (bright - dark), 0, 1) * 255).astype(np.uint8)
            if (grey > DARK).mean() <= LEAST_LIT or grey.tobytes() in written:
                continue
            written.add(grey.tobytes())
            tall, wide = grey.shape[0] * height, grey.shape[1] * width
            scale = SIZE / max(tall, wide)
            picture = Image.fromarray(grey).resize((round(wide * scale), round(tall * scale)))
            picture.save(folder / plane / f"{name}__{number:03d}.png")
