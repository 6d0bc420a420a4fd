"""The frozen prefix of many backbones, compiled: any batch, any length, the numbers of PyTorch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.backbones import tiny
from tl_core.backbones import catalogue
from tl_core.backbones.families import build
from tl_core.backbones.protocol import Backbone, forward
from tl_core.domain.card import AudioInput
from tl_core.freezing.prefix import compile_prefix

pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")  # what we check here is just that
IMAGE, TEXT = catalogue.DEFAULTS["image"], catalogue.DEFAULTS["text"]


def backbone_of(name: str) -> Backbone:
    torch.manual_seed(5)
    made = build(catalogue.catalogue_card(name), catalogue.entries()[name]["architecture"])
    made.network.eval()
    return made


def images(count: int) -> dict[str, Tensor]:
    return {"pixels": torch.randn(count, 3, 224, 224)}


def texts(count: int, length: int) -> dict[str, Tensor]:
    mask = torch.ones(count, length, dtype=torch.long)
    mask[0, length // 2 :] = 0
    return {"ids": torch.randint(5, 30_000, (count, length)), "mask": mask}


def sounds(backbone: Backbone, count: int, length: int) -> dict[str, Tensor]:
    assert isinstance(backbone.card.input, AudioInput)
    mask = torch.ones(count, length, dtype=torch.long)
    mask[0, length // 2 :] = 0
    return {"frames": torch.randn(count, length, backbone.card.input.mels), "mask": mask}


def check(
    backbone: Backbone,
    boundary: int,
    example: dict[str, Tensor],
    batches: list[dict[str, Tensor]],
    cache: Path,
    library: str = "OpenVINO",
) -> None:
    """Activations and features of ``batches`` are as the backbone has them, by a prefix compiled for ``example``."""
    run = compile_prefix(backbone, boundary, example, torch.device("cpu"), hidden=True, features=True, cache=cache)
    assert run.library == library
    for batch in batches:
        with torch.inference_mode():
            hidden = forward(backbone, batch, stop=boundary)["hidden"]
            features = backbone.pool(forward(backbone, batch))
        for answer, expected in zip(run(batch), (hidden, features), strict=True):
            assert answer is not None
            assert answer.shape == tuple(expected.shape)
            assert float((torch.from_numpy(answer) - expected).norm() / expected.norm()) < 1e-3


def test_images(tmp_path: Path) -> None:
    check(backbone_of(IMAGE), 5, images(2), [images(1), images(3)], tmp_path)


def test_texts(tmp_path: Path) -> None:
    check(backbone_of(TEXT), 3, texts(2, 10), [texts(1, 128), texts(3, 7), texts(2, 31)], tmp_path)


@pytest.mark.parametrize("name", [name for name, one in catalogue.entries().items() if one["modality"] == "audio"])
def test_sounds(name: str, tmp_path: Path) -> None:
    backbone = backbone_of(name)
    check(backbone, 2, sounds(backbone, 2, 20), [sounds(backbone, 1, 51), sounds(backbone, 3, 8)], tmp_path)


@pytest.mark.parametrize("name", tiny.SOUNDS)
def test_pooled_at_every_depth_by_one_pass(name: str, tmp_path: Path) -> None:
    backbone, cpu = tiny.make(name), torch.device("cpu")
    example, depths = sounds(backbone, 2, 10), range(1, len(backbone.stages) + 1)
    run = compile_prefix(backbone, depths, example, cpu, hidden=True, features=False, cache=tmp_path, pooled=True)
    assert run.library == "OpenVINO"
    batch = sounds(backbone, 3, 21)
    found, features = run.each(batch)
    assert features is None
    for depth, answer in zip(depths, found, strict=True):
        with torch.inference_mode():
            wanted = backbone.pool(forward(backbone, batch, stop=depth))
        assert float((torch.from_numpy(answer) - wanted).norm() / wanted.norm()) < 1e-3


def test_several_boundaries_by_one_pass(tmp_path: Path) -> None:
    backbone, cpu = tiny.make("transformers vit"), torch.device("cpu")
    example = tiny.batch(backbone)
    run = compile_prefix(backbone, [1, 2], example, cpu, hidden=True, features=True, cache=tmp_path)
    hidden, features = run.each(example)
    with torch.inference_mode():
        expected = [forward(backbone, example, stop=stop)["hidden"] for stop in (1, 2)]
        expected.append(backbone.pool(forward(backbone, example)))
    assert features is not None
    for answer, wanted in zip([*hidden, features], expected, strict=True):
        assert float((torch.from_numpy(answer) - wanted).norm() / wanted.norm()) < 1e-3


def test_the_last_stage_too_before_it_is_pooled(tmp_path: Path) -> None:
    backbone, cpu = tiny.make("timm test_efficientnet"), torch.device("cpu")
    example, count = tiny.batch(backbone), len(backbone.stages)
    run = compile_prefix(backbone, [1, count], example, cpu, hidden=True, features=False, cache=tmp_path)
    hidden, features = run.each(example)
    assert features is None
    with torch.inference_mode():
        expected = [forward(backbone, example, stop=stop)["hidden"] for stop in (1, count)]
    for answer, wanted in zip(hidden, expected, strict=True):
        assert float((torch.from_numpy(answer) - wanted).norm() / wanted.norm()) < 1e-3


def test_compiled_just_now_or_long_ago_the_numbers_are_the_same(tmp_path: Path) -> None:
    """What a killed child left undone is done by one that finds the compiled model: to the last digit."""
    backbone, example = tiny.make("transformers bert"), texts(8, 9)
    backbone.card = backbone.card.model_copy(update={"sha256": "ab" * 32})
    example["ids"] %= tiny.WORDS
    just_now, later = (
        compile_prefix(backbone, 2, example, torch.device("cpu"), hidden=True, features=True, cache=tmp_path)(example)
        for _ in range(2)
    )
    assert any(tmp_path.glob("*.xml"))
    for one, other in zip(just_now, later, strict=True):
        assert (one == other).all()


@pytest.mark.parametrize(
    "name", ["transformers mpnet", "transformers dinov2", "timm test_vit", "torchvision tiny_swin"]
)
def test_less_usual_families_too(name: str, tmp_path: Path) -> None:
    backbone = tiny.make(name)
    inputs = tiny.batch(backbone)
    more = {key: torch.cat([tensor, tensor]) for key, tensor in inputs.items()}
    check(backbone, 1, inputs, [inputs, more], tmp_path)


def test_what_openvino_cannot_take_runs_in_pytorch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no such operation")

    monkeypatch.setattr("openvino.convert_model", refuse)
    backbone = tiny.make("timm test_vit")
    check(backbone, 1, tiny.batch(backbone), [tiny.batch(backbone)], tmp_path, "PyTorch")
    assert "no such operation" in caplog.text
