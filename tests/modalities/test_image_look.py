"""What is to be seen of a picture without a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from tests.modalities.altered import details
from tl_core import modalities
from tl_core.domain.dataset import Sample
from tl_core.modalities.image import reading
from tl_core.modalities.image.look import look
from tl_core.modalities.look import Look
from tl_core.store.home import Home

PLAIN = Sample(id="a", source="a")


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return details()[0].resize((256, 192), Image.Resampling.BICUBIC)


def traits(picture: Image.Image, sample: Sample = PLAIN) -> dict[str, float]:
    return look(picture.convert("RGB"), sample).traits


def test_light_is_seen(photo: Image.Image) -> None:
    plain, dark, dull = (
        traits(one)
        for one in (photo, ImageEnhance.Brightness(photo).enhance(0.3), ImageEnhance.Contrast(photo).enhance(0.3))
    )
    assert dark["brightness"] == pytest.approx(0.3 * plain["brightness"], abs=0.02)
    assert dark["lightest"] == pytest.approx(0.3 * plain["lightest"], abs=0.02)
    assert dull["contrast"] == pytest.approx(0.3 * plain["contrast"], abs=0.02)
    assert dull["darkest"] > plain["darkest"]


def test_sharpness_falls_with_blur_and_with_nothing_else(photo: Image.Image) -> None:
    blurred = [traits(photo.filter(ImageFilter.GaussianBlur(radius)))["sharpness"] for radius in (0, 1, 2, 4)]
    assert blurred == sorted(blurred, reverse=True)
    assert blurred[3] < 0.6 * blurred[0]
    assert traits(ImageEnhance.Contrast(photo).enhance(0.5))["sharpness"] == pytest.approx(blurred[0], abs=0.05)


def test_stripes_are_sharp() -> None:
    """Along them nothing changes, which is no blur."""
    stripes = np.tile(np.repeat([0, 255], 8).astype(np.uint8), (128, 16))
    assert traits(Image.fromarray(stripes))["sharpness"] > 0.5


def test_a_border_is_seen(photo: Image.Image) -> None:
    framed = photo.copy()
    framed.paste(0, (0, 0, framed.width, 6))
    black = traits(framed)["border_black"] - traits(photo)["border_black"]
    assert black > 0.2
    red = Image.new("RGB", (framed.width + 12, framed.height + 12), (200, 30, 30))
    red.paste(photo, (6, 6))
    assert traits(red)["border_contrast"] < 0.02 < traits(photo)["border_contrast"]


def test_colours_are_seen(photo: Image.Image) -> None:
    assert traits(photo.convert("L"))["colourfulness"] == 0
    assert traits(photo)["colourfulness"] > 10


def test_only_what_is_of_one_colour_is_blank(photo: Image.Image) -> None:
    noise = np.random.default_rng(0).normal(100, 1, (128, 128, 3)).round().astype(np.uint8)
    dot = Image.new("RGB", (128, 128), "white")
    dot.paste("black", (60, 60, 68, 68))
    flaws = [look(one, PLAIN).flaws for one in (Image.fromarray(noise), Image.new("RGB", (64, 64)), dot, photo)]
    assert flaws == [["blank"], ["blank"], [], []]


def test_a_thousand_pixels_are_judged_by_what_is_stored() -> None:
    picture = Image.new("RGB", (256, 128))
    seen = traits(picture, Sample(id="a", source="a", traits={"width": 4096, "height": 2048, "bytes": 1024 * 512}))
    assert (seen["width"], seen["height"], seen["aspect"]) == (4096, 2048, 2)
    assert seen["bytes_per_pixel"] == pytest.approx(1)


@pytest.mark.parametrize("thumbnail", [True, False])
def test_of_a_projects_sample(home: Home, tmp_path: Path, photo: Image.Image, thumbnail: bool) -> None:
    """Its thumbnail is enough; without one it is made from the file."""
    seen = taken(home, tmp_path, photo.convert("L"), "TIFF", thumbnail)
    assert seen.kinds == {"format": "TIFF", "mode": "grey", "orientation": "wide"}
    assert seen.traits["width"] == 256
    assert seen.traits["brightness"] == pytest.approx(traits(photo)["brightness"], abs=0.02)


def test_formats_and_colours_are_written_down(home: Home, tmp_path: Path, photo: Image.Image) -> None:
    assert taken(home, tmp_path, photo.rotate(90, expand=True), "BMP").kinds == {
        "format": "BMP",
        "mode": "colour",
        "orientation": "high",
    }


def test_older_data_know_neither(photo: Image.Image) -> None:
    assert look(photo.convert("L").convert("RGB"), PLAIN).kinds == {"format": "", "mode": "grey", "orientation": "wide"}
    assert look(photo, PLAIN).kinds["mode"] == "colour"


def taken(home: Home, tmp_path: Path, picture: Image.Image, kind: str, thumbnail: bool = True) -> Look:
    """The look of a picture that came in as a file."""
    picture.save(tmp_path / "picture", kind)
    folders = {"samples": str(home.samples("p")), "thumbnails": str(home.thumbnails("p")) if thumbnail else None}
    answer = reading.read({"path": str(tmp_path / "picture"), **folders})
    sample = Sample(id=answer["id"], source="a", file=answer["file"], traits=answer["traits"])
    return modalities.get("image").look(home, "p", sample)
