"""The frozen prefix as one function, compiled for the device it runs on."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from tl_core.backbones.depth import identity
from tl_core.backbones.protocol import Backbone, State
from tl_core.domain.plan import Precision
from tl_core.freezing.activations import key_of
from tl_core.freezing.precision import autocast
from tl_core.store.home import Home

log = logging.getLogger(__name__)

Batch = dict[str, Tensor]
Outputs = tuple[np.ndarray | None, np.ndarray | None]  # activations at the boundary, pooled features
RunPrefix = Callable[[Batch], Outputs]
OutputsOfEach = tuple[list[np.ndarray], np.ndarray | None]  # activations at each of several boundaries, pooled features
RunEach = Callable[[Batch], OutputsOfEach]


@dataclass(frozen=True)
class CompiledPrefix:
    """Takes a collated batch to activations, pooled features, or both; and what runs it."""

    library: Literal["OpenVINO", "PyTorch"]
    run: Callable[[Batch], list[np.ndarray]]
    hidden: bool
    features: bool

    def __call__(self, batch: Batch) -> Outputs:
        hidden, features = self.each(batch)
        return hidden[0] if hidden else None, features

    def each(self, batch: Batch) -> OutputsOfEach:
        """As a call, of every boundary it was compiled for."""
        outputs = self.run(batch)
        features = outputs.pop() if self.features else None
        return outputs, features


def compiled_models(home: Home) -> Path:
    """Where compiled models are kept; they can be made again."""
    return home.cache / "compiled"


class Prefix(nn.Module):
    """Input tensors, in the order of ``inputs`` -> activations at each of ``boundaries``, pooled features, or both.

    ``pooled``: at each of the boundaries pooled features in the place of activations.
    """

    def __init__(
        self, backbone: Backbone, boundaries: list[int], inputs: list[str], hidden: bool, features: bool,
        pooled: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.network = backbone.network
        self.backbone, self.boundaries, self.inputs = backbone, boundaries, inputs
        self.hidden, self.features, self.pooled = hidden, features, pooled

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        state = self.backbone.enter(dict(zip(self.inputs, tensors, strict=True)))
        outputs = []
        for number, stage in enumerate(self.backbone.stages):
            if self.hidden and number in self.boundaries:
                outputs.append(self._seen(state))
            if number == self.boundaries[-1] and not self.features:
                break
            state = self.backbone.run(stage, state)
        if self.hidden and len(self.backbone.stages) in self.boundaries:
            outputs.append(self._seen(state))
        if self.features:
            outputs.append(self.backbone.pool(state))
        return tuple(outputs)

    def _seen(self, state: State) -> Tensor:
        return self.backbone.pool(state) if self.pooled else state["hidden"]


def compile_prefix(
    backbone: Backbone,
    boundary: int | Sequence[int],
    example: Batch,
    device: torch.device,
    *,
    hidden: bool,
    features: bool,
    cache: Path,
    precision: Precision = "f32",
    pooled: bool = False,
) -> CompiledPrefix:
    """The prefix up to ``boundary``: OpenVINO on a CPU (compiled models kept in ``cache``), eager elsewhere.

    In bf16 its outputs are f32 numbers within a relative L2 of 2e-2 of the f32 ones; the device must compute with it.

    Of several boundaries, in rising order, one pass gives the activations at each (``CompiledPrefix.each``), or, if
    ``pooled``, what is pooled from them.
    Where OpenVINO cannot take a backbone, eager PyTorch runs it and the log says so.
    """
    backbone.network.eval()
    boundaries = [boundary] if isinstance(boundary, int) else list(boundary)
    module = Prefix(backbone, boundaries, list(example), hidden, features, pooled).eval()
    if device.type == "cpu":
        try:
            return CompiledPrefix("OpenVINO", _openvino(module, example, backbone, cache, precision), hidden, features)
        except Exception as error:
            log.warning("OpenVINO cannot run %s, PyTorch does: %s", backbone.card.name, error)
    module.to(device).to(memory_format=torch.channels_last)  # of convolutions, as in Suffix
    return CompiledPrefix("PyTorch", _eager(module, device, precision), hidden, features)


def eager_prefix(
    backbone: Backbone, boundary: int, example: Batch, device: torch.device, precision: Precision
) -> CompiledPrefix:
    """Activations at ``boundary`` by the network as it lies in memory: no second copy of its weights is made."""
    module = Prefix(backbone, [boundary], list(example), hidden=True, features=False).eval()
    return CompiledPrefix("PyTorch", _eager(module, device, precision), hidden=True, features=False)


def on(device: torch.device, tensor: Tensor) -> Tensor:
    """Where it is computed with. To a GPU from pinned memory, so that it travels while the one before is worked on."""
    if device.type == "cuda" and tensor.device.type == "cpu":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)


def _eager(module: Prefix, device: torch.device, precision: Precision) -> Callable[[Batch], list[np.ndarray]]:
    def eager(batch: Batch) -> list[np.ndarray]:
        try:
            with torch.inference_mode(), autocast(device, precision):
                outputs = module(*(on(device, batch[name]) for name in module.inputs))
            return [output.float().cpu().contiguous().numpy() for output in outputs]
        except torch.OutOfMemoryError:
            half = len(next(iter(batch.values()))) // 2
            if not half:
                raise
        torch.cuda.empty_cache()
        parts = [
            eager({name: tensor[cut] for name, tensor in batch.items()}) for cut in (slice(half), slice(half, None))
        ]
        return [np.concatenate(pair) for pair in zip(*parts, strict=True)]

    return eager


def _openvino(
    module: Prefix, example: Batch, backbone: Backbone, cache: Path, precision: Precision
) -> Callable[[Batch], list[np.ndarray]]:
    """Convert once, keep the f32 model on disk, compile with the device's own cache beside it."""
    import openvino

    cache.mkdir(parents=True, exist_ok=True)
    key = key_of(
        openvino=openvino.__version__, **identity(backbone), **({"pooled": True} if module.pooled else {}),
        boundary=module.boundaries if module.boundaries[1:] else module.boundaries[0],
        hidden=module.hidden, features=module.features,
        spatial=[list(t.shape[2:]) for t in example.values()],
    )  # fmt: skip
    path = cache / f"{key}.xml"
    core = openvino.Core()
    if not (path.exists() and backbone.card.sha256):
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracer talks of its own future
            model = openvino.convert_model(module, example_input=tuple(example.values()))
        for port, tensor in zip(model.inputs, example.values(), strict=True):
            port.get_node().set_partial_shape(openvino.PartialShape([-1, *_inner(tensor, "mask" in example)]))
        model.validate_nodes_and_infer_types()
        if backbone.card.sha256:
            beside = path.with_name(f".{key}.{id(model):x}.xml")
            openvino.save_model(model, beside, compress_to_fp16=False)
            beside.with_suffix(".bin").replace(path.with_suffix(".bin"))
            beside.replace(path)
    if path.exists() and backbone.card.sha256:  # also what was just made: read back, its sums differ in the last digit
        model = core.read_model(path)
    compiled = core.compile_model(
        model, "CPU", {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY", "CACHE_DIR": str(cache)}
    )

    def run(batch: Batch) -> list[np.ndarray]:
        result = compiled([batch[name].numpy() for name in module.inputs])
        return [np.array(result[i]) for i in range(len(compiled.outputs))]

    return run


def _inner(tensor: Tensor, masked: bool) -> list[int]:
    """Dimensions after the batch: fixed for images, free for the length of what a mask goes with."""
    return [-1, *tensor.shape[2:]] if masked else list(tensor.shape[1:])
