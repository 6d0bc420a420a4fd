"""Teaching a language model to answer: adapters on its thawed layers, the loss on the answer alone.

What frozen layers say of each pair is computed once and kept (adapters have no dropout, so it never changes). Pairs of
like length share a batch instead of being packed into one row: no attention can cross from one to the other, and with a
few hundred pairs hardly anything is padding. A batch is cut into chunks of so many tokens, so memory stays flat.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from tl_core.backbones.protocol import State
from tl_core.backbones.writing import LanguageModel
from tl_core.domain.plan import Precision
from tl_core.freezing.activations import Activations
from tl_core.freezing.adapters import Adapters
from tl_core.freezing.encode import Target, encode_each
from tl_core.freezing.precision import autocast
from tl_core.freezing.prefix import eager_prefix
from tl_core.processes import close_holes
from tl_core.training.checkpoints import Checkpoints, moments_of, restore
from tl_core.training.devices import out_of_memory
from tl_core.training.epochs import LARGEST_GRADIENT
from tl_core.training.states import batches, moved

WARMUP = 0.1  # of all steps, learning rate rising; then it falls along a cosine
CHUNK = {"cpu": 512, "cuda": 16_384}  # tokens computed at once
KEPT = 800 * 2**20  # bytes of activations between forward and backward, beyond which layers are computed twice
A_LAYER = 30  # numbers that a layer keeps for its backward pass / width of the state, measured roughly
SAMPLE_BATCH = 4  # pairs a pass of the frozen layers
IGNORED = -100  # in the place of a token: nothing is expected
STEP = 32  # lengths are padded to a multiple: for every new shape the CPU's kernels keep some megabytes for good


@dataclass(frozen=True)
class Pair:
    """Tokens of a prompt and of the answer to it, its end token included."""

    prompt: list[int]
    answer: list[int]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


@dataclass(frozen=True)
class Teaching:
    """How long and how fast."""

    epochs: int = 3
    batch_size: int = 8  # pairs a step
    learning_rate: float = 5e-4
    rank: int = 8
    patience: int = 2  # epochs without a better validation loss
    seed: int = 0
    precision: Precision = "f32"


@dataclass(frozen=True)
class Judged:
    """A look at validation. Losses are means over the tokens of answers, in nats."""

    epoch: int  # 0: the start
    loss: float
    train: float  # mean of the epoch; NaN at the start


class Pairs:
    """Pairs at the boundary: from memory-mapped activations where something is frozen, else as tokens."""

    def __init__(
        self, model: LanguageModel, pairs: Sequence[Pair], frozen: int, folder: Path, precision: Precision = "f32",
        tell: Callable[[int], None] = lambda done: None, stop: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Made before adapters are put on. Raises Stopped, and InputFault when the disk is full."""
        self.pairs, self.lengths = list(pairs), np.array([_padded(len(pair)) for pair in pairs])
        self._kept: Activations | None = None
        if frozen and pairs:
            read = lambda rows, view: _tokens([self.pairs[row] for row in rows])  # noqa: E731
            run = eager_prefix(model.backbone, frozen, read([0], 0), model.device, precision)
            (self._kept,) = encode_each(
                [Target(folder)], run.each, read, self.lengths, 0, batch_size=SAMPLE_BATCH, tell=tell, stop=stop
            )  # fmt: skip

    def state(self, rows: Sequence[int], model: LanguageModel) -> State:
        if self._kept is None:
            return model.backbone.enter(moved(_tokens([self.pairs[row] for row in rows]), model.device))
        return moved(_widened(self._kept.state(rows)), model.device)


class Teacher:
    """A model with adapters on its stages after ``frozen``; strength 1."""

    def __init__(self, model: LanguageModel, frozen: int, teaching: Teaching) -> None:
        self.model, self.frozen, self.teaching = model, frozen, teaching
        self.adapters = Adapters(model.backbone, frozen, teaching.rank, teaching.seed)
        self.learned = list(self.adapters.parameters().values())
        for parameter in self.learned:
            parameter.data = parameter.data.float()  # beside weights that may be shorter

    def loss(self, pairs: Pairs, rows: Sequence[int], *, learn: bool) -> Tensor:
        """Sum over the answers' tokens of these pairs."""
        state = pairs.state(rows, self.model)
        twice = learn and self._kept_bytes(state) > KEPT
        with autocast(self.model.device, self.teaching.precision):
            for stage in self.model.backbone.stages[self.frozen :]:
                if twice:
                    hidden = checkpoint(_of(self.model, stage), state["hidden"], state["mask"], use_reentrant=False)
                    state = {**state, "hidden": hidden}
                else:
                    state = self.model.backbone.run(stage, state)
            places, targets = _answers([pairs.pairs[row] for row in rows])
            logits = self.model.head(state["hidden"].flatten(0, 1)[_flat(places, state["hidden"])])
        return torch.nn.functional.cross_entropy(
            logits.float(), targets.to(logits.device), ignore_index=IGNORED, reduction="sum"
        )

    def mean_loss(self, pairs: Pairs, stop: Callable[[], bool] = lambda: False) -> float:
        """Over all answers of ``pairs``; NaN where there are none."""
        total, tokens = 0.0, 0
        order = np.argsort(pairs.lengths, kind="stable")
        with torch.no_grad():
            for rows in chunks(order, pairs.lengths, self.largest):
                if stop():
                    break
                total += float(self.loss(pairs, rows, learn=False))
                tokens += sum(len(pairs.pairs[row].answer) for row in rows)
        return total / tokens if tokens else math.nan

    @property
    def largest(self) -> int:
        return CHUNK.get(self.model.device.type, CHUNK["cpu"])

    def _kept_bytes(self, state: State) -> int:
        stages = self.model.backbone.stages[self.frozen :]
        layers = sum(len(stage.modules) for stage in stages)
        width = self.model.head.in_features
        return state["mask"].numel() * layers * width * A_LAYER * (2 if self.teaching.precision == "bf16" else 4)


def teach(
    teacher: Teacher, learn: Pairs, held: Pairs, tell: Callable[[Judged, bool], None] = lambda judged, best: None,
    stop: Callable[[], bool] = lambda: False, step: Callable[[int, int], None] = lambda done, total: None,
    checkpoints: Checkpoints | None = None,
) -> list[Judged]:  # fmt: skip
    """Train the adapters in place; those with the lowest loss on ``held`` are left, the start (nothing added) included.

    With ``checkpoints`` one that was killed goes on at its last step, and ends in the same numbers. ``tell`` hears of
    every look at ``held`` and whether it is the best so far; ``step`` of every step.
    """
    run = _Run(teacher, learn, checkpoints)
    if not run.judged:
        run.judged.append(Judged(0, teacher.mean_loss(held), math.nan))
        tell(run.judged[-1], True)
    while not run.over and not stop():
        run.learn()
        step(run.step, run.steps)
        if run.step % run.each == 0:
            run.judged.append(Judged(run.step // run.each, teacher.mean_loss(held), float(np.mean(run.losses))))
            run.losses.clear()
            better = run.best_epoch == len(run.judged) - 1
            if better:
                run.best = teacher.adapters.tensors()
            tell(run.judged[-1], better)
            run.keep(always=run.over)
        else:
            run.keep(always=False)
    teacher.adapters.put(run.best)
    return run.judged


def chunks(rows: Sequence[int] | np.ndarray, lengths: np.ndarray, largest: int) -> list[list[int]]:
    """``rows`` in their order, cut so that none has more than ``largest`` tokens, padding included."""
    found: list[list[int]] = []
    longest = 0
    for row in np.asarray(rows).tolist():
        longest = max(longest, int(lengths[row]))
        if not found or longest * (len(found[-1]) + 1) > largest:
            found.append([])
            longest = int(lengths[row])
        found[-1].append(row)
    return found


class _Run:
    """How far a teaching is: a step at a time, kept and taken up again."""

    def __init__(self, teacher: Teacher, learn: Pairs, checkpoints: Checkpoints | None) -> None:
        self._teacher, self._learn, self._checkpoints = teacher, learn, checkpoints
        teaching = teacher.teaching
        self.each = math.ceil(len(learn.pairs) / teaching.batch_size)
        self.steps = self.each * teaching.epochs
        self.step, self.judged, self.losses = 0, list[Judged](), list[float]()
        self.best = teacher.adapters.tensors()
        self._optimizer = torch.optim.AdamW(teacher.learned, lr=teaching.learning_rate, weight_decay=0.0)
        self._halvings = 0
        self._go_on()

    @property
    def best_epoch(self) -> int:
        return min(range(len(self.judged)), key=lambda k: self.judged[k].loss)

    @property
    def over(self) -> bool:
        stale = len(self.judged) - 1 - self.best_epoch if self.judged else 0
        return self.step >= self.steps or stale >= self._teacher.teaching.patience

    def learn(self) -> None:
        teaching, epoch = self._teacher.teaching, self.step // self.each
        rows = batches(self._learn.lengths, teaching.batch_size, epoch, teaching.seed)[self.step % self.each]
        tokens = sum(len(self._learn.pairs[row].answer) for row in rows)
        for group in self._optimizer.param_groups:
            group["lr"] = teaching.learning_rate * self._pace()
        while True:
            try:
                self._optimizer.zero_grad()
                total = 0.0
                for part in chunks(rows, self._learn.lengths, self._teacher.largest >> self._halvings):
                    loss = self._teacher.loss(self._learn, part, learn=True) / tokens
                    loss.backward()
                    total += float(loss.detach())
                break
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error) or self._teacher.largest >> self._halvings < 64:
                    raise
                self._halvings += 1
        torch.nn.utils.clip_grad_norm_(self._teacher.learned, LARGEST_GRADIENT)
        self._optimizer.step()
        self.losses.append(total)
        self.step += 1
        if self._teacher.model.device.type == "cpu":  # pieces of every size leave holes: half a gigabyte in 20 steps
            close_holes()

    def _pace(self) -> float:
        warm = max(1, round(WARMUP * self.steps))
        if self.step < warm:
            return (self.step + 1) / warm
        return 0.5 * (1 + math.cos(math.pi * (self.step - warm) / max(1, self.steps - warm)))

    def keep(self, *, always: bool) -> None:
        if self._checkpoints is None or not (always or self._checkpoints.due()):
            return
        told = {"step": self.step, "losses": self.losses, "judged": [asdict(one) for one in self.judged]}
        parts = {
            "learned": self._teacher.adapters.tensors(),
            "best": self.best,
            "optimizer": moments_of(self._optimizer),
        }
        self._checkpoints.keep(told, parts)

    def _go_on(self) -> None:
        found = self._checkpoints.kept() if self._checkpoints else None
        if found is None:
            return
        told, parts = found
        self.step, self.losses = told["step"], told["losses"]
        self.judged = [Judged(**one) for one in told["judged"]]
        self.best = parts["best"]
        self._teacher.adapters.put(parts["learned"])
        restore(self._optimizer, parts["optimizer"])


def perplexity(model: LanguageModel, texts: Sequence[str], most: int = 128) -> float:
    """exp of the mean loss of every token of general ``texts``, each cut after ``most`` tokens: lower is better."""
    total, count = 0.0, 0
    with torch.inference_mode():
        for text in texts:
            tokens = model.tokens(text)[:most]
            if len(tokens) < 2:
                continue
            ids = torch.tensor([tokens], device=model.device)
            state = model.backbone.enter({"ids": ids, "mask": torch.ones_like(ids)})
            for stage in model.backbone.stages:
                state = model.backbone.run(stage, state)
            logits = model.head(state["hidden"][0, :-1]).float()
            total += float(torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum"))
            count += len(tokens) - 1
    return math.exp(total / count) if count else math.nan


def _tokens(pairs: Sequence[Pair]) -> dict[str, Tensor]:
    longest = _padded(max(len(pair) for pair in pairs))
    ids, mask = torch.zeros(len(pairs), longest, dtype=torch.long), torch.zeros(len(pairs), longest, dtype=torch.long)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair)] = torch.tensor([*pair.prompt, *pair.answer])
        mask[row, : len(pair)] = 1
    return {"ids": ids, "mask": mask}


def _padded(length: int) -> int:
    return math.ceil(length / STEP) * STEP


def _widened(state: State) -> State:
    """``hidden`` (pair, token, feature) and ``mask`` (pair, token), padded at the end."""
    more = _padded(state["mask"].shape[1]) - state["mask"].shape[1]
    pad = torch.nn.functional.pad
    return {"hidden": pad(state["hidden"], (0, 0, 0, more)), "mask": pad(state["mask"], (0, more))}


def _answers(pairs: Sequence[Pair]) -> tuple[list[tuple[int, int]], Tensor]:
    """Where the state stands that tells each token of the answers (row, token), and those tokens.

    Some more at the end, to be ``IGNORED``.
    """
    places = [(row, len(p.prompt) - 1 + k) for row, p in enumerate(pairs) for k in range(len(p.answer))]
    more = _padded(len(places)) - len(places)
    tokens = [token for pair in pairs for token in pair.answer]
    return places + [(0, 0)] * more, torch.tensor(tokens + [IGNORED] * more)


def _flat(places: Sequence[tuple[int, int]], hidden: Tensor) -> Tensor:
    return torch.tensor([row * hidden.shape[1] + token for row, token in places], device=hidden.device)


def _of(model: LanguageModel, stage) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda hidden, mask: model.backbone.run(stage, {"hidden": hidden, "mask": mask})["hidden"]
