"""Copies among solar cells, which all look alike: nearly all are found, and what else is found is nearly one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.checks.looked_at import looked_at
from tests.modalities.altered import all_at_once
from tl_core import modalities
from tl_core.checks.copies import find_copies
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.domain.dataset import Sample
from tl_core.modalities.image import reading
from tl_core.store.home import Home

CELLS, COPIED = 160, 40

pytestmark = pytest.mark.weights


def taken(home: Home, picture: Image.Image, number: int, folder: Path) -> Sample:
    """A picture as the intake would take it."""
    picture.save(folder / "picture.png")
    places = {"samples": str(home.samples("p")), "thumbnails": str(home.thumbnails("p"))}
    answer = reading.read({"path": str(folder / "picture.png"), **places})
    return Sample(id=answer["id"], source=str(number), file=answer["file"], traits=answer["traits"])


def test_copies_are_found_without_any_help_of_features(home: Home, stock: Home, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    files = sorted((fetch_sample_set(stock, "solar") / "functional").iterdir())[::3][:CELLS]
    cells = [Image.open(file).convert("RGB") for file in files]
    copied = rng.permutation(CELLS)[:COPIED]
    pictures = [*cells, *(all_at_once(cells[k], rng) for k in copied)]
    samples = [taken(home, picture, number, tmp_path) for number, picture in enumerate(pictures)]
    image = modalities.get("image")
    looks = [image.look(home, "p", sample) for sample in samples]
    examined = looked_at(
        looks,
        labels=["a"] * len(looks),
        features=rng.normal(size=(len(looks), 32)),
        alike=lambda one, other: image.alike(home, "p", samples[one], samples[other]),
    )
    (near,) = find_copies(examined)
    together = [{int(sample) for sample in cluster} for cluster in near.clusters]
    found = [any({int(k), CELLS + n} <= cluster for cluster in together) for n, k in enumerate(copied)]
    assert np.mean(found) >= 0.9
    others = [files[k].name for cluster in together for k in cluster if k < CELLS and k not in copied]
    assert len(others) <= 0.05 * CELLS, others
