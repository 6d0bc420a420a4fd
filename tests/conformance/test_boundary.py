"""What must hold at every freeze boundary of every starting model: cached or computed anew, the same answers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.backbones import tiny
from tests.conformance.test_backbones import backbone  # noqa: F401 - a fixture: every family, and the packaged ones
from tl_core.backbones.load import completed
from tl_core.backbones.protocol import Backbone
from tl_core.freezing.encode import Target, encode_each
from tl_core.freezing.prefix import compile_prefix
from tl_core.freezing.suffix import Suffix
from tl_core.tasks.classify import make_head
from tl_core.training.states import CachedStates, OnlineStates

CPU = torch.device("cpu")
pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")


def test_cached_is_online(backbone: Backbone, tmp_path: Path) -> None:  # noqa: F811
    """Suffixes answer from cached activations what they answer with the frozen stages run before them, in eager f32."""
    inputs = tiny.batch(backbone)
    count, ragged = len(next(iter(inputs.values()))), "mask" in inputs
    lengths = inputs["mask"].sum(1).numpy() if ragged else np.ones(count, dtype=np.int64)

    def read(indices, view: int) -> dict[str, Tensor]:  # cut to the longest of these, as collating does
        longest = int(lengths[list(indices)].max())
        return {name: t[list(indices)][:, :longest] if ragged else t[list(indices)] for name, t in inputs.items()}

    boundaries = list(range(1, len(backbone.stages)))
    run = compile_prefix(backbone, boundaries, read([0], 0), CPU, hidden=True, features=True, cache=tmp_path / "models")
    kept = encode_each(
        [Target(tmp_path / str(boundary), partial(backbone.mask_at, boundary)) for boundary in boundaries],
        run.each, read, lengths, 0, batch_size=1, tell=lambda done: None, stop=lambda: False,
    )  # fmt: skip
    torch.manual_seed(1)
    head = make_head(completed(backbone, "").features, 3)
    everything = list(range(count))
    online = OnlineStates(backbone.enter, read, lengths, CPU)
    with torch.no_grad():  # a suffix lays its network out anew, which inference mode would make useless for training
        expected = Suffix(backbone, 0, head)(online.enter(online.read(everything, 0)))
        for boundary, activations in zip(boundaries, kept, strict=True):
            cached = CachedStates([activations])
            answered = Suffix(backbone, boundary, head)(cached.enter(cached.read(everything, 0)))
            assert float((answered - expected).norm() / expected.norm()) < 1e-3, boundary


def test_frozen_stages_are_bit_identical_after_training(backbone: Backbone) -> None:  # noqa: F811
    """Parameters and statistics before the boundary, and all statistics: BatchNorm keeps those it learned before."""
    before = {name: tensor.clone() for name, tensor in backbone.network.state_dict().items()}
    inputs = tiny.batch(backbone)
    features = completed(backbone, "").features
    try:
        for boundary in (1, len(backbone.stages) - 1):
            backbone.network.load_state_dict(before)
            model = Suffix(backbone, boundary, make_head(features, 3))
            own = {id(p) for layer in model.layers() for p in layer}
            learns = {name for name, p in backbone.network.named_parameters(remove_duplicate=False) if id(p) in own}
            optimizer = torch.optim.AdamW([p for layer in model.layers() for p in layer], lr=1e-2)
            with torch.no_grad():
                state = backbone.enter(inputs)
                for stage in backbone.stages[:boundary]:
                    state = backbone.run(stage, state)
            model.train()
            torch.nn.functional.cross_entropy(model(state), torch.arange(len(state["hidden"])) % 3).backward()
            optimizer.step()
            after = backbone.network.state_dict()
            assert {name for name in before if not torch.equal(before[name], after[name])} <= learns
            assert any(not torch.equal(before[name], after[name]) for name in learns)
    finally:
        backbone.network.load_state_dict(before)
        backbone.network.requires_grad_(False).eval()
