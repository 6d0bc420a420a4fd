"""Vectors by passage on disk, in blocks that are there whole or not at all. A damaged block is as good as none."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from tl_core.store.atomic import write_bytes

BLOCKS = "block-*.npz"


class VectorStore:
    """``block-<number>.npz``: ``ids`` and ``vectors`` (passage, feature) float32. One writer."""

    def __init__(self, folder: Path, features: int) -> None:
        self._folder, self._features = folder, features

    def read(self) -> dict[str, np.ndarray]:
        """Every vector kept, by its passage's id."""
        found: dict[str, np.ndarray] = {}
        for file in sorted(self._folder.glob(BLOCKS)):
            ids, vectors = self._block(file)
            found |= zip(ids, vectors, strict=True)
        with suppress(OSError):
            os.utime(self._folder)  # in use: not the first to go
        return found

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Raises InputFault ``store.disk_full``."""
        numbers = [int(file.stem.partition("-")[2]) for file in self._folder.glob(BLOCKS)]
        content = io.BytesIO()
        np.savez(content, ids=np.array(ids, dtype=np.str_), vectors=vectors.astype(np.float32))
        write_bytes(self._folder / f"block-{max(numbers, default=0) + 1:06d}.npz", content.getvalue())

    def keep(self, ids: set[str]) -> dict[str, np.ndarray]:
        """Only these, in one block; returned. Raises InputFault ``store.disk_full``."""
        files, known = sorted(self._folder.glob(BLOCKS)), self.read()
        kept = {one: known[one] for one in sorted(ids & set(known))}
        if len(files) > 1 or len(kept) != len(known):
            if kept:
                self.add(list(kept), np.stack(list(kept.values())))
            for file in files:
                file.unlink(missing_ok=True)
        return kept

    def _block(self, file: Path) -> tuple[list[str], np.ndarray]:
        try:
            with np.load(file, allow_pickle=False) as block:
                ids, vectors = block["ids"].tolist(), block["vectors"]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            ids, vectors = [], np.zeros((0, 0), dtype=np.float32)
        if vectors.shape != (len(ids), self._features) or not np.isfinite(vectors).all():
            file.unlink(missing_ok=True)
            return [], np.zeros((0, self._features), dtype=np.float32)
        return ids, vectors
