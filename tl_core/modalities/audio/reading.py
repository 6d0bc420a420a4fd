"""A stranger's recording -> mono sounds of our own at 16 kHz, with small pictures. Runs in the limited child.

No torch. A long recording becomes several sounds, which stay one group: what is learned from one part of it must not be
judged by another.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tl_core.data.refused import Refused
from tl_core.data.sizes import check_size
from tl_core.data.sounds import RATE
from tl_core.data.sounds.flac import flac
from tl_core.data.sounds.picture import picture
from tl_core.data.sounds.recording import Recording, is_audible, record
from tl_core.data.written import write_whole

TABLES, LISTS = False, True  # classes come from folders, or from a table that names the files
LARGEST = 500_000_000  # bytes
WHOLE = 30  # seconds: what is no longer is kept in one piece
WINDOW = 10  # seconds of a part of what is longer, at most
SHORTEST = 0.02  # seconds: a click
QUIETEST = -120.0  # dB


def read(item: dict) -> dict:
    """``{"path", "samples", "thumbnails"}`` -> ``{"id", "file", "fresh", "traits", "remarks"}``.

    Writes the sound and its picture into the two folders (the last may be None), named by the digest of what is
    written. Of a long recording each part is one of ``"parts"``, with its number ``"part"``, and ``"remarks"`` are of
    them all. Raises ``Refused`` (area refusals).
    """
    path = Path(item["path"])
    check_size(path, LARGEST)
    found = record(path)
    if len(found.values) < SHORTEST * RATE:
        raise Refused("refusals.too_short", limit=round(1000 * SHORTEST))
    if len(found.values) <= WHOLE * RATE:
        return {**_kept(found, 0, len(found.values), item), "remarks": found.remarks}
    return _parts(found, item)


def load(path: Path) -> np.ndarray:
    """A sound of our own: (n,) float32 in -1..1 at 16 kHz. Raises OSError, and ``soundfile.LibsndfileError``."""
    values, _ = soundfile.read(path, dtype="float32")
    return values


def _parts(found: Recording, item: dict) -> dict:
    """Of equal length, so that length tells nothing; silent ones are left out."""
    count = -(-len(found.values) // (WINDOW * RATE))
    edges = np.linspace(0, len(found.values), count + 1).round().astype(int).tolist()
    parts, silent = [], 0
    for number, (start, end) in enumerate(pairwise(edges), start=1):
        if is_audible(found.values[start:end]):
            parts.append({**_kept(found, start, end, item), "part": number})
        else:
            silent += 1
    remarks = list(found.remarks)
    if silent:
        remarks.append({"reason": "refusals.silent_parts", "values": {"count": silent, "parts": count}})
    return {"parts": parts, "remarks": remarks}


def _kept(found: Recording, start: int, end: int, item: dict) -> dict[str, Any]:
    """A part of a recording written down, with its traits."""
    values = found.values[start:end]
    content = flac(values)
    own = hashlib.sha256(content).hexdigest()[:16]
    fresh = write_whole(Path(item["samples"]) / f"{own}.flac", content)
    if item["thumbnails"] is not None:
        write_whole(Path(item["thumbnails"]) / f"{own}.webp", picture(values))
    traits = _traits(found, start, end, values)
    return {"id": own, "file": f"{own}.flac", "fresh": fresh, "traits": {**traits, "bytes": len(content)}}


def _traits(found: Recording, start: int, end: int, values: np.ndarray) -> dict[str, str | int | float]:
    """Of the recording as it came, and of this part of it."""
    level = float(np.sqrt(np.square(values, dtype=np.float64).mean()))
    seconds = found.clipped[start // RATE : max(start // RATE + 1, -(-end // RATE))]
    traits: dict[str, str | int | float] = {
        "rate": found.rate,
        "channels": found.channels,
        "seconds": round((end - start) / RATE, 3),
        "format": found.format,
        "level": round(20 * float(np.log10(level)), 2) if level > 10 ** (QUIETEST / 20) else QUIETEST,
        "peak": round(float(np.abs(values).max()), 4),
        "clipped": round(float(seconds.mean()), 5) if len(seconds) else 0.0,
    }
    return traits if found.bits is None else {**traits, "bits": found.bits}
