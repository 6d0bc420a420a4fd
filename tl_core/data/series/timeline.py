"""A series to go on with, and the file of our own that keeps it: as ``stored``, in full precision. No torch."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SECOND = 1_000_000_000  # nanoseconds


@dataclass(frozen=True)
class Timeline:
    """``values`` (time,) float64, NaN for gaps, from the first to the last known one; ``known`` (column, time and
    longer), what is known beforehand; ``times`` (time and longer) int64, nanoseconds since 1970 (UTC)."""

    name: str
    values: np.ndarray
    times: np.ndarray
    known: np.ndarray
    known_names: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """Nanoseconds: when the last value was measured."""
        return int(self.times[len(self.values) - 1])


def content_of(one: Timeline) -> bytes:
    """The file: numpy's ``npz``, which ``stored.load`` reads too, known columns as channels after the first.

    The same series gives the same bytes.
    """
    rows = np.full((1 + len(one.known), len(one.times)), np.nan)
    rows[0, : len(one.values)] = one.values
    rows[1:] = one.known
    stream = io.BytesIO()
    names = np.array([one.name, *one.known_names], dtype=np.str_)
    np.savez_compressed(stream, values=rows, channels=names, times=one.times.astype(np.int64))
    return stream.getvalue()


def id_of(content: bytes) -> str:
    """The first 16 hexadecimal digits of its digest."""
    return hashlib.sha256(content).hexdigest()[:16]


def load(path: Path) -> Timeline:
    """A series of our own. Raises OSError, and ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as held:
            rows, times = held["values"].astype(np.float64), held["times"]
            name, *known = [str(channel) for channel in held["channels"]]
    except (KeyError, EOFError, ValueError, zipfile.BadZipFile):
        raise ValueError("not a series") from None
    end = int(np.flatnonzero(np.isfinite(rows[0]))[-1]) + 1
    return Timeline(name, rows[0, :end], times, rows[1:], tuple(known))


def iso(times: np.ndarray) -> list[str]:
    """``times`` (n,) in nanoseconds as ISO 8601, as finely as they need it."""
    moments = np.asarray(times).astype("datetime64[ns]")
    for unit in ("s", "ms", "us"):
        coarse = moments.astype(f"datetime64[{unit}]")
        if (coarse == moments).all():
            return coarse.astype(str).tolist()
    return moments.astype(str).tolist()
