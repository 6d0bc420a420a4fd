"""Run samples through the frozen prefix once, and keep what came out."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from torch import Tensor

from tl_core.domain.fault import Stopped
from tl_core.freezing.activations import Activations, ActivationsWriter, Damaged
from tl_core.freezing.prefix import RunPrefix
from tl_core.store.atomic import room_expected

log = logging.getLogger(__name__)

AHEAD = 4  # batches decoded while one is computed
ReadItems = Callable[[Sequence[int], int], dict[str, Tensor]]  # sample numbers, view -> a collated input batch


def encode(
    folder: Path, run: RunPrefix, read: ReadItems, lengths: np.ndarray, view: int, *, ragged: bool, batch_size: int,
    tell: Callable[[int], None], stop: Callable[[], bool],
) -> Activations:  # fmt: skip
    """Activations of all samples, from ``folder`` when they are there, else computed into it.

    ``lengths`` (sample,) orders the work so that batches need little padding. ``tell`` hears how many are done.
    Damaged files are made anew. Raises Stopped, and InputFault when the disk is full; nothing half-written keeps the
    final name.
    """
    if folder.exists():
        try:
            return Activations(folder)
        except Damaged as error:
            log.warning("damaged activations are made anew: %s", error)
            shutil.rmtree(folder, ignore_errors=True)
    order = np.argsort(lengths, kind="stable")
    writer = ActivationsWriter(folder, len(lengths), ragged)
    try:
        with room_expected():
            done = 0
            for indices, batch in _read_ahead(
                read, [order[k : k + batch_size] for k in range(0, len(order), batch_size)], view
            ):
                if stop():
                    raise Stopped
                hidden, features = run(batch)
                writer.add(indices, hidden, batch["mask"].numpy() if ragged else None, features)
                done += len(indices)
                tell(done)
            return writer.finish()
    except BaseException:
        writer.abandon()
        raise


def _read_ahead(read: ReadItems, batches: list[np.ndarray], view: int) -> Iterator[tuple[list[int], dict[str, Tensor]]]:
    """Decode in threads while the prefix computes; nothing is decoded twice."""
    waiting: list[tuple[list[int], Future[dict[str, Tensor]]]] = []
    with ThreadPoolExecutor(2, thread_name_prefix="decode") as pool:
        try:
            for batch in batches:
                indices = batch.tolist()
                waiting.append((indices, pool.submit(read, indices, view)))
                if len(waiting) > AHEAD:
                    indices, future = waiting.pop(0)
                    yield indices, future.result()
            for indices, future in waiting:
                yield indices, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
