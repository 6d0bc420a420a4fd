"""What must hold for every modality: looks of all samples name the same things, and a sample is its own copy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.runs.tiny_project import project
from tl_core import modalities
from tl_core.domain.dataset import Sample
from tl_core.evaluation.moved import BANDED
from tl_core.modalities import Look
from tl_core.modalities.look import COPY
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.words import say


class Looked:
    """A small project's samples, and how each looks."""

    def __init__(self, name: str, folder: Path) -> None:
        plan = project(home := Home(folder), name, count=12)
        self.modality, self.place = modalities.get(name), (home, plan.project)
        self.samples: list[Sample] = load_dataset(home, plan.project, plan.dataset).samples
        self.looks: list[Look] = [self.modality.look(*self.place, sample) for sample in self.samples]


@pytest.fixture(scope="module", params=modalities.names())
def looked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return Looked(request.param, tmp_path_factory.mktemp("home"))


def test_all_samples_have_the_same_traits_and_kinds(looked: Looked) -> None:
    first = looked.looks[0]
    assert first.traits
    for look in looked.looks:
        assert list(look.traits) == list(first.traits)
        assert list(look.kinds) == list(first.kinds)
        assert all(type(value) is float and np.isfinite(value) for value in look.traits.values())
        assert all(type(value) is str for value in look.kinds.values())


def test_every_name_has_a_text(looked: Looked) -> None:
    for look in looked.looks:
        assert all(say(f"traits.{name}") for name in (*look.traits, *look.kinds))
        assert all(say(f"flaws.{name}") for name in look.flaws)
        assert all(say(f"personal.{name}") for name in look.personal)


def test_a_sample_looks_the_same_again(looked: Looked) -> None:
    for sample, look in zip(looked.samples, looked.looks, strict=True):
        again = looked.modality.look(*looked.place, sample)
        assert again[:4] == look[:4]
        assert np.array_equal(again.sketch, look.sketch)  # type: ignore[arg-type]


def test_what_is_looked_at_outside_of_a_project_looks_alike(looked: Looked) -> None:
    """A batch is compared by looks with what was learned from: both must come about in the same way."""
    home, project = looked.place
    for sample, look in list(zip(looked.samples, looked.looks, strict=True))[:4]:
        read = {"id": sample.id, "text": sample.text, "file": sample.file, "traits": sample.traits}
        other = looked.modality.look_at(read, home.samples(project), home.thumbnails(project))
        assert other[:3] == look[:3]
    assert {name for name in BANDED if name in look.traits}, "something of it is compared"
    for name in set(BANDED) & set(look.traits):
        assert say(f"traits.{name}_low")
        assert say(f"traits.{name}_high")


def test_a_sample_is_its_own_copy_and_others_are_not(looked: Looked) -> None:
    one, other = looked.samples[0], looked.samples[1]
    assert all(looked.modality.alike(*looked.place, sample, sample) == 1 for sample in looked.samples)
    assert 0 <= looked.modality.alike(*looked.place, one, other) < COPY


def test_sketches_are_rows_of_length_1(looked: Looked) -> None:
    for look in looked.looks:
        if look.sketch is not None:
            assert look.sketch.shape == looked.looks[0].sketch.shape  # type: ignore[union-attr]
            lengths = np.linalg.norm(look.sketch, axis=1)
            assert np.all((np.abs(lengths - 1) < 1e-3) | (lengths == 0))
