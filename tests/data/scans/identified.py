"""Scans full of identifiers: every attribute of PS3.15, Annex E, each with a string that no file of ours holds.

They stand at the top level, in nested sequences, in private tags, overlays and curves, and before the file's beginning.
"""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import numpy as np
from dicomanonymizer import dicom_anonymization_databases
from pydicom import config
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.data.scans.made import content, dataset

BYTES = ("OB", "OW", "UN", "OF", "OD", "OL", "OV", "OB or OW")
TEXT = ("LO", "SH", "PN", "LT", "ST", "UT", "UC", "AE", "CS", "UR", "AS")


def newest_table() -> ModuleType:
    names = sorted(module.name for module in iter_modules(dicom_anonymization_databases.__path__))
    return import_module(f"{dicom_anonymization_databases.__name__}.{names[-1]}")


def annex_e() -> list[int]:
    """Tags of the table; those of repeating groups (overlays, curves) stand for themselves."""
    table = newest_table()
    lists = [value for name, value in vars(table).items() if name.endswith("_TAGS") and isinstance(value, list)]
    found = {(tag[0] << 16) | tag[1] for tag in itertools.chain(*lists)}
    further = ("PatientDeathDateInAlternativeCalendar", "PatientAlternativeCalendar")
    return sorted(found | {int(tag_for_keyword(name) or 0) for name in further})


class Planted:
    """Strings that no file of ours holds by chance, each used once."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._numbers = itertools.count(1)

    def of(self, kind: str) -> object | None:
        """A value of this kind (VR) that can be found again; None for kinds that hold only numbers."""
        number = next(self._numbers)
        if kind == "SQ":
            inner = Dataset()
            inner.add_new(0x00101000, "LO", self.kept(f"Nested{number:05d}Secret"))
            inner.add_new(0x00081030, "LO", self.kept(f"Deep{number:05d}Secret"))
            return Sequence([inner])
        if kind == "UI":
            return self.kept(f"1.2.826.0.99999.{number}.777")
        dates = {"DA": f"178.{number:06d}", "DT": f"1789{number:06d}1213", "TM": f"2359.{number:06d}"}
        if kind in dates:
            return self.kept(dates[kind])
        if kind in ("IS", "DS"):
            return self.kept(f"99{number:010d}")
        if kind in BYTES:
            return self.kept(f"Bytes{number:05d}Secrets!").encode()
        if kind in TEXT:
            word = self.kept(f"Planted{number:05d}")
            return word.upper() if kind == "CS" else word
        return None

    def kept(self, word: str) -> str:
        self.words.append(word)
        return word


def plant(into: Dataset, planted: Planted) -> None:
    """Everything of Annex E into one dataset, whatever it says already."""
    for tag in annex_e():
        if tag >> 16 in (0x5000, 0x6000) or tag == 0x7FE00010 or tag >> 16 <= 2:
            continue
        try:
            kind = dictionary_VR(tag)
        except KeyError:
            continue
        value = planted.of(kind)
        if value is not None:
            into.add_new(tag, kind.partition(" or ")[0], value)


def scan(pixels: np.ndarray, seed: int, patient: str, planted: Planted, full: bool = True) -> bytes:
    """A slice of a patient, with identifiers at the top, in nested sequences, private tags, overlays and curves.

    ``pixels`` (32, 32): overlays are of that size. Without ``full`` it only says whose it is, and in a private tag.
    """
    made = dataset(pixels)
    if full:
        _plant_everywhere(made, seed, planted)
    made.add_new(0x00110010, "LO", "A MAKER")
    for element, word in ((0x1001, "PrivateSecret"), (0x1002, "PrivateName")):
        made.add_new((0x0011, element), "LO", planted.kept(f"{word}{seed}"))
    made.PatientID = planted.kept(f"Patient{patient}Secret")
    made.PatientName = planted.kept(f"Secret^{patient}{seed}")
    made.StudyInstanceUID = planted.kept(f"1.2.826.0.88888.{ord(patient)}.{seed}")
    made.preamble = planted.kept(f"PreambleSecret{seed:04d}").encode().ljust(128, b"\0")
    return content(made)


def _plant_everywhere(made: Dataset, seed: int, planted: Planted) -> None:
    outer, inner, private = Dataset(), Dataset(), Dataset()
    for one in (made, outer, inner, private):
        plant(one, planted)
    outer.RequestAttributesSequence = Sequence([inner])
    made.ReferencedStudySequence = Sequence([outer])
    made.add_new(0x00111003, "SQ", Sequence([private]))
    for element, kind, value in (
        (0x0010, "US", 32),
        (0x0011, "US", 32),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", planted.kept(f"OverlaySecret{seed:03d}").encode().ljust(128, b"\0")),
        (0x4000, "LT", planted.kept(f"OverlayComment{seed:03d}")),
    ):
        made.add_new((0x6000, element), kind, value)
    made.add_new(0x50003000, "OW", planted.kept(f"CurveSecret{seed:05d}").encode().ljust(64, b"\0"))


def zipped(path: Path, scans: Iterable[tuple[str, np.ndarray, str]], every: int = 1) -> list[str]:
    """Write a zip of scans (class, pixels, patient), names of files planted too; returns all that must not be found.

    One scan in ``every`` is full of identifiers; the others only say whose they are. Raises AssertionError where the
    files did not take what was planted.
    """
    planted = Planted()
    before = config.settings.writing_validation_mode
    config.settings.writing_validation_mode = config.IGNORE  # strings that can be found are no dates
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for seed, (label, pixels, patient) in enumerate(scans):
                name = planted.kept(f"FileSecret{patient}{seed:03d}")
                target.writestr(f"{label}/{name}", scan(pixels, seed, patient, planted, seed % every == 0))
    finally:
        config.settings.writing_validation_mode = before
    with zipfile.ZipFile(path) as source:
        whole = b"".join(name.encode() + source.read(name) for name in source.namelist()).lower()
    words = [word for word in planted.words if word.lower().encode() in whole]  # some were planted over
    assert len(words) > 0.95 * len(planted.words)
    return words
