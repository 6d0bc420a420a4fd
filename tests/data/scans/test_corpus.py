"""pydicom's own collection of odd files, as they are and bent: no child dies, and refusals are sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydicom import data as pydicom_data

from tests.data.conftest import IMAGES
from tl_core.data.limited import run_each
from tl_core.data.refused import Refused
from tl_core.words import say

FILES = Path(pydicom_data.__file__).parent / "test_files"
MUTATED = 1500
LARGEST = 400_000  # bytes: bending is about structure, and large files have no other
PIXELS = b"\xe0\x7f\x10\x00"  # the tag of pixels
DIED = {"refusals.crashed", "refusals.too_slow", "refusals.too_much_memory"}


def every_file() -> list[Path]:
    return sorted(path for path in FILES.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def read(paths: Iterator[Path] | list[Path], folder: Path) -> list[dict | Refused]:
    fixed = {"samples": str(folder), "thumbnails": str(folder), "scan": None}
    return list(run_each(IMAGES.function, ({"path": str(path), **fixed} for path in paths)))


def reasons(answers: list[dict | Refused]) -> Counter[str]:
    """Why files were refused, each in a sentence."""
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    for one in refused:
        sentence = say(one.reason, **one.values)
        assert sentence[0].isupper()
        assert sentence[-1] == "."
    return Counter(one.reason for one in refused)


def test_as_they_are(tmp_path: Path) -> None:
    paths = every_file()
    assert len(paths) == 176
    answers = read(paths, tmp_path)
    told = reasons(answers)
    assert not DIED & set(told), told
    assert "refusals.unreadable" not in told, told
    assert sum(isinstance(answer, dict) for answer in answers) >= 88  # the others hold no pixels, but for seven


def bent(folder: Path) -> Iterator[Path]:
    """Bytes changed, runs repeated or cut out, ends torn off; half of it near the start, where the structure is.

    Nearly all of files with pixels, so that decoders see much of it.
    """
    found = [path.read_bytes() for path in every_file() if 200 < path.stat().st_size < LARGEST]
    pictures = [content for content in found if PIXELS in content]
    sources = pictures + [content for content in found if PIXELS not in content][: len(pictures) // 9]
    rng = np.random.default_rng(0)
    for number in range(MUTATED):
        content = bytearray(sources[number % len(sources)])
        for _ in range(int(rng.integers(1, 4))):
            reach = len(content) if rng.random() < 0.5 else min(len(content), 3000)
            at = int(rng.integers(132 if reach > 200 else 0, reach))
            length = int(rng.integers(1, 40))
            match rng.integers(5):
                case 0 | 1:
                    content[at] = int(rng.integers(256))
                case 2:
                    content[at : at + length] = b""
                case 3:
                    content[at:at] = content[at : at + length]
                case _:
                    content[at : at + 4] = rng.integers(0, 256, 4, dtype=np.uint8).tobytes()
        if rng.random() < 0.1:
            del content[int(rng.integers(140, len(content))) :]
        path = folder / f"{number}"
        path.write_bytes(content)
        yield path


@pytest.mark.fault
def test_bent(tmp_path: Path) -> None:
    (tmp_path / "bent").mkdir()
    (tmp_path / "read").mkdir()
    answers = read(bent(tmp_path / "bent"), tmp_path / "read")
    assert len(answers) == MUTATED
    told = reasons(answers)
    assert not DIED & set(told), told
