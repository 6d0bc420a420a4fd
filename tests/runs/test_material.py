"""Reading samples: each view always the same, on a GPU augmented late."""

from __future__ import annotations

import pytest
import torch

from tests.runs import tiny_project
from tl_core.backbones.load import load
from tl_core.domain.plan import TrainPlan
from tl_core.runs.material import SEEDS, Reader
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home

CPU, GPU = torch.device("cpu"), torch.device("cuda")  # its name decides; nothing is moved there


@pytest.fixture
def plan(home: Home) -> TrainPlan:
    return tiny_project.project(home, "image", 8).model_copy(update={"augmentations": ["mirror", "zoom", "light"]})


def reader(home: Home, plan: TrainPlan, device: torch.device) -> Reader:
    return Reader(home, plan, load(home, plan.backbone), device)


def test_on_a_gpu_batches_are_augmented_where_they_are_computed_with(home: Home, plan: TrainPlan) -> None:
    samples = load_dataset(home, plan.project, plan.dataset).samples
    here, there = reader(home, plan, CPU), reader(home, plan, GPU)
    assert torch.equal(here.batch(samples, 0)["pixels"], there.batch(samples, 0)["pixels"])
    early, late = here.batch(samples, 2), there.batch(samples, 2)
    assert SEEDS not in early
    assert here.varied(early) is early
    plain = there.batch(samples, 0)["pixels"]
    assert torch.equal(late["pixels"], plain)
    varied = there.varied(late)
    assert set(varied) == {"pixels"}
    near, far = (varied["pixels"] - early["pixels"]).abs().mean(), (varied["pixels"] - plain).abs().mean()
    assert near < far / 2  # samples are cut to size before or after they are varied: alike, not equal


def test_a_view_is_always_the_same_and_another_one_differs(home: Home, plan: TrainPlan) -> None:
    samples = load_dataset(home, plan.project, plan.dataset).samples
    for device in (CPU, GPU):
        one = reader(home, plan, device)
        first, again, other = (one.varied(one.batch(samples, view))["pixels"] for view in (1, 1, 2))
        assert torch.equal(first, again)
        assert not torch.equal(first, other)
        halves = [one.varied(one.batch(part, 1))["pixels"] for part in (samples[:3], samples[3:])]
        torch.testing.assert_close(torch.cat(halves), first, rtol=1e-4, atol=1e-4)


def test_without_augmentations_views_do_not_differ(home: Home, plan: TrainPlan) -> None:
    plain = plan.model_copy(update={"augmentations": []})
    samples = load_dataset(home, plan.project, plan.dataset).samples
    for device in (CPU, GPU):
        one = reader(home, plain, device)
        assert not one.changing
        assert torch.equal(one.batch(samples, 0)["pixels"], one.varied(one.batch(samples, 3))["pixels"])
