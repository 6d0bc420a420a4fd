"""Copies of a picture are found whatever became of them; different things are no copies."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from tests.modalities.altered import ALTERED, details
from tl_core import modalities
from tl_core.domain.dataset import ClassTarget, Sample
from tl_core.modalities.image.alike import alike
from tl_core.modalities.image.place import PLACES, refined, seen
from tl_core.modalities.image.sketch import sketch
from tl_core.modalities.image.small import Small, laid
from tl_core.modalities.look import COPY
from tl_core.store.home import Home


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return details()


@pytest.mark.parametrize("way", ALTERED)
def test_copies_are_found(pictures: list[Image.Image], way: str) -> None:
    rng = np.random.default_rng(1)
    found = [alike(Small.of(one), Small.of(ALTERED[way](one, rng))) for one in pictures]
    assert np.mean(np.array(found) > COPY) >= 0.9, np.round(found, 2)


def test_it_does_not_matter_which_is_the_copy(pictures: list[Image.Image]) -> None:
    rng = np.random.default_rng(2)
    for one in pictures[:6]:
        whole, part = Small.of(one), Small.of(ALTERED["cropped"](one, rng))
        assert alike(whole, part) == pytest.approx(alike(part, whole), abs=0.03)


def test_different_pictures_are_no_copies(pictures: list[Image.Image]) -> None:
    smalls = [Small.of(one) for one in pictures]
    found = [alike(one, other) for k, one in enumerate(smalls) for other in smalls[k + 1 :]]
    assert max(found) < 0.8


def test_frames_in_which_a_thing_moved_are_no_copies(pictures: list[Image.Image]) -> None:
    scene, thing = pictures[0].resize((240, 240)), pictures[-1].resize((70, 70))
    frames = []
    for left in (10, 120):
        frame = scene.copy()
        frame.paste(thing, (left, 90))
        frames.append(Small.of(frame))
    assert alike(*frames) < COPY


@pytest.mark.parametrize("seed", range(6))
def test_two_things_of_one_outline_on_a_plain_ground_are_no_copies(seed: int) -> None:
    """As slices of a head: what they share is the black around them."""
    rng = np.random.default_rng(seed)
    below, right = np.mgrid[-1:1:256j, -1:1:256j]
    outline = (below / 0.5) ** 2 + (right / 0.45) ** 2 < 1
    drawn = []
    for _ in range(2):
        folds = gaussian_filter(rng.normal(size=outline.shape), 5)
        drawn.append(
            Image.fromarray(np.where(outline, 190 + 20 * folds / folds.std(), 0).clip(0, 255).astype(np.uint8))
        )
    one, other = (Small.of(picture) for picture in drawn)
    assert alike(one, other) < COPY
    assert alike(one, Small.of(ALTERED["recompressed"](drawn[0], rng))) > COPY


def test_a_mirrored_picture_is_a_copy_within_its_class_alone(home: Home, pictures: list[Image.Image]) -> None:
    """Else b would be d, in the wrong class."""
    modality, letter = modalities.get("image"), pictures[1]
    for name, picture in (("b", letter), ("d", ALTERED["mirrored"](letter, np.random.default_rng(0)))):
        picture.save(home.samples("p") / f"{name}.png")
    b, d = (Sample(id=name, source=name, file=f"{name}.png", target=ClassTarget(label=name)) for name in "bd")
    assert modality.alike(home, "p", b, d) < COPY
    assert modality.alike(home, "p", b, d.model_copy(update={"target": b.target})) > COPY


def test_pictures_that_show_nothing_are_copies_of_their_like_alone(pictures: list[Image.Image]) -> None:
    black, grey = (Small.of(Image.new("L", (90, 60), level)) for level in (0, 128))
    assert alike(black, Small.of(Image.new("RGB", (60, 60)))) == 1
    assert alike(black, grey) == 0
    assert alike(black, Small.of(pictures[0])) == 0


def test_a_strip_is_no_copy_of_the_whole(pictures: list[Image.Image]) -> None:
    whole = pictures[0]
    assert alike(Small.of(whole), Small.of(whole.crop((0, 0, whole.width, whole.height // 2)))) == 0


def test_a_place_is_found_to_a_fraction_of_a_pixel(pictures: list[Image.Image]) -> None:
    square = Small.of(pictures[3]).fine
    place = np.array([[0.013, 0.041], [0.951, 0.937]])
    part, inside = seen(square, place)
    assert inside.all()
    found = refined(square, part, PLACES[0], steps=12)
    assert np.abs(found - place).max() * len(square) < 0.1


def test_eight_ways_to_lay_a_square_are_eight() -> None:
    square = np.arange(9).reshape(3, 3)
    ways = [laid(square, way) for way in range(8)]
    assert np.array_equal(ways[0], square)
    assert len({way.tobytes() for way in map(np.ascontiguousarray, ways)}) == 8


def test_a_picture_lies_near_a_view_in_the_sketch_of_its_copy(pictures: list[Image.Image]) -> None:
    """Nearer than to those of the other pictures."""
    rng = np.random.default_rng(3)
    sketches = np.stack([sketch(Small.of(one)) for one in pictures])
    for way in ("cropped", "all_at_once", "mirrored", "turned"):
        copies = np.stack([sketch(Small.of(ALTERED[way](one, rng))) for one in pictures])
        fits = np.maximum(
            np.einsum("cn,ovn->cov", copies[:, 0], sketches).max(2),
            np.einsum("cvn,on->cov", copies, sketches[:, 0]).max(2),
        )
        assert np.mean(fits.argmax(1) == np.arange(len(pictures))) >= 0.95
        assert np.diag(fits).min() > 0.8
