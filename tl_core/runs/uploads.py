"""Uploads answered by a bundle: every item read in the limited children, in windows, through the model."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tl_core import modalities
from tl_core.bundle.load import Predictor
from tl_core.data.incoming import Incoming
from tl_core.data.items import Item, read_items
from tl_core.data.refused import Refused
from tl_core.domain.decision import Unsure
from tl_core.modalities.look import Look

WINDOW = 64  # items read before the model is asked: sets how often progress is told


class Said(NamedTuple):
    """What a bundle says of one sample."""

    network: np.ndarray  # (c,) the network's own probabilities
    distance: float | None  # to what it learned from; None: the bundle cannot tell
    label: int
    probabilities: np.ndarray  # (c,) corrected
    unsure: Unsure
    features: np.ndarray  # (feature,) what its head sees
    look: Look | None = None  # what is to be seen without it, where that was asked for; without its sketch


def answer_upload(
    predictor: Predictor, upload: Incoming, work: Path, looking: bool = False
) -> Iterator[tuple[Item, Said | Refused]]:
    """Every item with what is said of it, or why it could not be read, in the upload's order.

    ``work`` is an empty folder for what passes through. Equal samples are answered once. ``looking``: each is looked at
    without the model, too.
    """
    modality = modalities.get(predictor.manifest.modality)
    thumbnails = work / "thumbnails"
    thumbnails.mkdir()
    with tempfile.TemporaryDirectory(dir=work, prefix="compiled-", ignore_cleanup_errors=True) as place:
        predictor.quicken(upload.total, Path(place))
    known: dict[str, Said] = {}  # by the digest of the content

    def settled(window: list[tuple[Item, dict[str, Any] | Refused]]) -> Iterator[tuple[Item, Said | Refused]]:
        fresh: dict[str, dict[str, Any]] = {}
        for _, read in window:
            if isinstance(read, dict) and read["id"] not in known:
                fresh[read["id"]] = read
        rows = _said(predictor, (modality.read_raw(read, work) for read in fresh.values()))
        known.update(zip(fresh, rows, strict=True))
        for name, read in fresh.items():
            if looking:
                look = modality.look_at(read, work, thumbnails)._replace(sketch=None)
                known[name] = known[name]._replace(look=look)
            if read.get("file"):
                (work / read["file"]).unlink(missing_ok=True)
                (thumbnails / f"{name}.webp").unlink(missing_ok=True)
        for item, read in window:
            yield item, known[read["id"]] if isinstance(read, dict) else read

    window: list[tuple[Item, dict[str, Any] | Refused]] = []
    scan = predictor.manifest.scan  # scans are read as those that the model learned from
    fixed = {
        "samples": str(work),
        "thumbnails": str(thumbnails) if looking else None,
        "scan": scan.model_dump() if scan else None,
    }
    for pair in read_items(upload.items(), modality.reading, fixed):
        if pair[0].kept:  # a remark on a table, not an item
            continue
        window.append(pair)
        if len(window) == WINDOW:
            yield from settled(window)
            window = []
    yield from settled(window)


def _said(predictor: Predictor, raws: Iterable[Any]) -> Iterator[Said]:
    seen = predictor.look(raws)
    verdicts = predictor.judge(seen.probabilities, seen.distances)
    for row, network in enumerate(seen.probabilities):
        distance = None if seen.distances is None else float(seen.distances[row])
        label, chances = int(verdicts.labels[row]), verdicts.probabilities[row]
        yield Said(network, distance, label, chances, verdicts.unsure(row), seen.features[row])
