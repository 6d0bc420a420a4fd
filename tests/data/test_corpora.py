"""Pillow's and chardet's own collections of odd files, through the real way in: nobody dies, refusals are sentences."""

from __future__ import annotations

import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.data.conftest import IMAGES, TEXTS
from tl_core.data.doors import Doors
from tl_core.data.intake import collect
from tl_core.data.limited import run_each
from tl_core.data.packages import fetch_package
from tl_core.data.refused import Refused
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import IntakePlan
from tl_core.store.home import Home
from tl_core.words import say

pytestmark = pytest.mark.weights

PILLOW = ("pillow==13.0.0", "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510")
CHARDET = ("chardet==5.2.0", "1b3b6ff479a8c414bc3fa2c0852995695c4a026dcd6d0633b2dd092ca39c1cf7")
BROUGHT_DOWN = {"refusals.crashed", "refusals.too_slow", "refusals.too_much_memory", "refusals.unreadable"}


def files_of(package: Path, folder: str) -> dict[str, bytes]:
    """Name -> content of the files below a folder of a source archive."""
    found = {}
    with tarfile.open(package) as archive:
        for member in archive:
            _, _, name = member.name.partition(f"/{folder}/")
            file = archive.extractfile(member) if name and member.isfile() else None
            if file:
                found[name] = file.read()
    return found


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    """Two classes, by turns."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, content) in enumerate(files.items()):
            archive.writestr(f"{'ab'[number % 2]}/{number:04d} {name.replace('/', ' ')}", content)
    return path


def all_accounted_for(dataset: Dataset, received: int) -> Counter[str]:
    """Every item is a sample or has a sentence; the reasons counted."""
    left_out = [refusal for refusal in dataset.refusals if not refusal.kept]
    assert dataset.received == received == len(dataset.samples) + len(left_out)
    for refusal in dataset.refusals:
        sentence = say(refusal.reason, **refusal.values)
        assert sentence[0].isupper()
        assert sentence[-1] == "."
    return Counter(refusal.reason for refusal in left_out)


def test_pillows_images(stock: Home, tmp_path: Path, doors: Doors) -> None:
    files = files_of(fetch_package(stock, *PILLOW), "Tests/images")
    assert len(files) == 1060
    plan = IntakePlan(project="p", modality="image", paths=[str(zip_of(tmp_path / "z.zip", files))])
    dataset = collect(plan, IMAGES, doors)
    reasons = all_accounted_for(dataset, received=1060)
    assert len(dataset.samples) > 450
    assert reasons["refusals.too_many_pixels"] >= 4
    assert not BROUGHT_DOWN & set(reasons), reasons


def test_chardets_texts(stock: Home, tmp_path: Path, doors: Doors) -> None:
    files = files_of(fetch_package(stock, *CHARDET), "tests")
    files = {name: content for name, content in files.items() if "/" in name}
    assert len(files) == 425
    plain = {f"{name}.txt": content for name, content in files.items()}
    plan = IntakePlan(project="p", modality="text", paths=[str(zip_of(tmp_path / "z.zip", plain))])
    dataset = collect(plan, TEXTS, doors)
    reasons = all_accounted_for(dataset, received=425)
    assert len(dataset.samples) > 380  # some are one text in several encodings
    assert not BROUGHT_DOWN & set(reasons), reasons
    assert len(dataset.languages) > 15


def test_chardets_encodings_are_guessed(stock: Home, tmp_path: Path) -> None:
    from tl_core.data.encodings import LOOKED_AT, guess

    right = total = 0
    for name, content in files_of(fetch_package(stock, *CHARDET), "tests").items():
        encoding = encoding_of(name)
        if encoding:
            total += 1
            right += content.decode(guess(content[:LOOKED_AT]), "replace") == content.decode(encoding, "replace")
    assert total >= 420
    assert right / total > 0.94


def encoding_of(name: str) -> str | None:
    """The folder says it, with a language after some: "iso-8859-2-czech"."""
    folder = name.rpartition("/")[0].lower()
    known = {"maccyrillic": "mac_cyrillic", "macroman": "mac_roman", "euc-tw": ""}
    for candidate in (known.get(folder, folder), folder.rpartition("-")[0]):
        try:
            "".encode(candidate)
        except LookupError:
            continue
        return candidate or None
    return None


def test_every_text_as_a_table(stock: Home, tmp_path: Path) -> None:
    items = []
    for number, content in enumerate(files_of(fetch_package(stock, *CHARDET), "tests").values()):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(content)
        items.append({"path": str(path), "name": path.name})
    for answer in run_each("tl_core.data.tables:inspect", items):
        if isinstance(answer, Refused):
            assert answer.reason not in BROUGHT_DOWN
            assert say(answer.reason, **answer.values)
        else:
            assert answer["columns"]["encoding"]
