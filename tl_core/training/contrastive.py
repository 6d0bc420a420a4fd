"""Tuning an encoder to find: questions and titles are drawn to their passages, and away from what is only alike.

In-batch negatives and hard ones (Henderson et al. 2017; Karpukhin et al. 2020). What stands before the freeze boundary
is computed once for every text.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from tl_core.domain.event import Epoch, Event, Notice, Resumed
from tl_core.domain.plan import Precision
from tl_core.freezing.precision import autocast
from tl_core.freezing.suffix import Suffix
from tl_core.tasks.answer import Pairs, contrastive_losses
from tl_core.training.checkpoints import Checkpoints, Progress
from tl_core.training.devices import memory_used, out_of_memory
from tl_core.training.loop import (
    LARGEST_GRADIENT,
    Fitted,
    NotFinite,
    Schedule,
    copied,
    features,
    optimizer_of,
    set_rates,
)
from tl_core.training.states import States, batches, moved

Judge = Callable[[np.ndarray, np.ndarray], dict[str, float]]
"""Features of the questions and of the passages looked at -> ``validation/loss`` and other figures."""


@dataclass(frozen=True)
class Looked:
    """What validation asks, and among which passages it looks: numbers of texts."""

    asked: np.ndarray
    passages: np.ndarray


def tune(
    model: Suffix, schedule: Schedule, states: States, pairs: Pairs, looked: Looked, judge: Judge,
    device: torch.device, checkpoints: Checkpoints, tell: Callable[[Event], None], stop: Callable[[], bool],
) -> Fitted:  # fmt: skip
    """Train ``model`` in place; the weights of the epoch with the lowest validation loss are left in it.

    The start is looked at first, so what makes nothing better leaves everything as it was (``best_epoch`` 0). Random
    numbers depend on seed and epoch alone: one that goes on from a checkpoint ends in the weights of one never
    interrupted. A wish to stop ends it with the best so far.
    """

    def look() -> dict[str, float]:
        vectors = [
            features(model, states, rows, schedule.batch_size, device) for rows in (looked.asked, looked.passages)
        ]
        found = judge(vectors[0], vectors[1])
        if not math.isfinite(found["validation/loss"]):
            raise NotFinite
        return found

    optimizer = optimizer_of(model, schedule)
    best = copied(model)
    progress = Progress()
    if found := checkpoints.load(optimizer):
        progress, tensors, best = found
        model.load(tensors)
        tell(Resumed(epoch=progress.epoch))
    else:
        progress.best_loss = look()["validation/loss"]
    steps = math.ceil(len(pairs) / schedule.batch_size)
    ended: Literal["finished", "early", "stopped", "diverged"] = "stopped" if stop() else "finished"

    while progress.epoch < schedule.epochs and ended == "finished":
        began = time.monotonic()
        epoch = progress.epoch + 1
        torch.manual_seed(hash((schedule.seed, epoch)) % 2**63)
        model.train()
        losses: list[float] = []
        try:
            for number, rows in enumerate(
                batches(states.lengths[pairs.right], schedule.batch_size, epoch, schedule.seed)
            ):
                if stop():
                    break
                set_rates(optimizer, schedule, (epoch - 1) * steps + number + 1, steps * schedule.epochs)
                losses += _step(model, optimizer, states, pairs, rows, epoch, progress, schedule, device, tell)
            else:
                judged = look()
        except NotFinite:
            tell(Notice(key="training.diverged", values={"epoch": epoch}))
            ended = "diverged"
            break
        if stop():
            ended = "stopped"
            break
        seconds = time.monotonic() - began
        progress.epoch, progress.seconds = epoch, progress.seconds + seconds
        if better := judged["validation/loss"] < progress.best_loss:
            progress.best_epoch, progress.best_loss, progress.stale = epoch, judged["validation/loss"], 0
            best = copied(model)
        else:
            progress.stale += 1
        tell(
            Epoch(
                number=epoch, of=schedule.epochs, best=better, seconds=seconds, rate=len(pairs) / seconds,
                memory=memory_used(device), metrics={"train/loss": float(np.mean(losses)), **judged},
            )
        )  # fmt: skip
        if progress.stale >= schedule.patience:
            ended = "early"
        elif checkpoints.due():
            checkpoints.save(progress, model.tensors(), best, optimizer)

    model.load(best)
    model.eval()
    return Fitted(ended, progress.epoch, progress.best_epoch, progress.seconds)


def _step(
    model: Suffix, optimizer: torch.optim.Optimizer, states: States, pairs: Pairs, rows: np.ndarray, epoch: int,
    progress: Progress, schedule: Schedule, device: torch.device, tell: Callable[[Event], None],
) -> list[float]:  # fmt: skip
    """One or, where memory does not last for all ``rows`` at once, several optimizer steps; losses of each row."""
    size = max(1, -(-len(rows) // progress.chunks))
    losses: list[float] = []
    first = 0
    while first < len(rows):
        try:
            own = _losses(model, states, pairs, rows[first : first + size], epoch, schedule.precision, device)
            if not bool(torch.isfinite(own).all()):
                raise NotFinite
            optimizer.zero_grad(set_to_none=True)
            own.mean().backward()
        except Exception as error:
            optimizer.zero_grad(set_to_none=True)
            if not out_of_memory(error) or size == 1:
                raise
            size, progress.chunks = -(-size // 2), progress.chunks * 2
            tell(Notice(key="training.batch_halved", values={"size": size}))
            if device.type == "cuda":
                torch.cuda.empty_cache()
            continue
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        if not bool(torch.isfinite(torch.nn.utils.clip_grad_norm_(parameters, LARGEST_GRADIENT))):
            raise NotFinite
        optimizer.step()
        losses += own.detach().tolist()
        first += size
    return losses


def _losses(
    model: Suffix, states: States, pairs: Pairs, rows: np.ndarray, epoch: int, precision: Precision,
    device: torch.device,
) -> Tensor:  # fmt: skip
    asked, passages, target, spared = pairs.batch(rows)
    with autocast(device, precision):
        read = [model.features(_state(states, texts.tolist(), epoch, device)).float() for texts in (asked, passages)]
    return contrastive_losses(
        read[0], read[1], torch.from_numpy(target).to(device), torch.from_numpy(spared).to(device)
    )


def _state(states: States, texts: Sequence[int], epoch: int, device: torch.device) -> dict[str, Tensor]:
    return moved(states.enter(states.read(texts, epoch)), device)
