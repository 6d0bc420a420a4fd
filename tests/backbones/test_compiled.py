"""Spans of the default models through OpenVINO: any batch, any length, the same numbers."""

from __future__ import annotations

import openvino
import pytest
import torch
from torch import Tensor

from tests.backbones import tiny
from tl_core.backbones import catalogue
from tl_core.backbones.families import build
from tl_core.backbones.protocol import Backbone, Span

pytestmark = pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")  # what we check here is just that
IMAGE, TEXT = catalogue.DEFAULTS["image"], catalogue.DEFAULTS["text"]


def backbone_of(name: str) -> Backbone:
    torch.manual_seed(5)
    made = build(catalogue.catalogue_card(name), catalogue.entries()[name]["architecture"])
    made.network.eval()
    return made


def compiled(span: Span, example: tuple[Tensor, ...]):
    """The span for any batch, and for texts any length."""
    with torch.inference_mode():
        model = openvino.convert_model(span, example_input=example)
    free = 1 if len(example) == 1 else 2
    for port, tensor in zip(model.inputs, example, strict=True):
        port.get_node().set_partial_shape(openvino.PartialShape([-1] * free + list(tensor.shape[free:])))
    model.validate_nodes_and_infer_types()
    return openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})


def difference(span: Span, run, inputs: tuple[Tensor, ...]) -> float:
    """Relative L2 between the compiled span and PyTorch."""
    with torch.inference_mode():
        expected = span(*inputs)
    answer = torch.from_numpy(run([tensor.numpy() for tensor in inputs])[0])
    assert answer.shape == expected.shape
    return float((answer - expected).norm() / expected.norm())


def images(count: int) -> tuple[Tensor]:
    return (torch.randn(count, 3, 224, 224),)


def texts(count: int, length: int) -> tuple[Tensor, Tensor]:
    mask = torch.ones(count, length, dtype=torch.long)
    mask[0, length // 2 :] = 0
    return torch.randint(5, 30_000, (count, length)), mask


def test_images_pooled() -> None:
    span = Span(backbone_of(IMAGE), pooled=True)
    run = compiled(span, images(2))
    assert max(difference(span, run, images(count)) for count in (1, 3)) < 1e-3


def test_images_up_to_a_boundary() -> None:
    span = Span(backbone_of(IMAGE), 0, 5)
    assert difference(span, compiled(span, images(2)), images(3)) < 1e-3


def test_texts_pooled() -> None:
    span = Span(backbone_of(TEXT), pooled=True)
    run = compiled(span, texts(2, 10))
    assert max(difference(span, run, texts(*shape)) for shape in ((1, 128), (3, 7), (2, 31))) < 1e-3


def test_texts_between_two_boundaries() -> None:
    backbone = backbone_of(TEXT)
    words, between = Span(backbone, 0, 1), Span(backbone, 1, 4)
    with torch.inference_mode():
        example, other = ((words(ids, mask), mask) for ids, mask in (texts(2, 10), texts(3, 17)))
    assert difference(between, compiled(between, example), other) < 1e-3


@pytest.mark.parametrize(
    "name", ["transformers mpnet", "transformers dinov2", "timm test_vit", "torchvision tiny_swin"]
)
def test_less_usual_families_too(name: str) -> None:
    span = Span(tiny.make(name), pooled=True)
    inputs = tuple(tiny.batch(span.backbone).values())
    more = tuple(torch.cat([tensor, tensor]) for tensor in inputs)
    assert difference(span, compiled(span, inputs), more) < 1e-3
