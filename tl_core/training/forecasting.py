"""Fine-tuning of a forecaster: windows drawn from a person's series, judged now and then, the best state kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from tl_core.backbones.protocol import State, forward, parameters_of
from tl_core.tasks.forecast import AT_ONCE, Entered, Forecaster, enter, loss
from tl_core.training.checkpoints import Checkpoints, moments_of, restore
from tl_core.training.epochs import LARGEST_GRADIENT

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
    """A look at validation."""

    step: int
    each: tuple[float, ...]  # an error at each origin; lower is better
    loss: float  # mean of the training steps since the judgement before; NaN at the start

    @property
    def score(self) -> float:
        there = [value for value in self.each if math.isfinite(value)]
        return sum(there) / len(there) if there else math.inf


def best_of(judged: Sequence[Judged]) -> int:
    """Place of the best; of equals the first."""
    return min(range(len(judged)), key=lambda place: judged[place].score)


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

    @property
    def state(self) -> dict:
        """Of the random numbers, as JSON."""
        return dict(self._random.bit_generator.state)

    @state.setter
    def state(self, state: dict) -> None:
        self._random.bit_generator.state = state

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
    judge: Callable[[Forecaster], float | Sequence[float]],
    tell: Callable[[Judged], None] = lambda judged: None,
    stop: Callable[[], bool] = lambda: False,
    checkpoints: Checkpoints | None = None,
) -> list[Judged]:
    """Train the stages after the first ``frozen`` and the head, in place; the state that ``judge`` likes best is left.

    Few windows make steps noisy, so it is a running mean of weights that is judged. The first judgement is of the
    start, so what makes nothing better leaves everything as it was. With ``checkpoints`` one that was killed goes on,
    and ends in the same weights as one never interrupted; judgements from before are not told again.
    """
    if not windows.places:
        return []
    drawn = _Step(forecaster, windows, frozen, tuning.rows)
    run = _Run(forecaster, windows, frozen, tuning, checkpoints)

    def look(loss: float) -> None:
        found = np.atleast_1d(np.asarray(judge(forecaster), dtype=np.float64))
        run.judged.append(Judged(run.step, tuple(found.tolist()), loss))
        tell(run.judged[-1])

    if not run.judged:
        look(math.nan)
    losses: list[float] = []
    while not run.over and not stop():
        total = drawn.loss()
        if not torch.isfinite(total):
            run.diverged = True
            break
        run.learn(total)
        losses.append(float(total.detach()))
        if run.step % tuning.judge_every == 0 or run.step == tuning.steps:
            with _in_place(run.learned, run.mean):
                look(float(np.mean(losses)))
            losses.clear()
            if best_of(run.judged) == len(run.judged) - 1:
                run.best = [p.clone() for p in run.mean]
            run.keep(always=run.over)
    _set(run.learned, run.best)
    forecaster.backbone.network.requires_grad_(False)
    forecaster.head.requires_grad_(False)
    return run.judged


class _Run:
    """How far a tuning is: a step at a time, kept and taken up again."""

    def __init__(
        self, forecaster: Forecaster, windows: Windows, frozen: int, tuning: Tuning, checkpoints: Checkpoints | None
    ) -> None:
        self.learned = [p for stage in forecaster.backbone.stages[frozen:] for p in parameters_of(stage)]
        self.learned += list(forecaster.head.parameters())
        forecaster.backbone.network.requires_grad_(False)
        for parameter in self.learned:
            parameter.requires_grad_(True)
        self.best = [p.detach().clone() for p in self.learned]
        self.mean = [p.clone() for p in self.best]
        self.step, self.judged, self.diverged = 0, list[Judged](), False
        self._tuning, self._windows, self._checkpoints = tuning, windows, checkpoints
        self._optimizer = torch.optim.Adam(self.learned, lr=tuning.learning_rate)
        if checkpoints:
            self._go_on(checkpoints)

    @property
    def over(self) -> bool:
        """Nothing more is to be learned."""
        stale = len(self.judged) - 1 - best_of(self.judged)
        return self.diverged or self.step >= self._tuning.steps or stale >= self._tuning.patience

    def learn(self, total: Tensor) -> None:
        self.step += 1
        for group in self._optimizer.param_groups:
            group["lr"] = self._tuning.learning_rate * min(1.0, self.step / WARMUP)
        self._optimizer.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.learned, LARGEST_GRADIENT)
        self._optimizer.step()
        torch._foreach_lerp_(self.mean, [p.detach() for p in self.learned], 1 - MEMORY)

    def keep(self, *, always: bool) -> None:
        """After a judgement, and not after every one: those that come quickly are done again as quickly."""
        if self._checkpoints is None or not (always or self._checkpoints.due()):
            return
        told = {"step": self.step, "judged": [asdict(one) for one in self.judged], "random": self._windows.state}
        parts = {name: _numbered(getattr(self, name)) for name in ("learned", "mean", "best")}
        self._checkpoints.keep(told, {**parts, "optimizer": moments_of(self._optimizer)})

    def _go_on(self, checkpoints: Checkpoints) -> None:
        found = checkpoints.kept()
        if found is None:
            return
        told, parts = found
        self.step, self._windows.state = told["step"], told["random"]
        self.judged = [Judged(one["step"], tuple(one["each"]), one["loss"]) for one in told["judged"]]
        for name in ("learned", "mean", "best"):
            _set(getattr(self, name), [parts[name][str(k)] for k in range(len(self.learned))])
        restore(self._optimizer, parts["optimizer"])


def _numbered(tensors: Sequence[Tensor]) -> dict[str, Tensor]:
    return {str(number): tensor for number, tensor in enumerate(tensors)}


@contextmanager
def _in_place(learned: Sequence[Tensor], values: Sequence[Tensor]) -> Iterator[None]:
    """``values`` as the parameters, for as long as this lasts."""
    own = [p.detach().clone() for p in learned]
    _set(learned, values)
    try:
        yield
    finally:
        _set(learned, own)


def _set(learned: Sequence[Tensor], values: Sequence[Tensor]) -> None:
    with torch.no_grad():
        for parameter, value in zip(learned, values, strict=True):
            parameter.copy_(value)


class _Step:
    """The loss of a batch of windows; what frozen stages say of every window is computed once, at the start.

    Always the same windows together: one that goes on meets the same numbers to the last bit.
    """

    def __init__(self, forecaster: Forecaster, windows: Windows, frozen: int, rows: int) -> None:
        self._forecaster, self._windows, self._frozen, self._rows = forecaster, windows, frozen, rows
        self._device = forecaster.device
        self._levels = torch.tensor(forecaster.spec.quantiles, device=self._device)
        everything = list(range(len(windows.places)))
        portions = [everything[k : k + AT_ONCE] for k in range(0, len(everything), AT_ONCE)] if frozen else []
        self._kept = [hidden for portion in portions for hidden in self._frozen_state(portion)["hidden"]]

    def loss(self) -> Tensor:
        numbers = self._windows.draw(self._rows)
        batch, entered = self._entered(numbers)
        truth = np.stack([self._windows.truth(number) for number in numbers])
        scaled = torch.from_numpy(((truth - entered.low) / entered.span).astype(np.float32)).to(self._device)
        answer = self._forecaster.answer(batch, self._state(numbers, batch), self._frozen)
        return loss(answer, scaled[:, : self._forecaster.spec.horizon], self._levels).mean()

    def _entered(self, numbers: list[int]) -> tuple[State, Entered]:
        entered = enter([self._windows.past(number) for number in numbers], self._forecaster.spec)
        return {name: tensor.to(self._device) for name, tensor in entered.batch.items()}, entered

    def _state(self, numbers: list[int], batch: State) -> State:
        """At the boundary."""
        if not self._frozen:
            return batch
        return {"hidden": torch.stack([self._kept[number] for number in numbers]), "mask": batch["mask"]}

    def _frozen_state(self, numbers: list[int]) -> State:
        with torch.no_grad():
            return forward(self._forecaster.backbone, self._entered(numbers)[0], stop=self._frozen)
