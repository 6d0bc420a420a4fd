"""Looking for what excites a starting model: by samples to learn from alone, the places where they are."""

from __future__ import annotations

import base64
import io
from collections import Counter

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from tests.runs import tiny_project
from tests.runs.watched import samples_read
from tl_core.backbones.families.layout import Chain
from tl_core.backbones.protocol import Backbone, Stage
from tl_core.data.split import make_split
from tl_core.domain.excited import Excited
from tl_core.domain.plan import ExcitePlan, TrainPlan
from tl_core.domain.run import Status
from tl_core.jobs.perform import perform
from tl_core.runs import excite, material
from tl_core.store import runs as index
from tl_core.store.datasets import load_dataset
from tl_core.store.excited import read_excited
from tl_core.store.home import Home

SHA = "ab" * 32  # of the tiny starting model


def wanted(plan: TrainPlan) -> ExcitePlan:
    return ExcitePlan(
        project=plan.project, dataset=plan.dataset, modality=plan.modality, backbone=plan.backbone, device="cpu"
    )


def looked(home: Home, plan: ExcitePlan) -> tuple[Status, Excited | None]:
    return perform(index.create_run(home, plan)), read_excited(home, plan, SHA)


def test_every_stage_has_three_samples_and_the_exam_is_never_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = wanted(tiny_project.project(home, "image", count=40))
    dataset = load_dataset(home, plan.project, plan.dataset)
    learned = set(make_split(dataset, plan.split).ids("train"))
    read = samples_read(monkeypatch)
    status, found = looked(home, plan)
    assert status.state == "done", status
    assert read == learned, "all samples to learn from, and no other"
    assert found is not None
    assert len(found.stages) == 4
    for row in found.stages:
        assert len({patch.sample for patch in row}) == 3
        for patch in row:
            assert 0 <= patch.box.left < patch.box.right <= 1
            assert 0 <= patch.box.top < patch.box.bottom <= 1
            picture = Image.open(io.BytesIO(base64.b64decode(patch.picture)))
            assert picture.format == "WEBP"
            assert len(patch.picture) < 6000
    again = looked(home, plan)[1]
    assert again == found, "the same samples give the same pictures"


class Reds(Chain):
    """One stage whose first unit answers to red in 3 x 3 pixels; the others answer to brightness."""


def detector(model: Backbone) -> Reds:
    layer = nn.Conv2d(3, 4, 3, padding=1, bias=False)
    with torch.no_grad():
        layer.weight.fill_(0.01)
        layer.weight[0, 0], layer.weight[0, 1:] = 1.0, -1.0
    stage = Stage("detector", "Detector", "", [layer])
    card = model.card.model_copy(update={"name": "folder:reds"})  # else other tests find it compiled as the tiny one's
    return Reds(card, layer, [stage], {}, {})


def test_a_detector_finds_what_it_is_for_where_it_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures wider than high, so that the middle square is cut out of them before the network sees anything."""
    training = tiny_project.project(home, "image", count=40)
    plan = wanted(training)
    dataset = load_dataset(home, plan.project, plan.dataset)
    learned = sorted(make_split(dataset, plan.split).ids("train"))
    red = {learned[3]: (40, 20), learned[8]: (70, 40), learned[15]: (55, 30)}  # middle of a red square, in pixels
    for number, sample in enumerate(dataset.samples):
        noise = np.random.default_rng(number).integers(90, 160, (60, 100, 1), dtype=np.uint8).repeat(3, 2)
        picture = Image.fromarray(noise)
        if sample.id in red:
            x, y = red[sample.id]
            picture.paste((255, 0, 0), (x - 5, y - 5, x + 5, y + 5))
        picture.save(home.samples(plan.project) / str(sample.file))
    load = excite.load
    monkeypatch.setattr(excite, "load", lambda home, name: detector(load(home, name)))
    status, found = looked(home, plan)
    assert status.state == "done", status
    assert found is not None
    [row] = found.stages
    assert {patch.sample for patch in row} == set(red)
    for patch in row:
        x, y = red[patch.sample]
        assert patch.box.left * 100 < x < patch.box.right * 100
        assert patch.box.top * 60 < y < patch.box.bottom * 60
        picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(patch.picture))).convert("RGB"), np.int16)
        assert (picture[..., 0] - picture[..., 1]).max() > 200


def test_as_many_of_every_class_the_same_for_the_same_seed() -> None:
    labels = np.repeat([0, 1, 2], [300, 100, 20])
    samples = [f"{number}" for number in range(len(labels))]
    train = material.Subset(samples, labels, labels)  # type: ignore[arg-type]
    picked = excite.picked(train, 0)
    counts = Counter(int(labels[int(str(sample))]) for sample in picked)
    assert counts == {0: 65, 1: 65, 2: 20}
    assert excite.picked(train, 0) == picked
    assert excite.picked(train, 1) != picked


def test_samples_that_are_no_pictures_are_refused(home: Home) -> None:
    status, found = looked(home, wanted(tiny_project.project(home, "text", count=20)))
    assert status.state == "failed"
    assert status.fault == "input"
    assert found is None


def test_a_stop_ends_it_with_nothing_kept(home: Home) -> None:
    plan = wanted(tiny_project.project(home, "image", count=20))
    folder = index.create_run(home, plan)
    folder.append(excite.Phase(name="features"))
    folder.request_stop()
    assert perform(folder).state == "stopped"
    assert read_excited(home, plan, SHA) is None
