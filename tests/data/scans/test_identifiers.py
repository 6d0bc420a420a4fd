"""Identifiers stay at the door: every attribute of PS3.15, Annex E is planted, and nothing of it is found later."""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest
from dicomanonymizer import dicom_anonymization_databases
from PIL import Image
from pydicom import config
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.data.scans.made import content, dataset, noise
from tl_core.cli import main
from tl_core.domain.plan import IntakePlan
from tl_core.jobs.perform import perform
from tl_core.store import runs
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, read_project

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR:UserWarning")
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
            inner.add_new(0x00101000, "LO", self._kept(f"Nested{number:05d}Secret"))
            inner.add_new(0x00081030, "LO", self._kept(f"Deep{number:05d}Secret"))
            return Sequence([inner])
        if kind == "UI":
            return self._kept(f"1.2.826.0.99999.{number}.777")
        dates = {"DA": f"178.{number:06d}", "DT": f"1789{number:06d}1213", "TM": f"2359.{number:06d}"}
        if kind in dates:
            return self._kept(dates[kind])
        if kind in ("IS", "DS"):
            return self._kept(f"99{number:010d}")
        if kind in BYTES:
            return self._kept(f"Bytes{number:05d}Secrets!").encode()
        if kind in TEXT:
            word = self._kept(f"Planted{number:05d}")
            return word.upper() if kind == "CS" else word
        return None

    def _kept(self, word: str) -> str:
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


def scan(seed: int, patient: str, planted: Planted) -> bytes:
    """A slice of a patient, with identifiers at the top, in nested sequences, private tags, overlays and curves."""
    made = dataset(noise(seed))
    plant(made, planted)
    outer, inner = Dataset(), Dataset()
    plant(outer, planted)
    plant(inner, planted)
    outer.RequestAttributesSequence = Sequence([inner])
    made.ReferencedStudySequence = Sequence([outer])
    made.add_new(0x00110010, "LO", "A MAKER")
    for element, word in ((0x1001, "PrivateSecret"), (0x1002, "PrivateName")):
        made.add_new((0x0011, element), "LO", planted._kept(f"{word}{seed}"))
    private = Dataset()
    plant(private, planted)
    made.add_new(0x00111003, "SQ", Sequence([private]))
    made.add_new(0x60000010, "US", 32)
    made.add_new(0x60000011, "US", 32)
    made.add_new(0x60000040, "CS", "G")
    made.add_new(0x60000050, "SS", [1, 1])
    made.add_new(0x60000100, "US", 1)
    made.add_new(0x60000102, "US", 0)
    made.add_new(0x60003000, "OW", planted._kept(f"OverlaySecret{seed:03d}").encode().ljust(128, b"\0"))
    made.add_new(0x60004000, "LT", planted._kept(f"OverlayComment{seed:03d}"))
    made.add_new(0x50003000, "OW", planted._kept(f"CurveSecret{seed:05d}").encode().ljust(64, b"\0"))
    made.PatientID = planted._kept(f"Patient{patient}Secret")
    made.PatientName = planted._kept(f"Secret^{patient}{seed}")
    made.StudyInstanceUID = planted._kept(f"1.2.826.0.88888.{ord(patient)}.{seed}")
    made.preamble = f"PreambleSecret{seed:04d}".encode().ljust(128, b"\0")
    planted.words.append(f"PreambleSecret{seed:04d}")
    return content(made)


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A zip of two classes and three patients, and all that must not be found."""
    config.settings.writing_validation_mode = config.IGNORE  # strings that can be found are no dates
    planted = Planted()
    path = tmp_path_factory.mktemp("planted") / "scans.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for seed in range(6):
            patient = "ABC"[seed // 2]
            name = planted._kept(f"FileSecret{patient}{seed}")
            archive.writestr(f"{'left' if seed % 2 else 'right'}/{name}", scan(seed, patient, planted))
    config.settings.writing_validation_mode = None
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(name.encode() + archive.read(name) for name in archive.namelist()).lower()
    words = [word for word in planted.words if word.lower().encode() in whole]  # some were planted over
    assert len(words) > 0.95 * len(planted.words) > 2000
    return path, words


def everything_below(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path, path.name.encode() + path.read_bytes()


def found(folder: Path, words: list[str]) -> list[str]:
    """Which of the words are anywhere below: in names or in contents, in any case and both usual encodings."""
    seen = []
    for path, kept in everything_below(folder):
        lowered = kept.lower()
        for word in words:
            if word.lower().encode() in lowered or word.encode("utf-16-le") in kept:
                seen.append(f"{word} in {path.name}")
    return seen


@pytest.mark.parametrize("purpose", ["scans", "photos"])
def test_nothing_planted_is_kept(home: Home, upload: tuple[Path, list[str]], purpose: str) -> None:
    path, words = upload
    project = create_project(home, "planted", purpose)  # type: ignore[arg-type]
    inbox = home.inbox / "token"
    inbox.mkdir()
    (inbox / "scans.zip").write_bytes(path.read_bytes())
    folder = runs.create_run(home, IntakePlan(project=project.id, modality="image", paths=[str(inbox)]))
    assert perform(folder).state == "done", folder.log_path.read_text()
    stored = load_dataset(home, project.id, str(read_project(home, project.id).dataset))
    assert stored.counts() == {"left": 3, "right": 3}
    assert sorted(Groups(stored).sizes()) == [2, 2, 2]
    assert found(home.path, words) == []
    for sample in stored.samples:
        with Image.open(home.samples(project.id) / str(sample.file)) as image:
            assert set(image.info) <= {"dpi"}


class Groups:
    def __init__(self, stored) -> None:
        self._groups = [sample.group for sample in stored.samples]

    def sizes(self) -> list[int]:
        return [self._groups.count(group) for group in set(self._groups)]


def test_the_command_line_names_nobody_either(
    home: Home, upload: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    path, words = upload
    assert main(["check", "--modality", "image", "--data", str(path), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out.splitlines()[-1])["samples"] == 6
    assert [word for word in words if word.lower() in (told.out + told.err).lower()] == []
    assert found(home.path, words) == []
