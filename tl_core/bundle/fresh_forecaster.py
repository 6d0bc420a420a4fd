"""The fresh process of ``forecaster.certify``: ``python -m tl_core.bundle.fresh_forecaster PARENT``.

It shares nothing with the process that measured but the files.
"""

from __future__ import annotations

import sys

from tl_core import processes

if __name__ == "__main__":
    processes.die_with_parent(int(sys.argv[1]))

import json
import os
from pathlib import Path

import numpy as np

from tl_core import quiet  # noqa: F401 - silences the libraries imported from here on
from tl_core.bundle.forecaster import LoadedForecaster


def answer(request: dict) -> dict:
    """``{"folder", "pasts", "known"}``, None for gaps -> ``{"quantiles"}``."""
    pasts = [np.array([np.nan if v is None else v for v in past], dtype=np.float64) for past in request["pasts"]]
    known = [np.array(one, dtype=np.float64) for one in request["known"]]
    return {"quantiles": LoadedForecaster(Path(request["folder"])).ahead(pasts, known).tolist()}


if __name__ == "__main__":
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    print(json.dumps(answer(json.load(sys.stdin))), file=replies, flush=True)
