"""Weights of four bits: what is asked of the library, and where they are possible. Quantizing itself is not tried."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers.models.llama import LlamaModel

from tests.backbones import folders, tiny
from tl_core.backbones import four_bit
from tl_core.backbones.fetch import fetch
from tl_core.backbones.protocol import forward
from tl_core.backbones.writing import load_writer
from tl_core.domain.fault import InputFault
from tl_core.freezing.adapters import Adapters
from tl_core.store.home import Home
from tl_core.use_cases import phrasing

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the library is asked for; it loads whole weights instead."""
    found: dict[str, Any] = {}
    whole = LlamaModel.from_pretrained

    def recorded(folder: Path, **told: Any) -> Any:
        found.update(told, folder=folder)
        return whole(
            folder, **{name: value for name, value in told.items() if name not in ("quantization_config", "device_map")}
        )

    monkeypatch.setattr(LlamaModel, "from_pretrained", recorded)
    return found


def test_it_is_asked_for_as_its_makers_say(home: Home, tmp_path: Path, asked: dict[str, Any]) -> None:
    folders.write_writer(tmp_path / "model", None, tied=False)
    name = fetch(home, f"folder:{tmp_path / 'model'}").name
    usual = load_writer(home, name)
    asked.clear()  # fetching loads too
    short = load_writer(home, name, four_bit=CPU)
    config = asked["quantization_config"]
    assert (config.load_in_4bit, config.bnb_4bit_quant_type, config.bnb_4bit_use_double_quant) == (True, "nf4", True)
    assert config.bnb_4bit_compute_dtype == torch.bfloat16
    assert (asked["device_map"], asked["dtype"]) == ({"": CPU}, torch.bfloat16)
    assert (asked["use_safetensors"], asked["local_files_only"], asked["trust_remote_code"]) == (True, True, False)
    parameters = [*short.backbone.network.parameters(), *short.head.parameters()]
    assert {p.dtype for p in parameters} == {torch.float32}  # what is not in four bits
    assert not any(p.requires_grad for p in parameters)
    assert not short.backbone.network.training
    inputs = {name: tensor[:1] for name, tensor in tiny.batch(short.backbone).items()}
    with torch.inference_mode():
        ours, theirs = (one.head(forward(one.backbone, inputs)["hidden"]) for one in (short, usual))
    torch.testing.assert_close(ours, theirs, rtol=0.1, atol=0.1)  # read as bf16
    assert (
        Adapters(short.backbone, 3, 2, seed=0).parameters().keys()
        == Adapters(usual.backbone, 3, 2, 0).parameters().keys()
    )


def test_damaged_weights_are_a_sentence(home: Home, tmp_path: Path, asked: dict[str, Any]) -> None:
    folders.write_writer(tmp_path / "model", None)
    name = fetch(home, f"folder:{tmp_path / 'model'}").name
    (file,) = home.weights.rglob("model.safetensors")
    file.write_bytes(b"no weights")
    with pytest.raises(InputFault) as told:
        load_writer(home, name, four_bit=CPU)
    assert told.value.key == "backbones.broken_weights"


def test_where_it_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not four_bit.possible(CPU)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    assert not four_bit.possible(CPU)
    for spec in (None, ModuleSpec("bitsandbytes", None)):
        monkeypatch.setattr(four_bit, "find_spec", lambda name, spec=spec: spec)
        assert four_bit.possible(CUDA) == (spec is not None)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: False)
    assert not four_bit.possible(CUDA)


@pytest.mark.parametrize(("library", "driver"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_page_offers_it_only_where_both_are_there(
    library: bool, driver: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrasing, "find_spec", lambda name: ModuleSpec(name, None) if library else None)
    monkeypatch.setattr(phrasing, "which", lambda name: f"/usr/bin/{name}" if driver else None)
    assert phrasing.four_bit() == (library and driver)
