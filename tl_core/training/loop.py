"""Training of a classifier, and its answers. Quick look, fine-tuning and from scratch differ only in the start."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from tl_core.backbones.protocol import State
from tl_core.domain.event import Event
from tl_core.freezing.encode import read_ahead
from tl_core.freezing.precision import autocast
from tl_core.freezing.suffix import Suffix
from tl_core.tasks import classify
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import out_of_memory
from tl_core.training.epochs import Fitted, NotFinite, Round, Schedule, Training, train
from tl_core.training.states import States, batches, moved


def fit(
    model: Suffix, schedule: Schedule, learned: States, labels: np.ndarray, validation: States,
    validation_labels: np.ndarray, weights: np.ndarray, device: torch.device, checkpoints: Checkpoints,
    tell: Callable[[Event], None], stop: Callable[[], bool],
) -> Fitted:  # fmt: skip
    """``train`` on the samples ``learned``, judged by others.

    Labels (sample,) index classes, ``weights`` (class,) weigh them in both losses.
    """
    weight = torch.tensor(weights, dtype=torch.float32, device=device)
    target = torch.from_numpy(labels).to(device)

    def learn(epoch: Round) -> dict[str, float]:
        seen = _Score()
        order = batches(learned.lengths, schedule.batch_size, epoch.number, schedule.seed)
        for chosen, batch in epoch.paced(read_ahead(learned.read, order, epoch.number)):
            while not _step(epoch, learned, batch, target[chosen], weight, seen):
                pass
        return seen.metrics("train")

    def look() -> dict[str, float]:
        return _judge(model, validation, validation_labels, weight, schedule.batch_size * 2, device)

    return train(Training(model, schedule, len(labels), device, checkpoints, tell, stop), learn, look)


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


def _judge(
    model: Suffix, states: States, labels: np.ndarray, weight: Tensor, size: int, device: torch.device
) -> dict[str, float]:
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
    return score.metrics("validation")


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


def _step(epoch: Round, states: States, batch: dict[str, Tensor], labels: Tensor, weight: Tensor, seen: _Score) -> bool:
    """One optimizer step over ``batch``, in pieces whose gradients add up to the whole batch's.

    False: memory ran out, nothing was changed, and smaller pieces come next. One sample at a time and still out of
    memory: the error stands.
    """
    size = epoch.piece(len(labels))
    whole = float(weight[labels].sum())
    score = _Score()
    epoch.optimizer.zero_grad(set_to_none=True)
    try:
        for start in range(0, len(labels), size):
            piece = slice(start, start + size)
            with autocast(labels.device, epoch.training.schedule.precision):
                state = states.enter({name: tensor[piece] for name, tensor in batch.items()})
                logits = epoch.training.model(moved(state, labels.device)).float()
            losses = classify.loss(logits, labels[piece], weight)
            if not bool(torch.isfinite(losses).all()):
                raise NotFinite
            (losses.sum() / whole).backward()
            score.add(losses.detach(), logits.detach(), labels[piece], weight)
    except Exception as error:
        if epoch.smaller(error, size):
            return False
        raise
    epoch.step()
    seen.sum, seen.weight = seen.sum + score.sum, seen.weight + score.weight
    seen.true += score.true
    seen.said += score.said
    return True
