"""The frame of a training by epochs: rates, checkpoints, patience, what is told. What is learned is handed in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch
from torch import Tensor

from tl_core.domain.event import Epoch, Event, Notice, Resumed
from tl_core.domain.fault import Stopped
from tl_core.domain.plan import Precision
from tl_core.freezing.suffix import Suffix
from tl_core.training.checkpoints import Checkpoints, Progress
from tl_core.training.devices import memory_used, out_of_memory

WARMUP = 0.1  # of all steps, learning rate rising from zero; then a straight line down to zero
LARGEST_GRADIENT = 1.0  # norm, clipped
Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Schedule:
    """How long and how fast; one value each of the resolved plan."""

    epochs: int
    batch_size: int
    learning_rate: float  # of the head and the last stage
    rate_decay: float  # rate of a stage / rate of the stage after it (ULMFiT, Howard and Ruder 2018)
    weight_decay: float
    patience: int  # epochs
    seed: int
    precision: Precision = "f32"  # of forward and backward; judging is f32


@dataclass(frozen=True)
class Fitted:
    """How a training ended. The model holds the best epoch's weights; ``best_epoch`` 0 means its start."""

    ended: Literal["finished", "early", "stopped", "diverged"]
    epochs: int
    best_epoch: int
    seconds: float


class NotFinite(ArithmeticError):
    """The loss is no number any more."""


@dataclass(frozen=True)
class Training:
    """What a training by epochs goes by, whatever it learns."""

    model: Suffix
    schedule: Schedule
    count: int  # samples of an epoch
    device: torch.device
    checkpoints: Checkpoints
    tell: Callable[[Event], None]
    stop: Callable[[], bool]


@dataclass(frozen=True)
class Round:
    """The epoch ``number``, from 1, as it is learned."""

    number: int
    training: Training
    optimizer: torch.optim.Optimizer
    progress: Progress

    def paced(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Each of ``batches``, with the learning rate of its step set. Raises Stopped when a person wishes to."""
        schedule, count = self.training.schedule, self.training.count
        steps = math.ceil(count / schedule.batch_size)
        for number, batch in enumerate(batches):
            if self.training.stop():
                raise Stopped
            set_rates(self.optimizer, schedule, (self.number - 1) * steps + number + 1, steps * schedule.epochs)
            yield batch

    def piece(self, size: int) -> int:
        """How many of ``size`` samples are computed at once, as far as memory is known to last."""
        return max(1, -(-size // self.progress.chunks))

    def smaller(self, error: Exception, size: int) -> bool:
        """After ``error`` on ``size`` samples: pieces are halved where memory ran out; False where it must stand."""
        self.optimizer.zero_grad(set_to_none=True)
        if not out_of_memory(error) or size == 1:
            return False
        self.progress.chunks *= 2
        size = -(-self.training.schedule.batch_size // self.progress.chunks)
        self.training.tell(Notice(key="training.batch_halved", values={"size": size}))
        if self.training.device.type == "cuda":
            torch.cuda.empty_cache()
        return True

    def step(self) -> None:
        """By the gradients that are there, clipped. Raises NotFinite, and nothing was changed."""
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        if not bool(torch.isfinite(torch.nn.utils.clip_grad_norm_(parameters, LARGEST_GRADIENT))):
            raise NotFinite
        self.optimizer.step()


Learn = Callable[[Round], dict[str, float]]
"""An epoch -> its figures, ``train/*``."""
Look = Callable[[], dict[str, float]]
"""The model as it is -> ``validation/loss`` and other figures."""


def train(training: Training, learn: Learn, look: Look, *, start: bool = False) -> Fitted:
    """Train the model in place; the weights of the epoch with the lowest validation loss are left in it.

    With ``start`` it is looked at before, so what makes nothing better leaves everything as it was (``best_epoch`` 0).
    Random numbers depend on seed and epoch alone: one that goes on from a checkpoint ends in the weights of one never
    interrupted. A wish to stop, and a loss that is no number, end it with the best so far.
    """
    model, schedule, checkpoints, tell = training.model, training.schedule, training.checkpoints, training.tell
    optimizer = optimizer_of(model, schedule)
    best = copied(model)
    progress = Progress()
    if found := checkpoints.load(optimizer):
        progress, tensors, best = found
        model.load(tensors)
        tell(Resumed(epoch=progress.epoch))
    elif start:
        progress.best_loss = _finite(look())["validation/loss"]
    ended: Literal["finished", "early", "stopped", "diverged"] = "finished"

    while progress.epoch < schedule.epochs:
        began = time.monotonic()
        epoch = progress.epoch + 1
        torch.manual_seed(hash((schedule.seed, epoch)) % 2**63)
        model.train()
        try:
            learned = learn(Round(epoch, training, optimizer, progress))
            judged = _finite(look())
        except NotFinite:
            tell(Notice(key="training.diverged", values={"epoch": epoch}))
            ended = "diverged"
            break
        except Stopped:
            ended = "stopped"
            break
        if training.stop():
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
                number=epoch, of=schedule.epochs, best=better, seconds=seconds, rate=training.count / seconds,
                memory=memory_used(training.device), metrics={**learned, **judged},
            )
        )  # fmt: skip
        if progress.stale >= schedule.patience:
            ended = "early"
            break
        if checkpoints.due():
            checkpoints.save(progress, model.tensors(), best, optimizer)

    model.load(best)
    model.eval()
    return Fitted(ended, progress.epoch, progress.best_epoch, progress.seconds)


def _finite(judged: dict[str, float]) -> dict[str, float]:
    if not math.isfinite(judged["validation/loss"]):
        raise NotFinite
    return judged


def optimizer_of(model: Suffix, schedule: Schedule) -> torch.optim.AdamW:
    """Discriminative rates by stage; norms and biases (one dimension) are not decayed."""
    groups = []
    layers = model.layers()
    for depth, parameters in enumerate(layers):
        share = schedule.rate_decay ** max(0, len(layers) - 2 - depth)  # the head learns as fast as the last stage
        for decayed in (True, False):
            part = [p for p in parameters if (p.ndim > 1) == decayed]
            if part:
                decay = schedule.weight_decay if decayed else 0.0
                groups.append({"params": part, "weight_decay": decay, "share": share})
    return torch.optim.AdamW(groups, lr=schedule.learning_rate, fused=True)  # one pass over the numbers, not twelve


def set_rates(optimizer: torch.optim.Optimizer, schedule: Schedule, step: int, steps: int) -> None:
    """Those of ``step``, from 1."""
    rising = max(1, round(steps * WARMUP))
    factor = step / rising if step <= rising else (steps - step + 1) / max(1, steps - rising + 1)
    for group in optimizer.param_groups:
        group["lr"] = schedule.learning_rate * group["share"] * factor


def copied(model: Suffix) -> dict[str, Tensor]:
    """What training may change, as it is now, in the machine's memory."""
    return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in model.tensors().items()}
