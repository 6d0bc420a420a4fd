"""The frozen prefix as one function, compiled for the device it runs on."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from tl_core.backbones.protocol import Backbone
from tl_core.freezing.activations import key_of
from tl_core.store.home import Home

log = logging.getLogger(__name__)

Batch = dict[str, Tensor]
Outputs = tuple[np.ndarray | None, np.ndarray | None]  # activations at the boundary, pooled features
RunPrefix = Callable[[Batch], Outputs]


def compiled_models(home: Home) -> Path:
    """Where compiled models are kept; they can be made again."""
    return home.cache / "compiled"


class Prefix(nn.Module):
    """Input tensors, in the order of ``inputs`` -> activations at ``boundary``, pooled features, or both."""

    def __init__(self, backbone: Backbone, boundary: int, inputs: list[str], hidden: bool, features: bool) -> None:
        super().__init__()
        self.network = backbone.network
        self.backbone, self.boundary, self.inputs = backbone, boundary, inputs
        self.hidden, self.features = hidden, features

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        state = self.backbone.enter(dict(zip(self.inputs, tensors, strict=True)))
        outputs = []
        for number, stage in enumerate(self.backbone.stages):
            if number == self.boundary:
                if self.hidden:
                    outputs.append(state["hidden"])
                if not self.features:
                    break
            state = self.backbone.run(stage, state)
        if self.features:
            outputs.append(self.backbone.pool(state))
        return tuple(outputs)


def compile_prefix(
    backbone: Backbone,
    boundary: int,
    example: Batch,
    device: torch.device,
    *,
    hidden: bool,
    features: bool,
    cache: Path,
) -> RunPrefix:
    """The prefix up to ``boundary`` in f32: OpenVINO on a CPU (compiled models kept in ``cache``), eager elsewhere.

    Where OpenVINO cannot take a backbone, eager PyTorch runs it and the log says so.
    """
    backbone.network.eval()
    module = Prefix(backbone, boundary, list(example), hidden, features).eval()
    if device.type == "cpu":
        try:
            run = _openvino(module, example, backbone, cache)
        except Exception as error:
            log.warning("OpenVINO cannot run %s, PyTorch does: %s", backbone.card.name, error)
        else:
            return lambda batch: _pair(run([batch[name].numpy() for name in module.inputs]), module)
    module.to(device)

    def eager(batch: Batch) -> Outputs:
        with torch.inference_mode():
            outputs = module(*(batch[name].to(device, non_blocking=True) for name in module.inputs))
        return _pair([output.float().cpu().numpy() for output in outputs], module)

    return eager


def _pair(outputs: list[np.ndarray], module: Prefix) -> Outputs:
    rest = list(outputs)
    hidden = rest.pop(0) if module.hidden else None
    return hidden, rest.pop(0) if module.features else None


def _openvino(
    module: Prefix, example: Batch, backbone: Backbone, cache: Path
) -> Callable[[list[np.ndarray]], list[np.ndarray]]:
    """Convert once, keep the f32 model on disk, compile with the device's own cache beside it."""
    import openvino

    cache.mkdir(parents=True, exist_ok=True)
    key = key_of(
        openvino=openvino.__version__, weights=backbone.card.sha256, name=backbone.card.name,
        boundary=module.boundary, hidden=module.hidden, features=module.features,
        spatial=[list(t.shape[2:]) for t in example.values()],
    )  # fmt: skip
    path = cache / f"{key}.xml"
    core = openvino.Core()
    if not (path.exists() and backbone.card.sha256):
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracer talks of its own future
            model = openvino.convert_model(module, example_input=tuple(example.values()))
        for port, tensor in zip(model.inputs, example.values(), strict=True):
            port.get_node().set_partial_shape(openvino.PartialShape([-1, *_inner(tensor)]))
        model.validate_nodes_and_infer_types()
        if backbone.card.sha256:
            beside = path.with_name(f".{key}.{id(model):x}.xml")
            openvino.save_model(model, beside, compress_to_fp16=False)
            beside.with_suffix(".bin").replace(path.with_suffix(".bin"))
            beside.replace(path)
    else:
        model = core.read_model(path)
    compiled = core.compile_model(
        model, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "CACHE_DIR": str(cache)}
    )

    def run(arrays: list[np.ndarray]) -> list[np.ndarray]:
        result = compiled(arrays)
        return [np.array(result[i]) for i in range(len(compiled.outputs))]

    return run


def _inner(tensor: Tensor) -> list[int]:
    """Dimensions after the batch: fixed for images, free for the length of a text."""
    return list(tensor.shape[1:]) if tensor.ndim > 2 else [-1] * (tensor.ndim - 1)
