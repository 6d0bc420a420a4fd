"""The fresh process of ``parity``: a request comes in, answers go out.

``python -m tl_core.bundle.fresh PARENT KIND LIBRARY``. It shares nothing with the process that measured: it reads the
written files, and of a bundle the project's samples.
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

from tl_core import quiet  # noqa: F401 - silences the libraries imported from here on

AHEAD = {  # what takes long in each library, and of each kind
    "timm": ("timm",),
    "torchvision": ("torchvision.models",),
    "transformers": ("tokenizers", "transformers.modeling_utils"),
    "bundle": ("tl_core.modalities", "tl_core.bundle.load"),
}


def of_bundle(request: dict) -> dict:
    """``{"bundle", "home", "project", "samples"}`` -> ``{"probabilities"}``, in the order of the samples."""
    from tl_core import modalities
    from tl_core.bundle.load import load_bundle
    from tl_core.domain.dataset import Sample
    from tl_core.store.home import Home

    predictor = load_bundle(Path(request["bundle"]))
    modality = modalities.get(predictor.manifest.modality)
    home = Home(Path(request["home"]))
    samples = [Sample.model_validate(sample) for sample in request["samples"]]
    raws = (modality.load_raw(home, request["project"], sample) for sample in samples)
    return {"probabilities": predictor.answer(raws).tolist()}


def of_forecaster(request: dict) -> dict:
    """``{"folder", "pasts", "known"}``, None for gaps -> ``{"quantiles"}``."""
    import numpy as np

    from tl_core.bundle.forecaster import LoadedForecaster

    pasts = [np.array([np.nan if v is None else v for v in past], dtype=np.float64) for past in request["pasts"]]
    known = [np.array(one, dtype=np.float64) for one in request["known"]]
    return {"quantiles": LoadedForecaster(Path(request["folder"])).ahead(pasts, known).tolist()}


def of_assistant(request: dict) -> dict:
    """``{"folder", "questions"}`` -> ``{"replies"}``, quoted ones, in the order of the questions."""
    from tl_core.bundle.assistant import LoadedAssistant

    assistant = LoadedAssistant(Path(request["folder"]))
    return {"replies": [assistant.reply(question).model_dump(mode="json") for question in request["questions"]]}


ANSWERS = {"bundle": of_bundle, "forecaster": of_forecaster, "assistant": of_assistant}

if __name__ == "__main__":
    if sys.argv[3] and hasattr(os, "nice"):
        os.nice(5)  # a training is still at work
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    for name in (*AHEAD.get(sys.argv[2], ()), *AHEAD.get(sys.argv[3], ())):
        importlib.import_module(name)
    asked = sys.stdin.read()
    if asked:
        print(json.dumps(ANSWERS[sys.argv[2]](json.loads(asked))), file=replies, flush=True)
    replies.flush()
    os._exit(0)  # at once: libraries' threads need not be asked
