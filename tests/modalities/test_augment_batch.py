"""What a GPU does to a batch is what Pillow does to a picture, and depends on a sample's own seed alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_images
from torch import Tensor

from tl_core import modalities
from tl_core.domain.card import ImageInput
from tl_core.modalities.image.augment_batch import WAYS, variation

SIDE = 96
AUGMENTATIONS = {one.name: one for one in modalities.get("image").augmentations()}
SPEC = ImageInput(size=SIDE, resize=SIDE, mean=(0.5, 0.4, 0.3), std=(0.5, 0.25, 0.2))


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return [Image.fromarray(one).resize((SIDE, SIDE)) for one in load_sample_images().images for _ in range(4)]


def as_pixels(pictures: list[Image.Image]) -> Tensor:
    return torch.stack([torch.from_numpy(np.array(one)).permute(2, 0, 1) / 255 for one in pictures])


def rngs(count: int, first: int = 0) -> list[np.random.Generator]:
    return [np.random.default_rng(first + k) for k in range(count)]


def test_every_way_has_its_namesake() -> None:
    assert list(WAYS) == list(AUGMENTATIONS)


@pytest.mark.parametrize("name", [name for name in WAYS if name != "noise"])
def test_it_does_what_pillow_does(pictures: list[Image.Image], name: str) -> None:
    """Up to interpolation and rounding: far less than what it changes."""
    plain = as_pixels(pictures)
    ours = WAYS[name](plain, rngs(len(pictures)))
    theirs = as_pixels(
        [AUGMENTATIONS[name].apply(one, rng) for one, rng in zip(pictures, rngs(len(pictures)), strict=True)]
    )
    apart, changed = ((ours - theirs).abs().mean((1, 2, 3)), (plain - theirs).abs().mean((1, 2, 3)))
    assert changed.max() > 0.005
    assert (apart <= 0.15 * changed + 0.003).all(), (apart, changed)
    assert ours.min() >= 0
    assert ours.max() <= 1


def test_grain_is_as_strong_and_the_same_on_all_colours() -> None:
    grey = torch.full((6, 3, SIDE, SIDE), 0.5)
    grain = WAYS["noise"](grey, rngs(6)) - grey
    theirs = [AUGMENTATIONS["noise"].apply(Image.new("RGB", (SIDE, SIDE), (128,) * 3), rng) for rng in rngs(6)]
    torch.testing.assert_close(grain.std((1, 2, 3)), as_pixels(theirs).std((1, 2, 3)), rtol=0.05, atol=0.003)
    torch.testing.assert_close(grain[:, 0], grain[:, 2])
    assert not torch.equal(grain[0], grain[1])


def test_a_sample_is_varied_alike_however_a_batch_is_cut(pictures: list[Image.Image]) -> None:
    vary = variation(SPEC, list(WAYS))
    batch = {"pixels": (as_pixels(pictures) - 0.4) / 0.3}
    whole = vary(batch, rngs(8))["pixels"]
    cut = [vary({"pixels": batch["pixels"][k : k + 3]}, rngs(8)[k : k + 3])["pixels"] for k in (0, 3, 6)]
    torch.testing.assert_close(torch.cat(cut), whole, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(whole, vary(batch, rngs(8, first=100))["pixels"], atol=0.1)


def test_nothing_chosen_changes_nothing(pictures: list[Image.Image]) -> None:
    pixels = (as_pixels(pictures) - 0.4) / 0.3 * 0.1
    torch.testing.assert_close(variation(SPEC, [])({"pixels": pixels}, rngs(8))["pixels"], pixels, rtol=1e-4, atol=1e-5)


def test_words_are_varied_before_they_are_numbers(pictures: list[Image.Image]) -> None:
    text = modalities.get("text")
    assert all(text.batch_variation(None, [one.name]) is None for one in text.augmentations())  # type: ignore[arg-type]
