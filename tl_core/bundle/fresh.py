"""The fresh process of ``parity``: a request comes in, answers go out.

``python -m tl_core.bundle.fresh PARENT LIBRARY``. It shares nothing with the process that trained: it reads the
bundle's folder and the project's samples.
"""

from __future__ import annotations

import sys

from tl_core import processes

if __name__ == "__main__":
    processes.die_with_parent(int(sys.argv[1]))

import importlib
import json
import os
from pathlib import Path

from tl_core import (
    modalities,
    quiet,  # noqa: F401 - silences the libraries imported from here on
)
from tl_core.bundle.load import load_bundle
from tl_core.domain.dataset import Sample
from tl_core.store.home import Home

AHEAD = {  # what takes long in each library
    "timm": ("timm",),
    "torchvision": ("torchvision.models",),
    "transformers": ("tokenizers", "transformers.modeling_utils"),
}


def answer(request: dict) -> dict:
    """``{"bundle", "home", "project", "samples"}`` -> ``{"probabilities"}``, in the order of the samples."""
    predictor = load_bundle(Path(request["bundle"]))
    modality = modalities.get(predictor.manifest.modality)
    home = Home(Path(request["home"]))
    samples = [Sample.model_validate(sample) for sample in request["samples"]]
    raws = (modality.load_raw(home, request["project"], sample) for sample in samples)
    return {"probabilities": predictor.answer(raws).tolist()}


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(5)  # a training may still be at work
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    for name in AHEAD.get(sys.argv[2], ()):
        importlib.import_module(name)
    asked = sys.stdin.read()
    if asked:
        print(json.dumps(answer(json.loads(asked))), file=replies, flush=True)
    replies.flush()
    os._exit(0)  # at once: libraries' threads need not be asked
