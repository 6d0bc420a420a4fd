"""torchvision's weights: from torch's own cache of files, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torchvision import models

from tl_core.backbones import web
from tl_core.backbones.fetch import fetch
from tl_core.backbones.load import load
from tl_core.backbones.protocol import forward
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home

MODEL = "mobilenet_v3_small"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """torch's folder of fetched files; there is no network."""

    def unreachable(*arguments: object, **named: object) -> None:
        raise InputFault("backbones.no_network", name=MODEL)

    monkeypatch.setattr(web, "transfer", unreachable)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    folder = tmp_path / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def file_name() -> str:
    return models.get_model_weights(MODEL).DEFAULT.url.rpartition("/")[2]


def test_weights_in_torchs_cache_are_taken(cache: Path, home: Home) -> None:
    network = models.get_model(MODEL, weights=None).eval()
    torch.save(network.state_dict(), cache / file_name())
    card = fetch(home, f"torchvision:{MODEL}")
    assert (card.input.size, card.input.resize) == (224, 256)
    loaded = load(home, card.name)
    pixels = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        expected = network.avgpool(network.features(pixels)).flatten(1)
        torch.testing.assert_close(loaded.pool(forward(loaded, {"pixels": pixels})), expected, rtol=1e-4, atol=1e-5)


class Evil:
    def __reduce__(self):
        return (Path.touch, (Path("evil"),))


def test_code_in_a_file_is_never_run(cache: Path, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"x": Evil()}, cache / file_name())
    with pytest.raises(InputFault) as told:
        fetch(home, f"torchvision:{MODEL}")
    assert told.value.key == "backbones.broken_weights"
    assert not Path("evil").exists()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (MODEL, "no_network"),
        ("no_such_net", "unknown_network"),
        ("fasterrcnn_resnet50_fpn", "unknown_network"),
        (f"{MODEL}.IMAGENET9K", "no_weights"),
    ],
)
def test_one_sentence_where_it_cannot_be(cache: Path, home: Home, name: str, key: str) -> None:
    with pytest.raises(InputFault) as told:
        fetch(home, f"torchvision:{name}")
    assert told.value.key == f"backbones.{key}"
    assert str(told.value)
    assert not list(home.weights.iterdir())
