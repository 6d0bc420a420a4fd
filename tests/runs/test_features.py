"""The activation cache of a project: shared by runs that look at the same thing, and by no others."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.runs import tiny_project
from tl_core.domain.plan import TrainPlan
from tl_core.freezing import encode
from tl_core.runs.candidates import Job, prepare
from tl_core.store import runs
from tl_core.store.home import Home


@pytest.fixture
def plan(home: Home) -> TrainPlan:
    made = tiny_project.project(home, "image", 24)
    return made.model_copy(update={"frozen_stages": 2, "augmentations": ["mirror", "zoom"], "views": 2})


def folders(home: Home, plan: TrainPlan) -> set[str]:
    return {entry.name for entry in (home.project(plan.project) / "cache").iterdir()}


def encoded(home: Home, plan: TrainPlan, **changes: Any) -> Job:
    """A run's features and states at its boundary."""
    job = prepare(runs.create_run(home, plan), plan.model_copy(update=changes), home)
    job.encoder.first_look()
    job.encoder.states()
    return job


def test_a_run_alike_computes_nothing_again(home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded(home, plan)
    before = folders(home, plan)
    assert len(before) == 3  # training, its second view, validation

    def compile_again(*_: object, **__: object) -> None:
        raise AssertionError("everything was in the cache")

    monkeypatch.setattr("tl_core.runs.features.compile_prefix", compile_again)
    encoded(home, plan, epochs=7, learning_rate=0.1, class_weights=False)
    assert folders(home, plan) == before


@pytest.mark.parametrize(
    ("changes", "anew"),
    [
        ({"augmentations": ["mirror"]}, 1),
        ({"augmentations": ["zoom", "mirror"]}, 1),
        ({"frozen_stages": 1}, 3),
        ({"options": {"fit": "whole"}}, 3),
        ({"seed": 1}, 1),
    ],
)
def test_what_changes_the_values_is_computed_anew(home: Home, plan: TrainPlan, changes: dict, anew: int) -> None:
    first = encoded(home, plan)
    before = folders(home, plan)
    encoded(home, plan, split=first.plan.split, **changes)
    assert len(folders(home, plan) - before) == anew


def test_other_weights_sizes_and_precisions_have_caches_of_their_own(home: Home, plan: TrainPlan) -> None:
    encoder = encoded(home, plan).encoder
    card = encoder.backbone.card

    def places() -> set[str]:
        return {encoder._folder(s, 2, view, True).name for s in (encoder.train, encoder.validation) for view in (0, 1)}

    found = [places()]
    for changed in (
        card.model_copy(update={"sha256": "cd" * 32}),
        card.model_copy(update={"input": card.input.model_copy(update={"size": 48})}),
    ):
        encoder.backbone.card = changed
        found.append(places())
    encoder.backbone.card = card
    encoder.device = torch.device("cuda")
    found.append(places())
    encoder.device = torch.device("cpu")
    assert all(not found[0] & other for other in found[1:])
    encoder.plan = encoder.plan.model_copy(update={"precision": "bf16"})
    assert len(places() & found[0]) == 2  # training samples alone are shortened; judging stays in full numbers


def test_a_cache_that_another_run_fills_meanwhile_does_no_harm(
    home: Home, plan: TrainPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first has computed and not yet named its files, a second run does all of it."""
    real, other = encode.ActivationsWriter.finish, prepare(runs.create_run(home, plan), plan, home).encoder
    begun: list[bool] = []

    def late(writer: encode.ActivationsWriter) -> object:
        if not begun:
            begun.append(True)
            other.first_look()
        return real(writer)

    monkeypatch.setattr(encode.ActivationsWriter, "finish", late)
    first = encoded(home, plan)
    for mine, theirs in zip(first.encoder.first_look(), other.first_look(), strict=True):
        assert (mine == theirs).all()
    assert not [name for name in folders(home, plan) if name.startswith(".")]
