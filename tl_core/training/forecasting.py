"""Fine-tuning of a forecaster: windows drawn from a person's series, judged now and then, the best state kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from tl_core.backbones.protocol import State, forward, parameters_of
from tl_core.tasks.forecast import Forecaster, enter, loss

LARGEST_GRADIENT = 1.0  # norm, clipped
MOST = 256  # windows
WARMUP = 20  # steps, learning rate rising
MEMORY = 0.9  # of the mean of weights over steps, which is what is judged and kept (Polyak and Juditsky 1992)


@dataclass(frozen=True)
class Tuning:
    """How long and how fast."""

    steps: int = 80
    rows: int = 8  # windows a step
    learning_rate: float = 3e-4
    judge_every: int = 10  # steps
    patience: int = 5  # judgements without a better one, then it ends
    seed: int = 0


@dataclass(frozen=True)
class Judged:
    step: int
    score: float  # lower is better
    loss: float  # mean of the training steps since the judgement before; NaN at the start


class Windows:
    """Places in ``series`` (time,) after which ``horizon`` steps are known to learn from, with ``least`` before each.

    At most ``MOST`` of them, evenly over all: what frozen stages say of each is kept.
    """

    def __init__(self, series: Sequence[np.ndarray], horizon: int, least: int, seed: int) -> None:
        self.series, self.horizon = series, horizon
        places = [
            (number, end)
            for number, one in enumerate(series)
            for end in range(least, len(one) - horizon + 1)
            if np.isfinite(one[:end]).sum() >= least and np.isfinite(one[end : end + horizon]).any()
        ]
        kept = np.unique(np.linspace(0, len(places) - 1, min(MOST, len(places))).round().astype(int))
        self.places = [places[number] for number in kept]
        self._random = np.random.default_rng(seed)

    def draw(self, rows: int) -> list[int]:
        """Numbers of ``rows`` places."""
        return self._random.choice(len(self.places), size=rows, replace=len(self.places) < rows).tolist()

    def past(self, number: int) -> np.ndarray:
        one, end = self.places[number]
        return self.series[one][:end]

    def truth(self, number: int) -> np.ndarray:
        """(horizon,)."""
        one, end = self.places[number]
        return self.series[one][end : end + self.horizon]


def tune(
    forecaster: Forecaster,
    windows: Windows,
    frozen: int,
    tuning: Tuning,
    judge: Callable[[Forecaster], float],
    tell: Callable[[Judged], None] = lambda judged: None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Judged]:
    """Train the stages after the first ``frozen`` and the head, in place; the state that ``judge`` likes best is left.

    Few windows make steps noisy, so it is a running mean of weights that is judged. The first judgement is of the
    start, so what makes nothing better leaves everything as it was.
    """
    if not windows.places:
        return []
    device = next(forecaster.backbone.network.parameters()).device
    drawn = _Step(forecaster, windows, frozen, tuning.rows, device)
    learned = [p for stage in forecaster.backbone.stages[frozen:] for p in parameters_of(stage)]
    learned += list(forecaster.head.parameters())
    forecaster.backbone.network.requires_grad_(False)
    for parameter in learned:
        parameter.requires_grad_(True)
    optimizer = torch.optim.Adam(learned, lr=tuning.learning_rate)
    warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / WARMUP))
    judged = [Judged(0, judge(forecaster), math.nan)]
    tell(judged[0])
    best = [p.detach().clone() for p in learned]
    mean, losses = [p.clone() for p in best], []
    for step in range(1, tuning.steps + 1):
        if stop():
            break
        total = drawn.loss()
        if not torch.isfinite(total):
            break
        optimizer.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(learned, LARGEST_GRADIENT)
        optimizer.step()
        warmup.step()
        torch._foreach_lerp_(mean, [p.detach() for p in learned], 1 - MEMORY)
        losses.append(float(total.detach()))
        if step % tuning.judge_every == 0:
            with _in_place(learned, mean):
                judged.append(Judged(step, judge(forecaster), float(np.mean(losses))))
            tell(judged[-1])
            losses.clear()
            place = int(np.argmin([one.score for one in judged]))
            if place == len(judged) - 1:
                best = [p.clone() for p in mean]
            elif len(judged) - 1 - place >= tuning.patience:
                break
    _set(learned, best)
    forecaster.backbone.network.requires_grad_(False)
    forecaster.head.requires_grad_(False)
    return judged


@contextmanager
def _in_place(learned: list[nn.Parameter], values: list[Tensor]) -> Iterator[None]:
    """``values`` as the parameters, for as long as this lasts."""
    own = [p.detach().clone() for p in learned]
    _set(learned, values)
    try:
        yield
    finally:
        _set(learned, own)


def _set(learned: list[nn.Parameter], values: list[Tensor]) -> None:
    with torch.no_grad():
        for parameter, value in zip(learned, values, strict=True):
            parameter.copy_(value)


class _Step:
    """The loss of a batch of windows; what frozen stages say of a window is computed once."""

    def __init__(self, forecaster: Forecaster, windows: Windows, frozen: int, rows: int, device: torch.device) -> None:
        self._forecaster, self._windows, self._frozen, self._rows = forecaster, windows, frozen, rows
        self._device = device
        self._levels = torch.tensor(forecaster.spec.quantiles, device=device)
        self._kept: dict[int, Tensor] = {}

    def loss(self) -> Tensor:
        windows, spec = self._windows, self._forecaster.spec
        numbers = windows.draw(self._rows)
        entered = enter([windows.past(number) for number in numbers], spec)
        batch = {name: tensor.to(self._device) for name, tensor in entered.batch.items()}
        truth = np.stack([windows.truth(number) for number in numbers])
        scaled = torch.from_numpy(((truth - entered.low) / entered.span).astype(np.float32)).to(self._device)
        answer = self._forecaster.answer(batch, self._state(numbers, batch), self._frozen)
        return loss(answer, scaled[:, : spec.horizon], self._levels).mean()

    def _state(self, numbers: list[int], batch: State) -> State:
        """At the boundary."""
        if not self._frozen:
            return batch
        new = [row for row, number in enumerate(numbers) if number not in self._kept]
        if new:
            with torch.no_grad():
                part = {name: tensor[new] for name, tensor in batch.items()}
                state = forward(self._forecaster.backbone, part, stop=self._frozen)
            self._kept |= {numbers[row]: hidden for row, hidden in zip(new, state["hidden"], strict=True)}
        return {"hidden": torch.stack([self._kept[number] for number in numbers]), "mask": batch["mask"]}
