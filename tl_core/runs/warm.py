"""Compiling a starting model before anybody waits for it."""

from __future__ import annotations

from functools import partial

import torch

from tl_core import modalities
from tl_core.backbones.load import load
from tl_core.freezing.prefix import compile_prefix, compiled_models
from tl_core.store.home import Home
from tl_core.training.recipes import default_boundary


def compile_ahead(home: Home, name: str) -> None:
    """Keep the compiled prefixes that the recipes' defaults use: the quick look's and fine-tuning's, or that by which a
    run finds how deep to read.

    Only a CPU keeps compiled models; on other devices this does nothing that lasts.
    """
    backbone = load(home, name)
    modality = modalities.get(backbone.card.modality)
    preprocess = modality.make_preprocessor(backbone.card, backbone.files, {})
    example = modality.collate([preprocess(modality.blank())] * 2)
    boundary, stages = default_boundary(backbone.card, "finetune"), len(backbone.stages)
    keep = partial(compile_prefix, backbone, example=example, device=torch.device("cpu"), cache=compiled_models(home))
    if backbone.card.any_depth:
        keep(range(1, stages + 1), hidden=True, features=False, pooled=True)
        return
    for at, hidden, features in ((stages, False, True), (boundary, True, True), (boundary, True, False)):
        keep(at, hidden=hidden, features=features)
