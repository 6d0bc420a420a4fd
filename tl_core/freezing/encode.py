"""Run samples through the frozen prefix once, and keep what came out."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from torch import Tensor

from tl_core.domain.fault import Stopped
from tl_core.freezing.activations import Activations, ActivationsWriter, Damaged
from tl_core.freezing.prefix import RunEach
from tl_core.quiet import usable_cores
from tl_core.store.atomic import room_expected

log = logging.getLogger(__name__)

THREADS = min(8, max(2, usable_cores()))  # that decode
AHEAD = 2 * THREADS  # batches decoded while one is computed
ReadItems = Callable[[Sequence[int], int], dict[str, Tensor]]  # sample numbers, view -> a collated input batch


class Target(NamedTuple):
    """Where the activations at one boundary are kept.

    ``mask`` gives the mask there, from that of the input. ``pooled``: what comes out there are no activations, but
    pooled features.
    """

    folder: Path
    mask: Callable[[Tensor], Tensor] = lambda mask: mask
    pooled: bool = False


def encode_each(
    targets: Sequence[Target], run: RunEach, read: ReadItems, lengths: np.ndarray, view: int, *, batch_size: int,
    tell: Callable[[int], None], stop: Callable[[], bool],
) -> list[Activations]:  # fmt: skip
    """One pass for several boundaries: ``run`` gives as many hidden outputs, for the first of ``targets``; a target
    beyond them keeps features alone. Nothing is computed when all are there.

    ``lengths`` (sample,) orders the work so that batches need little padding. ``tell`` hears how many are done.
    Damaged files are made anew. Raises Stopped, and InputFault when the disk is full; nothing half-written keeps the
    final name.
    """
    kept = [_kept(target.folder) for target in targets]
    if all(kept):
        return [activations for activations in kept if activations]
    order = np.argsort(lengths, kind="stable")
    writers = [ActivationsWriter(target.folder, len(lengths)) for target in targets]
    try:
        with room_expected():
            done = 0
            for indices, batch in read_ahead(
                read, [order[k : k + batch_size] for k in range(0, len(order), batch_size)], view
            ):
                if stop():
                    raise Stopped
                hidden, features = run(batch)
                for place, (target, writer) in enumerate(zip(targets, writers, strict=True)):
                    out = hidden[place] if place < len(hidden) else None
                    if target.pooled:
                        writer.add(indices, None, None, out)
                    else:
                        mask = target.mask(batch["mask"]).numpy() if "mask" in batch else None
                        writer.add(indices, out, mask, features)
                done += len(indices)
                tell(done)
            return [writer.finish() for writer in writers]
    except BaseException:
        for writer in writers:
            writer.abandon()
        raise


def _kept(folder: Path) -> Activations | None:
    """None when there are none, or damaged ones, which go."""
    if not folder.exists():
        return None
    try:
        return Activations(folder)
    except Damaged as error:
        log.warning("damaged activations are made anew: %s", error)
        shutil.rmtree(folder, ignore_errors=True)
        return None


def read_ahead(
    read: ReadItems, batches: Sequence[np.ndarray], view: int
) -> Iterator[tuple[list[int], dict[str, Tensor]]]:
    """The samples of each batch and what ``read`` makes of them: in threads, while the batch before is computed."""
    waiting: list[tuple[list[int], Future[dict[str, Tensor]]]] = []
    with ThreadPoolExecutor(THREADS, thread_name_prefix="decode") as pool:
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
