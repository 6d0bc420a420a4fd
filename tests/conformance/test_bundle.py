"""What must hold for a bundle of every starting model: written, it loads again and answers the same."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests.backbones import tiny
from tests.bundle.tiny import picture, tokenizer
from tl_core import modalities
from tl_core.backbones.load import completed, cut
from tl_core.backbones.protocol import forward
from tl_core.bundle.load import load_bundle
from tl_core.bundle.write import write_bundle
from tl_core.data.series.stored import series
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import TrainPlan
from tl_core.domain.split import Split, SplitRule

CASES = [*((name, None) for name in sorted(tiny.ARCHITECTURES)), *((name, 2) for name in (*tiny.SOUNDS, *tiny.SERIES))]


@pytest.mark.parametrize(("name", "depth"), CASES)
def test_a_bundle_loads_again_and_answers_the_same(name: str, depth: int | None, tmp_path) -> None:
    backbone = tiny.make(name)
    if depth is not None:
        backbone = cut(backbone, depth)
    modality = modalities.get(backbone.card.modality)
    raws: list = [picture(number) for number in range(3)]
    if modality.name == "audio":
        raws = [np.random.default_rng(n).normal(size=3000 * (n + 1)).astype(np.float32) / 9 for n in range(3)]
    if modality.name == "series":
        raws = [series(np.random.default_rng(n).normal(size=(2, 20 + 9 * n)), ["a", "b"]) for n in range(3)]
    if modality.name == "text":
        tokenizer().save(str(tmp_path / "tokenizer.json"))
        backbone.files = {"tokenizer.json": tmp_path / "tokenizer.json"}
        raws = ["good", "very bad camera", "the battery was not good"]
    card = completed(backbone, "ab" * 32)
    backbone.card = card
    head = nn.Linear(card.features, 3)
    plan = TrainPlan(project="p", dataset="d", modality=modality.name, backbone=card.name)
    write_bundle(
        tmp_path / "bundle", backbone, head, run="r", plan=plan, candidate="finetuned",
        dataset=Dataset(id="d", modality=modality.name, classes=["a", "b", "c"], samples=[], received=0),
        split=Split(rule=SplitRule(), subset={}, grouped=False, given_test=False),
    )  # fmt: skip

    found = load_bundle(tmp_path / "bundle").answer(raws)

    prepare = modality.make_preprocessor(card, backbone.files, {})
    with torch.inference_mode():
        features = backbone.pool(forward(backbone, modality.collate([prepare(raw) for raw in raws])))
        expected = torch.softmax(head(features).double(), dim=1).numpy()
    assert np.abs(found - expected).max() < 1e-5
    assert found.shape == (3, 3)
