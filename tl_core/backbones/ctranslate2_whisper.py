"""A Whisper model as CTranslate2 stores it ("model.bin", version 6): its encoder's weights as transformers names them.

All numbers are little-endian. In order: version, the specification's name and revision; the number of variables, and of
each its name, shape, type, size and values; names that stand for others. A text is its length, with the zero at its
end, and its letters. Half precision comes back as single. Three matrices of attention lie in one, below each other.
"""

from __future__ import annotations

import re
import struct

import numpy as np
import torch
from torch import Tensor

VERSION = 6
NAME = "WhisperSpec"
TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}
PARTS = {  # of a layer, in their file and in ours
    "self_attention/layer_norm": "self_attn_layer_norm",
    "self_attention/linear_1": "self_attn.out_proj",
    "ffn/layer_norm": "final_layer_norm",
    "ffn/linear_0": "fc1",
    "ffn/linear_1": "fc2",
}
ATTENTION = ("q_proj", "k_proj", "v_proj")  # in the order that "self_attention/linear_0" holds them
VALUES = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}


def variables(content: bytes) -> dict[str, np.ndarray]:
    """Every tensor in the file, by its name there. Raises ValueError for another kind of file."""
    at = 0

    def take(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{form}", content, at)
        at += struct.calcsize(f"<{form}")
        return value

    def text() -> str:
        nonlocal at
        length = take("H")
        at += length
        return content[at - length : at - 1].decode("ascii")

    if len(content) < 8 or take("I") != VERSION or text() != NAME:
        raise ValueError(f"not a {NAME} of version {VERSION}")
    take("I")  # the specification's revision
    found = {}
    for _ in range(take("I")):
        name = text()
        shape = [take("I") for _ in range(take("B"))]
        kind, size = np.dtype(TYPES[take("B")]), take("I")
        found[name] = np.frombuffer(content, kind, size // kind.itemsize, at).reshape(shape)
        at += size
    return found


def encoder(found: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """Tensors named as in transformers' WhisperEncoder, in single precision."""
    weights = {"embed_positions.weight": _single(found["encoder/position_encodings/encodings"])}
    layers = {int(told[1]) for name in found if (told := re.match(r"encoder/layer_(\d+)/", name))}
    names = {"encoder/conv1": "conv1", "encoder/conv2": "conv2", "encoder/layer_norm": "layer_norm"}
    for layer in sorted(layers):
        names |= {f"encoder/layer_{layer}/{theirs}": f"layers.{layer}.{ours}" for theirs, ours in PARTS.items()}
        joined = f"encoder/layer_{layer}/self_attention/linear_0"
        for part, weight, bias in zip(
            ATTENTION, np.split(found[f"{joined}/weight"], 3), np.split(found[f"{joined}/bias"], 3), strict=True
        ):
            weights[f"layers.{layer}.self_attn.{part}.weight"] = _single(weight)
            if part != "k_proj":  # it has none, so theirs is all zeros
                weights[f"layers.{layer}.self_attn.{part}.bias"] = _single(bias)
    for theirs, ours in names.items():
        for value, name in VALUES.items():
            if f"{theirs}/{value}" in found:
                weights[f"{ours}.{name}"] = _single(found[f"{theirs}/{value}"])
    return weights


def _single(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))
