"""Activations of a set of samples at the freeze boundary, and their pooled features, as memory-mapped files.

Values lie flat, one sample after the other, with the offset and shape of each: images have equal shapes
(channel, height, width); where a mask flows, samples have as many rows (token or frame, feature; in series
step, channel, feature) as it says.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch

from tl_core.backbones.protocol import State

FORMAT = 4  # part of every key: raise it when files of an older Thaw must not be read


def key_of(**parts: object) -> str:
    """A name for what is cached, from everything that changes its values."""
    text = json.dumps({"format": FORMAT, **parts}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class Damaged(Exception):
    """The files are not those that were written."""


class Activations:
    """Read side. ``features`` (sample, feature) or None; ``state(indices)`` the boundary's activations as one batch.

    Opening one compares every file with its checksum and raises Damaged; its folder is then the newest used.
    """

    def __init__(self, folder: Path) -> None:
        try:
            about = json.loads((folder / "about.json").read_text("utf-8"))
            if {name: _checksum(folder / name) for name in about["checksums"]} != about["checksums"]:
                raise Damaged(folder.name)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(folder.name) from error
        with suppress(OSError):
            os.utime(folder)
        self.ragged: bool = about["ragged"]
        self.features = np.load(folder / "features.npy") if about["features"] else None
        self.count: int = about["count"]
        self._shapes = np.load(folder / "shapes.npy")
        sizes = self._shapes.prod(axis=1) if self._shapes.size else np.zeros(self.count, dtype=np.int64)
        self._offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self._values = (
            np.memmap(folder / "values.f32", dtype=np.float32, mode="r", shape=(int(self._offsets[-1]),))
            if self._offsets[-1]
            else None
        )

    @property
    def lengths(self) -> np.ndarray:
        """Rows of each sample, shape (sample,): tokens of a text, frames of a sound; equal for all images."""
        return self._shapes[:, 0] if self._shapes.size else np.ones(self.count, dtype=np.int64)

    def state(self, indices: Sequence[int]) -> State:
        """Activations of these samples as the next stage takes them; rows are padded and masked where they differ."""
        if self._values is None:
            raise ValueError("only features were kept: nothing is trained before the head")
        arrays = [
            self._values[self._offsets[i] : self._offsets[i + 1]].reshape(tuple(self._shapes[i])) for i in indices
        ]
        if not self.ragged:
            return {"hidden": torch.from_numpy(np.stack(arrays))}
        hidden = np.zeros((len(arrays), max(len(a) for a in arrays), *arrays[0].shape[1:]), dtype=np.float32)
        mask = np.zeros(hidden.shape[:2], dtype=np.int64)
        for row, array in enumerate(arrays):
            hidden[row, : len(array)] = array
            mask[row, : len(array)] = 1
        return {"hidden": torch.from_numpy(hidden), "mask": torch.from_numpy(mask)}


class ActivationsWriter:
    """Write side: samples arrive in any order, in batches; files take their name only when complete."""

    def __init__(self, folder: Path, count: int) -> None:
        self._target = folder
        self._beside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
        self._beside.mkdir(parents=True)
        self._count, self._ragged = count, False
        self._file = open(self._beside / "values.f32", "wb")  # noqa: SIM115 - closed in finish or abandon
        self._order: list[int] = []
        self._shapes: list[tuple[int, ...]] = []
        self._features: np.ndarray | None = None

    def add(
        self, indices: Sequence[int], hidden: np.ndarray | None, mask: np.ndarray | None, features: np.ndarray | None
    ) -> None:
        """One batch: ``hidden`` (batch, ...), ``features`` (batch, feature), or both.

        ``mask`` (batch, row) says where ``hidden`` holds anything, from its first row on; None: everywhere.
        """
        self._ragged = hidden is not None and mask is not None
        for row, index in enumerate(indices):
            if hidden is not None:
                value = hidden[row] if mask is None else hidden[row, : int(mask[row].sum())]
                self._file.write(np.ascontiguousarray(value, dtype=np.float32).tobytes())
                self._shapes.append(value.shape)
            self._order.append(index)
        if features is not None:
            if self._features is None:
                self._features = np.zeros((self._count, features.shape[1]), dtype=np.float32)
            self._features[list(indices)] = features

    def finish(self) -> Activations:
        """Close, put samples into order, take the final name. Another process may have been first: its files stand."""
        self._file.close()
        self._sort_values()
        if self._features is not None:
            np.save(self._beside / "features.npy", self._features)
        about = {
            "count": self._count,
            "ragged": self._ragged,
            "features": self._features is not None,
            "checksums": {file.name: _checksum(file) for file in sorted(self._beside.iterdir())},
        }
        (self._beside / "about.json").write_text(json.dumps(about), "utf-8")
        try:
            self._beside.rename(self._target)
        except OSError:
            if not (self._target / "about.json").exists():
                raise
            shutil.rmtree(self._beside, ignore_errors=True)
        return Activations(self._target)

    def abandon(self) -> None:
        self._file.close()
        shutil.rmtree(self._beside, ignore_errors=True)

    def _sort_values(self) -> None:
        """Batches were bucketed by length: rewrite the flat file in sample order, one sample at a time."""
        if not self._shapes:
            np.save(self._beside / "shapes.npy", np.zeros((0, 0), dtype=np.int64))
            return
        shapes = np.array(self._shapes, dtype=np.int64)
        position = np.argsort(np.array(self._order))
        np.save(self._beside / "shapes.npy", shapes[position])
        if (position == np.arange(len(position))).all():
            return
        path = self._beside / "values.f32"
        offsets = np.concatenate([[0], np.cumsum(shapes.prod(axis=1))])
        written = np.memmap(path, dtype=np.float32, mode="r")
        with open(self._beside / "sorted.f32", "wb") as file:
            for i in position:
                file.write(written[offsets[i] : offsets[i + 1]].tobytes())
        del written
        (self._beside / "sorted.f32").replace(path)


def _checksum(file: Path) -> int:
    """CRC-32: it is to find damage, not malice."""
    found = 0
    with open(file, "rb") as stream:
        while block := stream.read(1 << 22):
            found = zlib.crc32(block, found)
    return found
