"""From image files to tensors: the same way every time."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from pydantic import ValidationError

from tests.backbones import tiny
from tl_core import modalities
from tl_core.backbones.facts import draft
from tl_core.domain.card import BackboneCard, ImageInput
from tl_core.domain.dataset import Sample
from tl_core.domain.excited import Box
from tl_core.domain.fault import InputFault
from tl_core.modalities.augmentation import augmented
from tl_core.modalities.image.preprocess import DRAFT, open_image
from tl_core.store.home import Home

IMAGE = modalities.get("image")
AUGMENTATIONS = {one.name: one for one in IMAGE.augmentations()}


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """300 x 200, with structure at every scale and colours."""
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 256, (20, 30, 3), dtype=np.uint8))
    return small.resize((300, 200), Image.Resampling.BICUBIC)


def card(**changes: object) -> BackboneCard:
    spec = {"size": 64, "resize": 80, "mean": (0.5, 0.4, 0.3), "std": (0.5, 0.25, 0.2), **changes}
    return draft("folder:x", "folder", ImageInput.model_validate(spec), size=1)


def test_crop_is_the_middle_and_normalised(photo: Image.Image) -> None:
    """Against the plain way: resize the shorter side, cut the middle out."""
    item = IMAGE.make_preprocessor(card(), {}, {})(photo)
    assert item.shape == (3, 64, 64)
    assert item.dtype == torch.float32
    middle = photo.resize((120, 80), Image.Resampling.BICUBIC).crop((28, 8, 92, 72))
    plain = torch.from_numpy(np.array(middle, dtype=np.float32) / 255).permute(2, 0, 1)
    plain = (plain - torch.tensor([0.5, 0.4, 0.3])[:, None, None]) / torch.tensor([0.5, 0.25, 0.2])[:, None, None]
    assert (item - plain).abs().max() < 0.05  # rounding to 8 bits comes at other moments


def test_whole_loses_nothing(photo: Image.Image) -> None:
    marked = photo.copy()
    marked.paste((255, 0, 0), (0, 0, 12, 200))  # a stripe at the edge, outside of the middle square
    for fit, sees in (("crop", False), ("whole", True)):
        prepare = IMAGE.make_preprocessor(card(), {}, {"fit": fit})
        assert torch.equal(prepare(marked), prepare(photo)) is not sees


def test_preprocessing_is_the_same_every_time(photo: Image.Image) -> None:
    prepare, again = (IMAGE.make_preprocessor(card(), {}, {}) for _ in range(2))
    assert torch.equal(prepare(photo), again(photo.copy()))


def test_small_and_odd_images_are_enlarged() -> None:
    prepare = IMAGE.make_preprocessor(card(), {}, {})
    for size in ((1, 1), (3, 500), (500, 2), (64, 64)):
        item = prepare(Image.new("RGB", size, "white"))
        assert item.shape == (3, 64, 64)
        torch.testing.assert_close(item[:, 0, 0], torch.tensor([1.0, 2.4, 3.5]))


def test_large_jpegs_are_decoded_small_and_greys_become_rgb(tmp_path: Path, photo: Image.Image) -> None:
    photo.resize((1500, 1000)).save(tmp_path / "large.jpg", quality=90)
    opened = open_image(tmp_path / "large.jpg")
    assert opened.mode == "RGB"
    assert DRAFT <= min(opened.size) < 1000
    photo.convert("L").save(tmp_path / "grey.png")
    assert open_image(tmp_path / "grey.png").mode == "RGB"


def test_a_projects_sample_is_loaded(home: Home, photo: Image.Image) -> None:
    photo.save(home.samples("p") / "a.png")
    raw = IMAGE.load_raw(home, "p", Sample(id="a", source="a.png", file="a.png"))
    assert np.array_equal(np.asarray(raw), np.asarray(photo))
    with pytest.raises(InputFault):
        IMAGE.load_raw(home, "p", Sample(id="b", source="b", text="a text"))


def test_items_make_a_batch_and_cost_the_same() -> None:
    items = [torch.zeros(3, 8, 8), torch.ones(3, 8, 8)]
    assert torch.equal(IMAGE.collate(items)["pixels"], torch.stack(items))
    assert [IMAGE.length(item) for item in items] == [1, 1]


def test_a_text_model_takes_no_images() -> None:
    with pytest.raises(InputFault):
        IMAGE.make_preprocessor(tiny.card("transformers bert"), {}, {})


@pytest.mark.parametrize("options", [{"fit": "stretch"}, {"size": 3}])
def test_strange_options_are_refused(options: dict) -> None:
    with pytest.raises(ValidationError):
        IMAGE.options.model_validate(options)


class TestAugmentations:
    @pytest.mark.parametrize("name", AUGMENTATIONS)
    def test_equal_generators_give_equal_copies(self, name: str, photo: Image.Image) -> None:
        before = np.asarray(photo).copy()
        one, other = (
            [np.asarray(AUGMENTATIONS[name].apply(photo, np.random.default_rng(seed))) for seed in range(6)]
            for _ in range(2)
        )
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
        assert len({copy.tobytes() for copy in one}) > 1
        assert np.array_equal(np.asarray(photo), before)  # the sample itself stays as it was

    @pytest.mark.parametrize("name", AUGMENTATIONS)
    @pytest.mark.parametrize("size", [(300, 200), (64, 64), (1, 1), (2, 90)])
    def test_size_and_mode_stay(self, name: str, size: tuple[int, int], photo: Image.Image) -> None:
        small = photo.resize(size)
        for seed in range(4):
            copy = AUGMENTATIONS[name].apply(small, np.random.default_rng(seed))
            assert (copy.size, copy.mode) == (size, "RGB")

    def test_a_tilt_leaves_no_empty_corner(self) -> None:
        white = Image.new("RGB", (300, 120), "white")
        for seed in range(20):
            assert np.asarray(AUGMENTATIONS["tilt"].apply(white, np.random.default_rng(seed))).min() == 255

    def test_on_scans_nothing_turns_mirrors_or_recolours(self) -> None:
        off = {name for name, one in AUGMENTATIONS.items() if "scans" in one.unsuitable}
        assert off == {"mirror", "quarter_turns", "colour"}
        assert all(AUGMENTATIONS[name].why for name in off)

    def test_grey_scans_stay_grey(self, photo: Image.Image) -> None:
        grey = photo.convert("L").convert("RGB")
        for one in AUGMENTATIONS.values():
            if "scans" not in one.unsuitable:
                copy = np.asarray(one.apply(grey, np.random.default_rng(3)), dtype=int)
                assert np.abs(np.diff(copy, axis=2)).max() <= 1

    def test_all_together(self, photo: Image.Image) -> None:
        copy = augmented(photo, IMAGE.augmentations(), np.random.default_rng(1))
        assert copy.size == photo.size
        assert not np.array_equal(np.asarray(copy), np.asarray(photo))


@pytest.mark.parametrize("fit", ["crop", "whole"])
@pytest.mark.parametrize("size", [(300, 200), (120, 260)])
def test_places_that_the_network_sees_are_found_in_the_picture(fit: str, size: tuple[int, int]) -> None:
    pictures = IMAGE.pictures()
    assert pictures is not None
    picture = Image.new("RGB", size, "black")
    middle = (round(size[0] * 0.45), round(size[1] * 0.55))
    picture.paste("white", (middle[0] - 5, middle[1] - 5, middle[0] + 5, middle[1] + 5))
    tensor = IMAGE.make_preprocessor(card(), {}, {"fit": fit})(picture)
    weight = (tensor[0] - tensor[0].min()).double()
    weight /= weight.sum()
    steps = (torch.arange(64) + 0.5) / 64
    across, down = float((weight.sum(0) * steps).sum()), float((weight.sum(1) * steps).sum())
    part = Box(left=across, top=down, right=across, bottom=down)
    box = pictures.seen(picture, card(), {"fit": fit}).within(part)
    assert box.left * size[0] == pytest.approx(middle[0], abs=1.0)
    assert box.top * size[1] == pytest.approx(middle[1], abs=1.0)


def test_a_patch_is_what_is_there(photo: Image.Image) -> None:
    pictures = IMAGE.pictures()
    assert pictures is not None
    photo = photo.copy()
    photo.paste("red", (150, 100, 300, 200))
    quarter = Box(left=0.5, top=0.5, right=1.0, bottom=1.0)
    patch = Image.open(io.BytesIO(pictures.patch(photo, quarter)))
    assert patch.width == patch.height
    assert np.allclose(np.asarray(patch.convert("RGB")).mean((0, 1)), (255, 0, 0), atol=6)
    assert pictures.contrast(photo, quarter) > 0.04, "an even colour is something to see"
    photo.paste("gray", (150, 100, 300, 200))
    assert pictures.contrast(photo, quarter) < 0.01
    assert pictures.contrast(photo, Box(left=0.0, top=0.0, right=0.5, bottom=0.5)) > 0.04
