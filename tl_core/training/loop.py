"""The one training loop. Quick look, fine-tuning and from scratch differ only in where they start."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from tl_core.backbones.protocol import State
from tl_core.domain.event import Epoch, Event, Notice, Resumed
from tl_core.domain.plan import Precision
from tl_core.freezing.encode import read_ahead
from tl_core.freezing.precision import autocast
from tl_core.freezing.suffix import Suffix
from tl_core.tasks import classify
from tl_core.training.checkpoints import Checkpoints, Progress
from tl_core.training.devices import memory_used, out_of_memory
from tl_core.training.states import States, batches, moved

WARMUP = 0.1  # of all steps, learning rate rising from zero; then a straight line down to zero
LARGEST_GRADIENT = 1.0  # norm, clipped


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


def fit(
    model: Suffix, schedule: Schedule, train: States, train_labels: np.ndarray, validation: States,
    validation_labels: np.ndarray, weights: np.ndarray, device: torch.device, checkpoints: Checkpoints,
    tell: Callable[[Event], None], stop: Callable[[], bool],
) -> Fitted:  # fmt: skip
    """Train ``model`` in place and leave the weights of the epoch with the lowest validation loss in it.

    Labels (sample,) index classes, ``weights`` (class,) weigh them in both losses. Random numbers depend on seed and
    epoch alone, so a training that goes on from a checkpoint ends in the same weights as one never interrupted.
    """
    optimizer = optimizer_of(model, schedule)
    weight = torch.tensor(weights, dtype=torch.float32, device=device)
    labels = torch.from_numpy(train_labels).to(device)
    best = copied(model)
    progress = Progress()
    if found := checkpoints.load(optimizer):
        progress, tensors, best = found
        model.load(tensors)
        tell(Resumed(epoch=progress.epoch))
    steps = math.ceil(len(train_labels) / schedule.batch_size)
    ended: Literal["finished", "early", "stopped", "diverged"] = "finished"

    while progress.epoch < schedule.epochs:
        began = time.monotonic()
        epoch = progress.epoch + 1
        torch.manual_seed(hash((schedule.seed, epoch)) % 2**63)
        model.train()
        seen = _Score()
        try:
            order = batches(train.lengths, schedule.batch_size, epoch, schedule.seed)
            for number, (chosen, batch) in enumerate(read_ahead(train.read, order, epoch)):
                if stop():
                    break
                set_rates(optimizer, schedule, (epoch - 1) * steps + number + 1, steps * schedule.epochs)
                target = labels[chosen]
                while not _step(
                    model, optimizer, train, batch, target, weight, progress.chunks, schedule.precision, seen
                ):
                    progress.chunks *= 2
                    tell(
                        Notice(key="training.batch_halved", values={"size": -(-schedule.batch_size // progress.chunks)})
                    )
            else:
                judged = judge(model, validation, validation_labels, weight, schedule.batch_size * 2, device)
        except NotFinite:
            tell(Notice(key="training.diverged", values={"epoch": epoch}))
            ended = "diverged"
            break
        if stop():
            ended = "stopped"
            break
        seconds = time.monotonic() - began
        progress.epoch, progress.seconds = epoch, progress.seconds + seconds
        if better := judged.loss < progress.best_loss:
            progress.best_epoch, progress.best_loss, progress.stale = epoch, judged.loss, 0
            best = copied(model)
        else:
            progress.stale += 1
        tell(
            Epoch(
                number=epoch, of=schedule.epochs, best=better, seconds=seconds, rate=len(train_labels) / seconds,
                memory=memory_used(device), metrics={**seen.metrics("train"), **judged.metrics("validation")},
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


class _Score:
    """Running weighted loss, and hits per class."""

    def __init__(self) -> None:
        self.sum = self.weight = 0.0
        self.true: list[int] = []
        self.said: list[int] = []

    def add(self, losses: Tensor, logits: Tensor, labels: Tensor, weights: Tensor) -> None:
        self.sum += float(losses.sum())
        self.weight += float(weights[labels].sum())
        self.true += labels.tolist()
        self.said += logits.argmax(dim=1).tolist()

    def metrics(self, subset: str) -> dict[str, float]:
        return {f"{subset}/loss": self.loss, f"{subset}/balanced_accuracy": self.balanced_accuracy}

    @property
    def loss(self) -> float:
        return self.sum / self.weight

    @property
    def balanced_accuracy(self) -> float:
        true, said = np.array(self.true), np.array(self.said)
        return float(np.mean([(said[true == label] == label).mean() for label in np.unique(true)]))


def judge(model: Suffix, states: States, labels: np.ndarray, weight: Tensor, size: int, device: torch.device) -> _Score:
    """Loss, at its best temperature, and hit rate on samples the model does not learn from.

    A tuned model soon grows too sure of itself; that is cured at the end, so it must not decide which epoch is best.
    """
    score = _Score()
    logits = answer(model, states, len(labels), size, device)
    if not bool(torch.isfinite(logits).all()):
        raise NotFinite
    logits = logits / classify.temperature(logits, labels, weight.cpu().double().numpy())
    target = torch.from_numpy(labels).to(device)
    score.add(classify.loss(logits, target, weight), logits, target, weight)
    if not math.isfinite(score.loss):
        raise NotFinite
    return score


def answer(model: Suffix, states: States, count: int, size: int, device: torch.device) -> Tensor:
    """Logits (count, class) in evaluation mode, in the samples' own order; batches of like length.

    Where memory does not last for ``size`` samples at once, half as many are taken.
    """
    model.eval()
    return _each(model, states, np.arange(count), size, device)


def features(model: Suffix, states: States, chosen: np.ndarray, size: int, device: torch.device) -> np.ndarray:
    """What the head sees of the samples ``chosen`` (n,), (n, feature) in their order; else as ``answer``."""
    model.eval()
    return _each(model.features, states, chosen, size, device).float().cpu().numpy()


def _each(
    ask: Callable[[State], Tensor], states: States, chosen: np.ndarray, size: int, device: torch.device
) -> Tensor:
    order = np.argsort(states.lengths[chosen], kind="stable")
    asked = chosen[order]
    while True:
        try:
            cut = [asked[start : start + size] for start in range(0, len(asked), size)]
            return _answered(ask, states, cut, device)[torch.from_numpy(np.argsort(order)).to(device)]
        except Exception as error:
            if not out_of_memory(error) or size == 1:
                raise
        size //= 2


def _answered(ask: Callable[[State], Tensor], states: States, cut: list[np.ndarray], device: torch.device) -> Tensor:
    with torch.inference_mode():
        pieces = [ask(moved(states.enter(batch), device)) for _, batch in read_ahead(states.read, cut, 0)]
    return torch.cat(pieces)


def _step(
    model: Suffix, optimizer: torch.optim.Optimizer, states: States, batch: dict[str, Tensor], labels: Tensor,
    weight: Tensor, chunks: int, precision: Precision, seen: _Score,
) -> bool:  # fmt: skip
    """One optimizer step over ``batch``, in ``chunks`` pieces whose gradients add up to the whole batch's.

    False: memory ran out, nothing was changed. One sample at a time and still out of memory: the error stands.
    """
    size = max(1, -(-len(labels) // chunks))
    whole = float(weight[labels].sum())
    score = _Score()
    optimizer.zero_grad(set_to_none=True)
    try:
        for start in range(0, len(labels), size):
            piece = slice(start, start + size)
            with autocast(labels.device, precision):
                state = states.enter({name: tensor[piece] for name, tensor in batch.items()})
                logits = model(moved(state, labels.device)).float()
            losses = classify.loss(logits, labels[piece], weight)
            if not bool(torch.isfinite(losses).all()):
                raise NotFinite
            (losses.sum() / whole).backward()
            score.add(losses.detach(), logits.detach(), labels[piece], weight)
    except Exception as error:
        optimizer.zero_grad(set_to_none=True)
        if not out_of_memory(error) or size == 1:
            raise
        if labels.device.type == "cuda":
            torch.cuda.empty_cache()
        return False
    norm = torch.nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], LARGEST_GRADIENT)
    if not bool(torch.isfinite(norm)):
        raise NotFinite
    optimizer.step()
    seen.sum, seen.weight = seen.sum + score.sum, seen.weight + score.weight
    seen.true += score.true
    seen.said += score.said
    return True


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
    rising = max(1, round(steps * WARMUP))
    factor = step / rising if step <= rising else (steps - step + 1) / max(1, steps - rising + 1)
    for group in optimizer.param_groups:
        group["lr"] = schedule.learning_rate * group["share"] * factor


def copied(model: Suffix) -> dict[str, Tensor]:
    return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in model.tensors().items()}
