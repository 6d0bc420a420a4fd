"""Writing burned into pictures is suspected where it is, and seldom where it is not; nothing of it is stored unseen."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from tests.data.conftest import IMAGES, make_doors, zipped
from tests.data.scans.made import dicom, noise
from tl_core.data.doors import Doors
from tl_core.data.intake import Undecided, collect
from tl_core.data.refused import Refused
from tl_core.data.scans.veil import black_out, merged
from tl_core.data.scans.writing import find_writing
from tl_core.domain.excited import Box
from tl_core.domain.plan import IntakePlan
from tl_core.modalities.image import reading

WORDS = ["DOE^JANE", "SMITH, JOHN", "1962-04-17", "ID 4711-22", "Acc: A99182", "12.03.2019 14:05", "M 057Y"]


def background(seed: int, size: int = 320) -> np.ndarray:
    """Smooth shapes with a little noise, as in a body."""
    rng = np.random.default_rng(seed)
    field = ndimage.gaussian_filter(rng.standard_normal((size, size)), 12)
    field = 40 + 130 * (field - field.min()) / np.ptp(field) + rng.normal(0, 4, (size, size))
    return np.clip(field, 0, 255).astype(np.uint8)


def written(seed: int, size: int = 16, fill: int = 255) -> tuple[np.ndarray, tuple[float, ...]]:
    """A picture with words on it, and where they are, in shares."""
    image = Image.fromarray(background(seed))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    place = (10, 280 if seed % 2 else 8)
    draw.text(place, WORDS[seed % len(WORDS)], font=font, fill=fill)
    box = draw.textbbox(place, WORDS[seed % len(WORDS)], font=font)
    return np.asarray(image), tuple(side / 320 for side in box)


@pytest.mark.parametrize("size", [12, 16, 24, 32])
def test_it_is_found_and_covered(size: int) -> None:
    found = 0
    for seed in range(20):
        pixels, (left, top, right, bottom) = written(seed, size)
        covering = [
            box
            for box in find_writing(pixels)
            if box[0] <= left + 0.02 and box[1] <= top + 0.02 and box[2] >= right - 0.02 and box[3] >= bottom - 0.02
        ]
        found += bool(covering)
    assert found >= 18


def test_dark_and_coloured_writing() -> None:
    pixels, _ = written(3, 16, fill=0)
    assert find_writing(pixels)
    coloured = np.repeat(background(1)[..., None] // 3, 3, axis=2)
    image = Image.fromarray(coloured)
    ImageDraw.Draw(image).text((10, 10), "DOE^JANE 1962", font=ImageFont.load_default(16), fill=(255, 255, 0))
    assert find_writing(np.asarray(image))


def test_bodies_and_noise_are_no_writing() -> None:
    suspected = sum(bool(find_writing(background(seed))) for seed in range(40))
    rough = [np.random.default_rng(n).integers(0, 256, (200, 200)).astype(np.uint8) for n in range(10)]
    assert suspected + sum(bool(find_writing(one)) for one in rough) <= 1
    assert find_writing(np.zeros((8, 8), np.uint8)) == []


def test_boxes_that_overlap_are_one() -> None:
    boxes = [[0.0, 0.0, 0.2, 0.2], [0.5, 0.5, 0.6, 0.6], [0.1, 0.1, 0.3, 0.3], [0.25, 0.0, 0.4, 0.15]]
    assert merged(boxes) == [[0.0, 0.0, 0.4, 0.3], [0.5, 0.5, 0.6, 0.6]]


def test_blacked_out_whole() -> None:
    picture = Image.new("L", (10, 10), 255)
    black_out(picture, [(0.25, 0.0, 0.5, 0.45)])
    seen = np.asarray(picture)
    assert seen[:5, 2:6].max() == 0
    assert seen[:, :2].min() == 255


def exported(seed: int, words: bool) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(written(seed)[0] if words else background(seed)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    """Two clean pictures, two with a name, and a scan that says so itself."""
    files = {
        "a/clean.png": exported(1, words=False),
        "b/clean.png": exported(2, words=False),
        "a/Doe.png": exported(3, words=True),
        "b/Roe.png": exported(4, words=True),
        "b/said": dicom(noise(1), BurnedInAnnotation="YES"),
    }
    return zipped(tmp_path / "z.zip", files)


def taken(path: Path, doors: Doors, **options: object):
    return collect(IntakePlan(project="p", modality="image", paths=[str(path)], **options), IMAGES, doors)


def reviewed(folder: Path) -> Doors:
    """The doors of a scans project whose person can be asked."""
    doors = make_doors(folder, secret=b"1")
    (folder / "review").mkdir()
    return Doors(**{**vars(doors), "review": folder / "review"})


def test_nothing_is_stored_before_somebody_looked(tmp_path: Path, upload: Path) -> None:
    doors = reviewed(tmp_path / "doors")
    with pytest.raises(Undecided) as undecided:
        taken(upload, doors)
    assert list(doors.samples.iterdir()) == list(doors.thumbnails.iterdir()) == []
    suspects = undecided.value.suspects
    assert len(suspects) == 3
    assert len([one for one in suspects if not one.boxes]) == 1
    assert {one.preview for one in suspects} == {path.name for path in (tmp_path / "doors" / "review").iterdir()}
    assert not any("oe" in one.code for one in suspects)


def test_masks_are_painted_before_anything_is_written(tmp_path: Path, upload: Path) -> None:
    with pytest.raises(Undecided) as undecided:
        taken(upload, reviewed(tmp_path / "1"))
    one, other, said = sorted(undecided.value.suspects, key=lambda one: -len(one.boxes))
    everything = Box(left=0, top=0, right=1, bottom=0.5)
    masks = {one.code: [everything], other.code: [], said.code: None}
    doors = reviewed(tmp_path / "2")
    dataset = taken(upload, doors, masks=masks)
    assert len(dataset.samples) == 4
    assert [refusal.reason for refusal in dataset.refusals] == ["refusals.scan_left_out"]
    black = 0
    for sample in dataset.samples:
        seen = np.asarray(Image.open(doors.samples / str(sample.file)))
        black += seen[: len(seen) // 2].max() == 0
        small = np.asarray(Image.open(doors.thumbnails / f"{sample.id}.webp").convert("L"))
        assert (small[: len(small) // 2 - 2].max() < 20) == (seen[: len(seen) // 2].max() == 0)
    assert black == 1


def test_where_nobody_can_be_asked_it_stays_outside(tmp_path: Path, upload: Path) -> None:
    dataset = taken(upload, make_doors(tmp_path / "private", secret=b"1"))
    assert len(dataset.samples) == 2
    assert {refusal.reason for refusal in dataset.refusals} == {"refusals.scan_writing"}
    photos = taken(upload, make_doors(tmp_path / "photos"))  # only files that are scans are looked at
    assert len(photos.samples) == 4


def test_who_is_asked_nothing_is_shown_nothing(tmp_path: Path) -> None:
    """Answering a batch keeps nothing, so nothing is looked for."""
    (tmp_path / "p.png").write_bytes(exported(3, words=True))
    item = {"path": str(tmp_path / "p.png"), "samples": str(tmp_path), "thumbnails": None}
    assert "suspected" not in reading.read(item)
    assert reading.read({**item, "look": "all"})["preview"] is None
    with pytest.raises(Refused) as refused:
        reading.read({**item, "masks": None})
    assert refused.value.reason == "refusals.scan_left_out"
