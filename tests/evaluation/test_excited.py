"""What excites a unit: the right unit, the right samples and places, whatever the layout of a network's output."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.backbones import tiny
from tl_core.backbones.protocol import forward
from tl_core.evaluation.excited import Responses, around, cells

SAMPLES, UNITS, SIDE, DETECTOR = 12, 6, 28, 4
PLACES = {2: (5, 20), 7: (14, 14), 9: (22, 6)}  # sample -> cell down, across
STRENGTHS = {2: 9.0, 7: 11.0, 9: 10.0}
IMAGES = [name for name in tiny.ARCHITECTURES if tiny.card(name).modality == "image"]


def seen() -> np.ndarray:
    """Noise, and one unit that answers to the same thing in three samples; another answers loudly to one alone."""
    rng = np.random.default_rng(0)
    maps = rng.normal(0, 1, (SAMPLES, UNITS, SIDE, SIDE)).astype(np.float32)
    for sample, (down, across) in PLACES.items():
        maps[sample, :, down, across] = [3, -2, 2, -3, 0, 1]
        maps[sample, DETECTOR, down, across] = STRENGTHS[sample]
    maps[5, 1, 10, 10] = 50.0
    return maps


def fed(maps: np.ndarray, size: int = SAMPLES) -> Responses:
    responses = Responses()
    for start in range(0, len(maps), size):
        responses.add(maps[start : start + size])
    return responses


def test_a_detector_is_found_with_its_samples_and_places() -> None:
    [unit] = fed(seen()).best(1)
    assert [place.sample for place in unit] == [7, 9, 2]
    for place in unit:
        down, across = PLACES[place.sample]
        assert place.middle == ((across + 0.5) / SIDE, (down + 0.5) / SIDE)


def test_batches_change_nothing() -> None:
    assert fed(seen(), 5).best(UNITS) == fed(seen(), 1).best(UNITS) == fed(seen()).best(UNITS)


def test_no_sample_stands_in_a_row_twice() -> None:
    units = fed(seen(), 5).best(UNITS)
    assert units
    assert all(len({place.sample for place in unit}) == 3 for unit in units)


def test_what_lies_beyond_the_edge_excites_nobody() -> None:
    maps = seen()
    maps[:3, 0, 0, :] = 100.0
    [unit] = fed(maps).best(1)
    assert [place.sample for place in unit] == [7, 9, 2]


def test_few_samples_give_few_places_and_equal_ones_none() -> None:
    [unit] = fed(seen()[[0, 7]]).best(1)
    assert len(unit) == 2
    assert fed(np.ones((5, 3, 4, 4), np.float32)).best(1) == []
    assert Responses().best(1) == []


def test_every_layout_becomes_maps() -> None:
    maps = seen()
    tokens = maps.reshape(SAMPLES, UNITS, -1).transpose(0, 2, 1)
    extra = np.concatenate([np.full((SAMPLES, 5, UNITS), 99.0), tokens], axis=1)  # a class token and four registers
    for other in (maps.transpose(0, 2, 3, 1), tokens, extra):
        np.testing.assert_array_equal(cells(other), maps)
    assert cells(np.zeros((2, 7))).shape == (2, 7, 1, 1)


@pytest.mark.parametrize("name", IMAGES)
def test_every_family_of_image_networks_has_places(name: str) -> None:
    backbone = tiny.make(name)
    batch = tiny.batch(backbone)
    batch = {"pixels": torch.randn(4, *batch["pixels"].shape[1:])}
    for number, stage in enumerate(backbone.stages, start=1):
        with torch.inference_mode():
            responses = fed(forward(backbone, batch, stop=number)["hidden"].numpy())
        assert responses.grid[0] == responses.grid[1]
        [unit] = responses.best(1)
        box = around(unit[0].middle, number - 1, len(backbone.stages), responses.grid)
        assert len(unit) == 3, stage.name
        assert 0 <= box.left < box.right <= 1 + 1e-9


def test_patches_grow_with_depth_and_stay_inside() -> None:
    boxes = [around((0.0, 0.98), stage, 7, (28, 28)) for stage in range(7)]
    sides = [box.right - box.left for box in boxes]
    assert sides == sorted(sides)
    assert sides[0] == pytest.approx(1 / 12)
    assert sides[-1] == pytest.approx(2 / 3)
    assert all(box.left == 0.0 and box.bottom == pytest.approx(1.0) for box in boxes)
    assert around((0.5, 0.5), 0, 7, (4, 4)).right == pytest.approx(0.625)  # never less than a cell
    pooled = around((0.5, 0.5), 6, 7, (1, 1))
    assert (pooled.left, pooled.top, pooled.right, pooled.bottom) == (0.0, 0.0, 1.0, 1.0)
