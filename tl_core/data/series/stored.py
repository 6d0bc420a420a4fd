"""A time series, and the file of our own that keeps it. No torch."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tl_core.domain.dataset import SERIES

SUFFIX = SERIES
SECOND = 1_000_000_000  # nanoseconds


@dataclass(frozen=True)
class Series:
    """Several quantities at the same moments.

    ``values`` (channel, time) float32, NaN where nothing was measured; ``times`` (time,) int64, nanoseconds since 1970
    (UTC) or since the beginning, ever later; (0,) where the order is all that is known.
    """

    values: np.ndarray
    channels: tuple[str, ...]
    times: np.ndarray

    @property
    def length(self) -> int:
        return self.values.shape[1]

    @property
    def step(self) -> float | None:
        """Seconds from one moment to the next, the usual ones; None where times are not known."""
        return float(np.median(np.diff(self.times))) / SECOND if len(self.times) > 1 else None

    @property
    def id(self) -> str:
        """The first 16 hexadecimal digits of the digest of all that it holds."""
        digest = hashlib.sha256(repr((self.values.shape, self.channels)).encode("utf-8", "surrogatepass"))
        digest.update(np.where(np.isnan(self.values), np.float32(np.nan), self.values).tobytes())  # one kind of NaN
        digest.update(self.times.tobytes())
        return digest.hexdigest()[:16]


def series(values: np.ndarray, channels: tuple[str, ...] | list[str], times: np.ndarray | None = None) -> Series:
    """``values`` (channel, time) or (time,) of any kind of number; what is infinite is a gap.

    Raises ValueError where shapes do not fit.
    """
    with np.errstate(over="ignore"):
        rows = np.atleast_2d(np.asarray(values)).astype(np.float32)
    rows[~np.isfinite(rows)] = np.nan
    moments = np.zeros(0, dtype=np.int64) if times is None else np.asarray(times).astype(np.int64)
    if rows.ndim != 2 or len(channels) != len(rows) or len(moments) not in (0, rows.shape[1]):
        raise ValueError("values, channels and times do not fit each other")
    return Series(np.ascontiguousarray(rows), tuple(channels), moments)


def content_of(one: Series) -> bytes:
    """The file of a series: numpy's ``npz``. The same series gives the same bytes."""
    stream = io.BytesIO()
    names = np.array(one.channels, dtype=np.str_)  # "U", never objects
    np.savez_compressed(stream, values=one.values, channels=names, times=one.times)
    return stream.getvalue()


def load(path: Path) -> Series:
    """A series of our own. Raises OSError, and ValueError for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as held:
            return series(held["values"], [str(name) for name in held["channels"]], held["times"])
    except (KeyError, EOFError, ValueError, zipfile.BadZipFile):
        raise ValueError("not a series") from None
