"""DICOM files: with or without preamble or ending, one frame or many, plain or compressed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tl_core.data.refused import Refused
from tl_core.data.scans import greys
from tl_core.data.scans.orientation import Turn, turn_of_plane, turn_of_projection
from tl_core.data.scans.scan import MEGAPIXELS, Picture, Scan, digest, remark, spread
from tl_core.data.scans.squared import squared
from tl_core.data.scans.technical import facts, figure, value, word
from tl_core.domain.scan import ScanReading

if TYPE_CHECKING:
    from pydicom import Dataset

HELD = 100_000_000  # bytes of a file that fit into memory twice
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
PHOTO, LOSSLESS, JPEG_2000, RUNS = "pillow", "gdcm", "pylibjpeg", "pydicom"
DECODERS = {  # transfer syntax -> the one decoder that reads it: others differ by some grey levels
    "1.2.840.10008.1.2": "",
    "1.2.840.10008.1.2.1": "",
    "1.2.840.10008.1.2.1.99": "",
    "1.2.840.10008.1.2.2": "",
    "1.2.840.10008.1.2.4.50": PHOTO,  # GDCM brings its process down over damaged ones
    "1.2.840.10008.1.2.4.51": PHOTO,  # of 8 bits only; those of 12 are refused
    "1.2.840.10008.1.2.4.57": LOSSLESS,
    "1.2.840.10008.1.2.4.70": LOSSLESS,
    "1.2.840.10008.1.2.4.80": LOSSLESS,  # pyjpegls would do, but has no wheels for Python 3.14
    "1.2.840.10008.1.2.4.81": LOSSLESS,
    "1.2.840.10008.1.2.4.90": JPEG_2000,
    "1.2.840.10008.1.2.4.91": JPEG_2000,
    "1.2.840.10008.1.2.4.201": JPEG_2000,
    "1.2.840.10008.1.2.4.202": JPEG_2000,
    "1.2.840.10008.1.2.4.203": JPEG_2000,
    "1.2.840.10008.1.2.5": RUNS,
}
NOBODY = """
    0 00 000 0000 00000 000000 anon anonym anonymous anonymized anonymised anonymous^patient deidentified none null
    na n/a noid no_id patient patientid removed test unknown xxx xxxx
"""  # what stands for a patient where names were taken out before


def open_dicom(path: Path, reading: ScanReading) -> Scan:
    """Raises ``Refused`` (area refusals), also while pictures are drawn."""
    dataset = _read(path)
    if not any(keyword in dataset for keyword in PIXELS):
        raise Refused("refusals.dicom_no_picture")
    decoder = DECODERS.get(_transfer_syntax(dataset))
    if decoder is None:
        raise Refused("refusals.dicom_packing")
    rows, columns = (figure(value(dataset, keyword)) or 0 for keyword in ("Rows", "Columns"))
    if rows * columns <= 0:
        raise Refused("refusals.dicom_damaged")
    if rows * columns > MEGAPIXELS * 1_000_000:
        raise Refused("refusals.too_many_pixels", limit=MEGAPIXELS)
    count = max(1, int(figure(value(dataset, "NumberOfFrames")) or 1))
    chosen = spread(count)
    scan = Scan(_pictures(dataset, decoder, chosen, count > 1, reading), _who(dataset))
    scan.written = word(dataset, "BurnedInAnnotation").upper() == "YES"
    if len(chosen) < count:
        scan.remarks.append(remark("refusals.dicom_frames", count=count, taken=len(chosen)))
    if greys.is_own_instead(dataset, reading):
        scan.remarks.append(remark("refusals.scan_own_window"))
    return scan


def _read(path: Path) -> Dataset:
    import pydicom
    from pydicom import config

    config.settings.reading_validation_mode = config.IGNORE  # odd values elsewhere must not cost the pixels
    # from memory: a file would be asked for as many bytes as an element claims, and room be made for them
    source = io.BytesIO(path.read_bytes()) if path.stat().st_size <= HELD else path
    try:
        return pydicom.dcmread(source, force=True)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # over odd bytes it raises whatever comes to hand
        raise Refused("refusals.dicom_damaged") from None


def _transfer_syntax(dataset: Dataset) -> str:
    """How the pixels are packed; where the file does not say, as its other elements are."""
    from pydicom.dataset import FileMetaDataset

    meta = getattr(dataset, "file_meta", None)
    if meta is None:
        meta = dataset.file_meta = FileMetaDataset()
    found = word(meta, "TransferSyntaxUID")
    if not found:
        implicit, little = dataset.original_encoding
        found = "1.2.840.10008.1.2" if implicit else f"1.2.840.10008.1.2.{1 if little or little is None else 2}"
        meta.TransferSyntaxUID = found
    return found


def _who(dataset: Dataset) -> str | None:
    """A digest of the patient; of the study where the patient is not named; None where nobody is."""
    patient = word(dataset, "PatientID")
    if patient and patient.casefold() not in NOBODY.split():
        return digest("patient", patient)
    study = word(dataset, "StudyInstanceUID")
    return digest("study", study) if study else None


def _pictures(
    dataset: Dataset, decoder: str, chosen: list[int], several: bool, reading: ScanReading
) -> Iterator[Picture]:
    told = facts(dataset)
    for number in chosen:
        pixels = _decoded(dataset, number, decoder)
        try:
            pixels = greys.eight_bits(pixels, dataset, number, reading)
            across, down = _spacing(dataset, number)
            turn = _turn(dataset, number)
            pixels = turn.of(pixels)
        except (Refused, MemoryError):
            raise
        except Exception:  # a table of greys that is none, say
            raise Refused("refusals.dicom_damaged") from None
        if turn.transposed:
            across, down = down, across
        height, width = pixels.shape[:2]
        traits = {**told, "width": width, "height": height}
        if across:
            traits["spacing"] = round(across, 3)
        if several:
            traits["frame"] = number + 1
        yield Picture(squared(pixels, across, down), traits, number + 1 if several else None)


def _decoded(dataset: Dataset, number: int, decoder: str) -> np.ndarray:
    """Stored values of one frame, (rows, columns) or (rows, columns, 3), colours in RGB."""
    from pydicom.pixels import pixel_array

    try:
        return pixel_array(dataset, index=number, decoding_plugin=decoder)
    except (MemoryError, RecursionError):
        raise
    except NotImplementedError:
        raise Refused("refusals.dicom_packing") from None
    except Exception as problem:
        if "does not support" in str(problem):  # how pydicom passes on that a decoder knows no such precision
            raise Refused("refusals.dicom_packing") from None
        raise Refused("refusals.dicom_damaged") from None


def _spacing(dataset: Dataset, number: int) -> tuple[float, float]:
    """Millimetres between columns and between rows; 0 where nobody says."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing"):
        found = greys.of_frame(dataset, number, "PixelMeasuresSequence", keyword)
        if found is not None and hasattr(found, "__len__") and len(found) == 2:
            down, across = (figure(one) or 0.0 for one in found)
            if down > 0 and across > 0:
                return across, down
    return 0.0, 0.0


def _turn(dataset: Dataset, number: int) -> Turn:
    cosines: Any = greys.of_frame(dataset, number, "PlaneOrientationSequence", "ImageOrientationPatient")
    if cosines is not None and hasattr(cosines, "__len__") and len(cosines) == 6:
        return turn_of_plane([figure(one) or 0.0 for one in cosines])
    letters: Any = value(dataset, "PatientOrientation")
    if letters is None or isinstance(letters, str) or not hasattr(letters, "__len__"):
        return Turn()
    return turn_of_projection(list(letters))
