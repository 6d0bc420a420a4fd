"""How a bundle decides: ``decision.json`` and ``distance.safetensors``, named in ``bundle.json`` with their hashes.

Bundles from before hold neither: their likeliest class is the answer, always.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from tl_core.domain.bundle import BundleManifest
from tl_core.domain.decision import Decision
from tl_core.domain.fault import InputFault
from tl_core.evaluation.distance import Distance
from tl_core.store.atomic import room_expected, write_json

DECISION, DISTANCE = "decision.json", "distance.safetensors"
LARGEST = 4_000_000  # bytes of ``decision.json``


def write_decision(folder: Path, decision: Decision, distance: Distance | None = None) -> None:
    """Into a bundle's folder that is being written. Raises InputFault when the disk is full."""
    from safetensors.numpy import save_file

    write_json(folder / DECISION, decision)
    if distance is not None:
        with room_expected():
            save_file(distance.tensors(), folder / DISTANCE)


def read_decision(folder: Path, manifest: BundleManifest) -> Decision | None:
    """None: a bundle from before. Raises InputFault for one that does not fit the bundle's classes."""
    if DECISION not in manifest.files:
        return None
    file = folder / DECISION
    try:
        if file.stat().st_size > LARGEST:
            raise InputFault("bundle.strange")
        found = Decision.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputFault("bundle.strange") from error
    if not _fits(found, manifest.classes):
        raise InputFault("bundle.strange")
    return found


def read_distance(folder: Path, manifest: BundleManifest) -> Distance | None:
    """None: none is in the bundle. Raises InputFault for one that does not fit its features."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if DISTANCE not in manifest.files:
        return None
    try:
        found = load_file(folder / DISTANCE)
    except (OSError, SafetensorError, ValueError) as error:
        raise InputFault("bundle.damaged", name=DISTANCE) from error
    if not _sound(found, manifest.card.features):
        raise InputFault("bundle.strange")
    return Distance(**found)


def _fits(decision: Decision, classes: list[str]) -> bool:
    """As many numbers as there are classes, and each of them a number."""
    count, recalibration = len(classes), decision.recalibration
    steps = recalibration.steps
    numbers = [*recalibration.shifts, *(value for one in steps for value in (*one.x, *one.y))]
    limits = decision.sets.limits if decision.sets else []
    numbers += limits
    if decision.cut.threshold is not None:
        numbers.append(decision.cut.threshold)
    if decision.far is not None:
        numbers.append(decision.far.limit)
    return (
        decision.cut.positive in classes
        and len(recalibration.shifts) == (count if recalibration.kind == "shifted" else 0)
        and len(steps) == ((1 if count == 2 else count) if recalibration.kind == "isotonic" else 0)
        and all(one.x and len(one.x) == len(one.y) and one.x == sorted(one.x) for one in steps)
        and all(0 < value < 1 for one in steps for value in one.y)
        and (decision.sets is None or len(limits) == count)
        and bool(np.isfinite(numbers).all())
    )


def _sound(tensors: Mapping[str, np.ndarray], features: int) -> bool:
    if set(tensors) != {"means", "directions", "spreads", "rest"}:
        return False
    if any(one.dtype != np.float32 or not np.isfinite(one).all() for one in tensors.values()):
        return False
    means, directions, spreads, rest = (tensors[name] for name in ("means", "directions", "spreads", "rest"))
    return (
        means.ndim == directions.ndim == 2
        and len(means) >= 1
        and means.shape[1] == directions.shape[1] == features
        and spreads.shape == (len(directions),)
        and rest.shape == (1,)
        and bool((spreads > 0).all() and (rest > 0).all())
    )
