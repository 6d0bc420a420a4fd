"""Scans made for tests: DICOM files and NIfTI volumes whose every pixel is known."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CT = "1.2.840.10008.5.1.4.1.1.2"


def dataset(pixels: np.ndarray, **attributes: Any) -> Dataset:
    """A DICOM file in memory; ``pixels`` (rows, columns), or (frames, rows, columns), of 8 or 16 bits."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = CT
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    made.StudyInstanceUID = generate_uid()
    made.Modality = "CT"
    made.PatientID = "P1"
    made.Rows, made.Columns = pixels.shape[-2:]
    if pixels.ndim == 3:
        made.NumberOfFrames = len(pixels)
    made.SamplesPerPixel = 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 8 * pixels.dtype.itemsize
    made.HighBit = made.BitsStored - 1
    made.PixelRepresentation = int(pixels.dtype.kind == "i")
    made.PixelData = pixels.tobytes()
    made["PixelData"].VR = "OW"
    for name, value in attributes.items():
        if value is None:
            del made[name]
        else:
            setattr(made, name, value)
    return made


def content(made: Dataset) -> bytes:
    """The file's bytes, with preamble."""
    stream = io.BytesIO()
    made.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def dicom(pixels: np.ndarray, **attributes: Any) -> bytes:
    return content(dataset(pixels, **attributes))


def written(path: Path, pixels: np.ndarray, **attributes: Any) -> Path:
    path.write_bytes(dicom(pixels, **attributes))
    return path


def noise(seed: int, size: int = 32, top: int = 400) -> np.ndarray:
    """Another slice for every seed, in Hounsfield units that the usual window shows."""
    return np.random.default_rng(seed).integers(-100, top - 100, (size, size)).astype(np.int16)


def volume(values: np.ndarray, affine: np.ndarray | None = None) -> bytes:
    """A NIfTI file; ``values`` (x, y, z), by default growing to the right, the front, the head."""
    import nibabel as nib

    return nib.Nifti1Image(values, np.eye(4) if affine is None else affine).to_bytes()
