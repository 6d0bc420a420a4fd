"""Uploads as people and strangers make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tl_core.data.doors import Doors
from tl_core.data.intake import Reading
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.event import Event

IMAGES = Reading("tl_core.modalities.image.reading:read", accepts_tables=False, accepts_lists=True)
TEXTS = Reading("tl_core.modalities.text.reading:read", accepts_tables=True)


def picture(seed: int = 0, size: tuple[int, int] = (40, 30), kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A small picture of noise: another one for every seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(stream, kind)
    return stream.getvalue()


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def two_classes(count: int = 3, above: str = "") -> dict[str, bytes]:
    """``count`` pictures of cats and as many of dogs."""
    return {
        f"{above}{label}/{number}.png": picture(seed=1000 * k + number)
        for k, label in enumerate(("cats", "dogs"))
        for number in range(count)
    }


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Fresh folders for one intake; events are dropped."""
    return make_doors(tmp_path / "doors")


def make_doors(
    root: Path,
    tell: Callable[[Event], None] = lambda event: None,
    stop: Callable[[], bool] = lambda: False,
    secret: bytes | None = None,
) -> Doors:
    folders = {name: root / name for name in ("samples", "thumbnails", "work")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    return Doors(**folders, secret=secret or b"of this home", private=secret is not None, tell=tell, stop=stop)


def dataset_of(labels: list[str], groups: list[str | None] | None = None, given: list[bool] | None = None) -> Dataset:
    """Texts that say nothing, with these labels and groups."""
    samples = [
        Sample(
            id=f"{number:016x}",
            source=f"row {number}",
            target=ClassTarget(label=label),
            group=groups[number] if groups else None,
            given_test=bool(given and given[number]),
            text=f"text {number}",
        )
        for number, label in enumerate(labels)
    ]
    return Dataset(id="", modality="text", classes=sorted(set(labels)), samples=samples, received=len(samples))
