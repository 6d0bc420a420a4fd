"""Short numbers: as near as promised, only where the device computes with them, and never in the place of full ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.backbones import tiny
from tl_core.backbones.protocol import forward
from tl_core.freezing.precision import autocast, computes
from tl_core.freezing.prefix import compile_prefix

CPU = torch.device("cpu")


@pytest.mark.parametrize("name", sorted(tiny.ARCHITECTURES))
def test_in_short_numbers_the_prefix_stays_near(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch's way, as on a GPU: relative L2 of at most 2e-2, and what comes out is f32 again."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("not here")

    if name == "speaker encoder" and not computes(CPU, "bf16"):
        pytest.skip("PyTorch has no recurrent layers in short numbers for this processor")
    monkeypatch.setattr("openvino.convert_model", refuse)
    backbone = tiny.make(name)
    batch = tiny.batch(backbone)
    run = compile_prefix(backbone, 1, batch, CPU, hidden=True, features=True, cache=tmp_path, precision="bf16")
    hidden, features = run(batch)
    with torch.inference_mode():
        expected = [forward(backbone, batch, stop=1)["hidden"], backbone.pool(forward(backbone, batch))]
    for ours, theirs in zip((hidden, features), expected, strict=True):
        assert ours is not None
        assert ours.dtype == "float32"
        assert float((torch.from_numpy(ours) - theirs).norm() / theirs.norm()) < 2e-2


@pytest.mark.skipif(not computes(CPU, "bf16"), reason="this processor has no instructions for bf16")
def test_compiled_in_short_numbers_too(tmp_path: Path) -> None:
    backbone = tiny.make("transformers bert")
    batch = tiny.batch(backbone)
    run = compile_prefix(backbone, 2, batch, CPU, hidden=True, features=True, cache=tmp_path, precision="bf16")
    hidden, _ = run(batch)
    with torch.inference_mode():
        expected = forward(backbone, batch, stop=2)["hidden"]
    assert hidden is not None
    assert float((torch.from_numpy(hidden) - expected).norm() / expected.norm()) < 2e-2


def test_full_numbers_are_always_there_and_nothing_is_shortened() -> None:
    assert computes(CPU, "f32")
    assert not computes(torch.device("mps"), "bf16")
    one = torch.randn(4, 4)
    with autocast(CPU, "f32"):
        assert (one @ one).dtype == torch.float32
    with autocast(CPU, "bf16"):
        assert (one @ one).dtype == torch.bfloat16
