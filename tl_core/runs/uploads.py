"""Uploads answered by a bundle: every item read in the limited children, in windows, through the model."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tl_core import modalities
from tl_core.bundle.load import Predictor
from tl_core.data.incoming import Incoming, Item, read_items
from tl_core.data.refused import Refused

WINDOW = 64  # items read before the model is asked: sets how often progress is told


def answer_upload(predictor: Predictor, upload: Incoming, work: Path) -> Iterator[tuple[Item, np.ndarray | Refused]]:
    """Every item with its probabilities (c,), or why it could not be read, in the upload's order.

    ``work`` is an empty folder for what passes through. Equal samples are answered once.
    """
    modality = modalities.get(predictor.manifest.modality)
    with tempfile.TemporaryDirectory(dir=work, prefix="compiled-", ignore_cleanup_errors=True) as place:
        predictor.quicken(upload.total, Path(place))
    known: dict[str, np.ndarray] = {}  # by the digest of the content

    def settled(window: list[tuple[Item, dict[str, Any] | Refused]]) -> Iterator[tuple[Item, np.ndarray | Refused]]:
        fresh: dict[str, dict[str, Any]] = {}
        for _, read in window:
            if isinstance(read, dict) and read["id"] not in known:
                fresh[read["id"]] = read
        rows = predictor.answer(modality.read_raw(read, work) for read in fresh.values())
        known.update(zip(fresh, rows, strict=True))
        for read in fresh.values():
            if read.get("file"):
                (work / read["file"]).unlink(missing_ok=True)
        for item, read in window:
            yield item, known[read["id"]] if isinstance(read, dict) else read

    window: list[tuple[Item, dict[str, Any] | Refused]] = []
    scan = predictor.manifest.scan  # scans are read as those that the model learned from
    fixed = {"samples": str(work), "thumbnails": None, "scan": scan.model_dump() if scan else None}
    for pair in read_items(upload, modality.reading, fixed):
        if pair[0].kept:  # a remark on a table, not an item
            continue
        window.append(pair)
        if len(window) == WINDOW:
            yield from settled(window)
            window = []
    yield from settled(window)
