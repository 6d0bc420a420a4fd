"""What a model saw in the samples it learned from, to find those most like a new one: in its training's folder alone.

A downloaded bundle does not hold it: features can tell of the samples they are of.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tl_core.store.atomic import read_json, write_array, write_json
from tl_core.store.run_folder import RunFolder

if TYPE_CHECKING:
    import numpy as np

FEATURES, SAMPLES = "learned.npy", "learned.json"


def write_learned(folder: RunFolder, samples: Sequence[str], features: np.ndarray) -> None:
    """``features`` (sample, feature), kept in half precision. Raises InputFault when the disk is full."""
    write_array(folder.evaluation / FEATURES, features.astype("float16"))
    write_json(folder.evaluation / SAMPLES, list(samples))


def read_learned(run: Path) -> tuple[list[str], np.ndarray] | None:
    """Of the training in the folder ``run``: ids (sample) and features (sample, feature) float32; None: none kept."""
    import numpy

    try:
        samples = read_json(run / "evaluation" / SAMPLES)
        features = numpy.load(run / "evaluation" / FEATURES, allow_pickle=False).astype("float32")
    except (OSError, ValueError):
        return None
    return (samples, features) if len(samples) == len(features) else None
