"""A training's decision on disk, how far judged samples lie, how true its percentages come: in ``evaluation``."""

from __future__ import annotations

from tl_core.domain.decision import Decision, Distances
from tl_core.domain.reliability import Calibrated
from tl_core.domain.split import Subset
from tl_core.store.atomic import write_json
from tl_core.store.nouns import read_noun
from tl_core.store.run_folder import RunFolder

DECISION = "decision.json"


def read_decision(folder: RunFolder) -> Decision | None:
    """None: a training from before, or one that this Thaw cannot read."""
    return read_noun(folder.path / "evaluation" / DECISION, Decision, forgiving=True)


def write_decision(folder: RunFolder, decision: Decision) -> None:
    """Raises InputFault when the disk is full."""
    write_json(folder.evaluation / DECISION, decision)


def read_distances(folder: RunFolder, subset: Subset) -> Distances | None:
    return read_noun(folder.path / "evaluation" / f"{subset}-distances.json", Distances)


def write_distances(folder: RunFolder, subset: Subset, distances: Distances) -> None:
    """Raises InputFault when the disk is full."""
    write_json(folder.evaluation / f"{subset}-distances.json", distances)


def read_calibrated(folder: RunFolder, subset: Subset) -> Calibrated | None:
    """None: not kept, or older than the answers it was made from."""
    file = folder.path / "evaluation" / f"{subset}-calibrated.json"
    try:
        made = file.stat().st_mtime_ns
        for one in ("validation", subset):
            if folder.predictions(one).stat().st_mtime_ns > made:
                return None
    except FileNotFoundError:
        return None
    return read_noun(file, Calibrated, forgiving=True)


def write_calibrated(folder: RunFolder, subset: Subset, calibrated: Calibrated) -> None:
    """After the answers that it is made from. Raises InputFault when the disk is full."""
    write_json(folder.evaluation / f"{subset}-calibrated.json", calibrated)
