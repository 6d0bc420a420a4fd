"""The forecasting model: the same quantiles as its package's own code, from stages that stand alone."""

from __future__ import annotations

import importlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.backbones import tiny
from tl_core import backbones
from tl_core.backbones import catalogue, packaged
from tl_core.backbones.families.fracast import IN_THE_BLOCK, converted, forecast, forecaster
from tl_core.backbones.families.fracast_network import periods
from tl_core.backbones.load import FORECASTER, load, load_forecaster
from tl_core.backbones.protocol import Backbone, forward
from tl_core.data.packages import fetched_package
from tl_core.domain.fault import InputFault
from tl_core.store.home import Home


def monthly(steps: int) -> np.ndarray:
    """A trend, a year, noise, and a gap near its beginning."""
    time, random = np.arange(steps), np.random.default_rng(steps)
    values = 100 + 0.2 * time + 50 * np.sin(2 * np.pi * time / 12) + random.normal(0, 15, steps)
    values[3:6] = np.nan
    return values.astype(np.float32)


def entered(values: np.ndarray, context: int) -> tuple[dict[str, torch.Tensor], float, float]:
    """One channel at the end of a whole context, 0 .. 1; what 0 stands for, and how much 1 is above it."""
    last = values[-context:]
    low = float(np.nanmin(last))
    span = float(np.nanmax(last)) - low
    both = np.zeros((1, context, 1, 2), dtype=np.float32)
    both[0, -len(last) :, 0, 1] = np.isfinite(last)
    both[0, -len(last) :, 0, 0] = np.where(np.isfinite(last), (last - low) / span, 0)
    return {"values": torch.from_numpy(both), "mask": torch.ones(1, context, dtype=torch.long)}, low, span


@pytest.fixture(scope="module")
def fetched(stock: Home) -> tuple[Backbone, torch.nn.Module]:
    name = backbones.default("series")
    return load(stock, name), load_forecaster(stock, name)


@pytest.fixture(scope="module")
def theirs(stock: Home, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The model by the package's own code, which only this test ever runs."""
    package = catalogue.entries()[backbones.default("series")]["packages"][0]
    archive = fetched_package(stock, package["sha256"])
    assert archive is not None
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(folder)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("fracast").FracastModel.from_pretrained(weights="fp32")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == "fracast"]:
            del sys.modules[name]


@pytest.mark.weights
@pytest.mark.parametrize("steps", [20, 144, 1000, 2048, 2500])
def test_quantiles_are_those_of_the_package(steps: int, fetched: tuple[Backbone, torch.nn.Module], theirs: Any) -> None:
    """To a hundred-thousandth of the range of the series."""
    backbone, head = fetched
    values = monthly(steps)
    batch, low, span = entered(values, 2048)
    with torch.inference_mode():
        found = forecast(head, backbone.enter(batch), forward(backbone, batch))
    assert found.shape == (1, 1, 48, 9)
    expected = (theirs.forecast(values) - low) / span
    np.testing.assert_allclose(found[0, 0].numpy(), expected, atol=1e-5)


@pytest.mark.weights
def test_every_level_begins_with_what_the_package_has_once(fetched: tuple[Backbone, torch.nn.Module]) -> None:
    network: Any = fetched[0].network
    first, *others = network.levels
    assert all(torch.equal(level.block.mix.weight, first.block.mix.weight) for level in others)
    assert not any(torch.equal(level.scale, first.scale) for level in others)


def small() -> tuple[Backbone, torch.nn.Module]:
    backbone = tiny.make("fracast")
    return backbone, forecaster(backbone.card, backbone.architecture)


def test_what_is_learned_reaches_all_of_what_it_forecasts_by() -> None:
    backbone, head = small()
    batch, _, _ = entered(monthly(30), 32)
    forecast(head, backbone.enter(batch), forward(backbone, batch)).square().sum().backward()
    assert not [name for name, p in [*head.named_parameters(), *backbone.network.named_parameters()] if p.grad is None]


def test_channels_are_forecast_one_by_one() -> None:
    backbone, head = small()
    one, other = (entered(values, 32)[0] for values in (monthly(40), monthly(30)))
    both = {"values": torch.cat([one["values"], other["values"]], dim=2), "mask": one["mask"]}
    with torch.inference_mode():
        alone = [forecast(head, backbone.enter(batch), forward(backbone, batch)) for batch in (one, other)]
        together = forecast(head, backbone.enter(both), forward(backbone, both))
    assert together.shape == (1, 2, 5, 3)
    torch.testing.assert_close(together, torch.cat(alone, dim=1))


@pytest.mark.parametrize(("steps", "period"), [(300, 12), (700, 7), (2048, 24)])
def test_the_strongest_period_is_found(steps: int, period: int) -> None:
    values = torch.sin(2 * torch.pi * torch.arange(steps) / period)[None]
    values = values + torch.randn(values.shape) / 5
    assert int(periods(values, torch.ones_like(values), 2048, 4)[0, 0]) == period


def test_noise_has_no_period() -> None:
    values = torch.randn(200, 2048)
    found = periods(values, torch.ones_like(values), 2048, 4)
    assert float((found[:, 0] > 0).float().mean()) < 0.15


def package_of(width: int, levels: int, folder: Path) -> dict[str, torch.Tensor]:
    """Random weights under the package's names, for a network of the tiny one's size, in a wheel in ``folder``."""
    from safetensors.torch import save

    backbone, head = small()
    block = {name: torch.randn(t.shape) for name, t in backbone.network.levels[0].block.state_dict().items()}  # type: ignore[union-attr, index]
    ours = head.state_dict()
    theirs = {f"core.block.{name}": block[mine] for mine, name in IN_THE_BLOCK.items()}
    theirs |= {
        f"head.future_conv.block.{name}": ours[f"continuation.block.{mine}"] for mine, name in IN_THE_BLOCK.items()
    }
    theirs |= {"core.norm.weight": torch.randn(width), "core.scale.to_gb.weight": torch.randn(2 * width, 8)}
    theirs |= {"core.scale.to_gb.bias": torch.randn(2 * width)}
    stem = backbone.network.stem.state_dict()  # type: ignore[union-attr]
    theirs |= {f"core.in_proj.{part}": stem[f"values.{part}"] for part in ("weight", "bias")}
    theirs |= {f"core.periodic.proj.{part}": stem[f"phases.{part}"] for part in ("weight", "bias")}
    renamed = {
        "summary": "summary_proj", "answer": "out_proj", "continuation.enter": "future_conv.in_proj",
        "continuation.leave": "future_conv.out_proj", "gated.up": "decoder_ffns.0.up",
        "gated.down": "decoder_ffns.0.down", "smoothing.0.norm": "fc_blocks.0.norm",
        "smoothing.1.norm": "fc_blocks.1.norm", "norm": "decoder_norms.0",
    }  # fmt: skip
    for mine, name in renamed.items():
        theirs |= {f"head.{name}.{p}": ours[f"{mine}.{p}"] for p in ("weight", "bias") if f"{mine}.{p}" in ours}
    for k in range(2):
        theirs |= {f"head.fc_blocks.{k}.dw_{p}": ours[f"smoothing.{k}.filter.{p}"] for p in ("weight", "bias")}
    theirs["head.queries"] = ours["queries"]
    theirs = {name: tensor.clone() for name, tensor in theirs.items()}
    with zipfile.ZipFile(folder / "package.whl", "w") as wheel:
        wheel.writestr("fracast/weights/model.safetensors", save(theirs))
        wheel.writestr("fracast/weights/config.json", json.dumps({"model": {"n_stages": levels}}))
    return theirs


def test_the_packages_weights_part_into_stages_and_what_it_forecasts_by(tmp_path: Path) -> None:
    theirs = package_of(12, 4, tmp_path)
    weights, files = packaged.fracast([tmp_path / "package.whl"])
    backbone, head = small()
    backbone.network.load_state_dict(weights)  # strict: all of it, and nothing else
    head.load_state_dict(converted(theirs, 4)[1])
    assert list(files) == [FORECASTER]
    for level in range(4):
        assert torch.equal(weights[f"levels.{level}.block.mix.weight"], theirs["core.block.pw.weight"])
    angle = torch.pi * 2 / 2.0 ** torch.arange(4)  # of steps four apart, at the third level
    told = theirs["core.scale.to_gb.weight"] @ torch.cat([angle.sin(), angle.cos()]) + theirs["core.scale.to_gb.bias"]
    torch.testing.assert_close(torch.cat([weights["levels.2.scale"] - 1, weights["levels.2.shift"]]), told)


def test_another_model_cannot_forecast(home: Home) -> None:
    from tl_core.backbones.keep import keep

    backbone = tiny.make("fracast")
    keep(home, backbone.card, backbone.architecture, backbone.network.state_dict(), {})
    with pytest.raises(InputFault) as told:
        load_forecaster(home, backbone.card.name)
    assert told.value.key == "backbones.no_forecaster"
    with pytest.raises(InputFault) as told:
        load_forecaster(home, backbones.default("series"))
    assert told.value.key == "backbones.not_fetched"


def test_what_it_forecasts_by_is_damaged(home: Home) -> None:
    from tl_core.backbones.keep import keep

    backbone = tiny.make("fracast")
    keep(home, backbone.card, backbone.architecture, backbone.network.state_dict(), {FORECASTER: b"no weights"})
    with pytest.raises(InputFault) as told:
        load_forecaster(home, backbone.card.name)
    assert told.value.key == "backbones.broken_weights"
