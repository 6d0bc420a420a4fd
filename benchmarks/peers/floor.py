"""The floor: every sample decoded and passed once through the compiled network. Less work gives no features.

Its clock runs for compiling (or reading what was compiled before) and the pass; weights are loaded before it.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import openvino  # noqa: F401 - loaded before the clock
import timm  # noqa: F401
import tokenizers  # noqa: F401
import torch
import transformers.models.bert.modeling_bert  # noqa: F401

from benchmarks.material import Material
from benchmarks.result import Clock, Result
from tl_core import modalities
from tl_core.backbones.load import load
from tl_core.freezing.encode import read_ahead
from tl_core.freezing.prefix import compile_prefix, compiled_models
from tl_core.modalities.image.preprocess import open_image
from tl_core.store.home import Home

BATCH = 16  # samples, as Thaw takes


def run(material: Material, cold: bool = False) -> Result:
    home = Home(Path(material.thaw["home"]))
    backbone = load(home, material.thaw["backbone"])
    cache = Path(tempfile.mkdtemp()) if cold else compiled_models(home)
    modality = modalities.get(material.modality)
    preprocess = modality.make_preprocessor(backbone.card, backbone.files, {})
    samples = [*material.train.samples, *material.validation.samples]

    def batch(indices, view):
        raws = [open_image(Path(samples[i])) if material.modality == "image" else samples[i] for i in indices]
        return modality.collate([preprocess(raw) for raw in raws])

    clock = Clock()
    with clock.part("compile"):
        compiled = compile_prefix(
            backbone, len(backbone.stages), batch([0, 1], 0), torch.device("cpu"),
            hidden=False, features=True, cache=cache,
        )  # fmt: skip
    with clock.part("decode and pass"):
        order = np.argsort([len(s) if material.modality == "text" else 1 for s in samples], kind="stable")
        for _, inputs in read_ahead(batch, [order[k : k + BATCH] for k in range(0, len(order), BATCH)], 0):
            compiled(inputs)
    seconds = clock.seconds
    if cold:
        shutil.rmtree(cache, ignore_errors=True)
    return Result(seconds, clock.parts)
