"""Tuning an encoder to find: questions and titles are drawn to their passages, and away from what is only alike.

In-batch negatives and hard ones (Henderson et al. 2017; Karpukhin et al. 2020). What stands before the freeze boundary
is computed once for every text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tl_core.domain.event import Event
from tl_core.freezing.precision import autocast
from tl_core.freezing.suffix import Suffix
from tl_core.tasks.answer import Pairs, contrastive_losses
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.epochs import Fitted, NotFinite, Round, Schedule, Training, train
from tl_core.training.loop import features
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
    """``train``, its start looked at first: what makes nothing better leaves everything as it was."""

    def learn(epoch: Round) -> dict[str, float]:
        losses: list[float] = []
        for rows in epoch.paced(batches(states.lengths[pairs.right], schedule.batch_size, epoch.number, schedule.seed)):
            losses += _step(epoch, states, pairs, rows)
        return {"train/loss": float(np.mean(losses))}

    def look() -> dict[str, float]:
        asked, passages = (
            features(model, states, rows, schedule.batch_size, device) for rows in (looked.asked, looked.passages)
        )
        return judge(asked, passages)

    return train(Training(model, schedule, len(pairs), device, checkpoints, tell, stop), learn, look, start=True)


def _step(epoch: Round, states: States, pairs: Pairs, rows: np.ndarray) -> list[float]:
    """One or, where memory does not last for all ``rows`` at once, several optimizer steps; losses of each row."""
    losses: list[float] = []
    while len(losses) < len(rows):
        size = epoch.piece(len(rows))
        try:
            own = _losses(epoch, states, pairs, rows[len(losses) : len(losses) + size])
            if not bool(torch.isfinite(own).all()):
                raise NotFinite
            epoch.optimizer.zero_grad(set_to_none=True)
            own.mean().backward()
        except Exception as error:
            if epoch.smaller(error, size):
                continue
            raise
        epoch.step()
        losses += own.detach().tolist()
    return losses


def _losses(epoch: Round, states: States, pairs: Pairs, rows: np.ndarray) -> Tensor:
    model, device = epoch.training.model, epoch.training.device
    asked, passages, target, spared = pairs.batch(rows)
    with autocast(device, epoch.training.schedule.precision):
        read = [
            model.features(_state(states, texts.tolist(), epoch.number, device)).float() for texts in (asked, passages)
        ]
    return contrastive_losses(
        read[0], read[1], torch.from_numpy(target).to(device), torch.from_numpy(spared).to(device)
    )


def _state(states: States, texts: Sequence[int], epoch: int, device: torch.device) -> dict[str, Tensor]:
    return moved(states.enter(states.read(texts, epoch)), device)
