"""The features part of a run: every sample through the frozen prefix, once, or from the cache."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from tl_core.backbones.protocol import Backbone, State
from tl_core.domain.event import Event, Notice, Phase, Progress
from tl_core.domain.plan import TrainPlan
from tl_core.freezing.activations import Activations, key_of
from tl_core.freezing.encode import encode
from tl_core.freezing.prefix import Outputs, RunPrefix, compile_prefix, compiled_models
from tl_core.runs.material import Reader, Subset
from tl_core.store.home import Home
from tl_core.training.devices import memory_used
from tl_core.training.states import CachedStates, OnlineStates, States

BATCH = 16  # samples a pass through the compiled prefix
LARGEST_CACHE = 4 * 2**30  # bytes of activations a run may keep; and never more than a third of the free disk


@dataclass
class Encoder:
    """Takes training and validation samples through the prefix of one backbone, into the project's cache."""

    home: Home
    plan: TrainPlan  # resolved
    backbone: Backbone
    reader: Reader
    train: Subset
    validation: Subset
    device: torch.device
    tell: Callable[[Event], None]
    stop: Callable[[], bool]

    @property
    def boundary(self) -> int:
        return self.plan.frozen_stages or 0

    def first_look(self) -> tuple[np.ndarray, np.ndarray]:
        """Pooled features (sample, feature) of both subsets; activations at the boundary are kept on the way."""
        run = self._compile(hidden=self.keeps, features=True)
        total = len(self.train.samples) + len(self.validation.samples)
        self.tell(Phase(name="features", total=total))
        count = _Count(self, total)
        train = self._encode(self.train, run, count, hidden=self.keeps, features=True)
        validation = self._encode(self.validation, run, count, hidden=self.keeps, features=True)
        return _features(train), _features(validation)

    def states(self) -> tuple[States, States]:
        """What the training loop reads: the cache, with views of augmented training samples; or fresh batches."""
        if not self.keeps:
            enter: Callable[[dict[str, torch.Tensor]], State] = self.backbone.enter
            if self.boundary > 0:
                self.tell(Notice(key="training.too_large_to_keep"))
                enter = _as_state(self._compile(hidden=True, features=False))
            return self._online(enter, self.train), self._online(enter, self.validation)
        run = self._compile(hidden=True, features=True)
        count = _Count(self, 0)
        views = [self._encode(self.train, run, count, hidden=True, features=True)]
        validation = self._encode(self.validation, run, count, hidden=True, features=True)
        if self.reader.changing and self.plan.views > 1:
            run = self._compile(hidden=True, features=False)
            count = _Count(self, (self.plan.views - 1) * len(self.train.samples))
            self.tell(Phase(name="views", total=count.total))
            views += [
                self._encode(self.train, run, count, view, hidden=True, features=False)
                for view in range(1, self.plan.views)
            ]
        return CachedStates(views), CachedStates([validation])

    def judged(self) -> States:
        """The validation samples alone, as ``states`` gives them."""
        if not self.keeps:
            return self._online(self.enter(), self.validation)
        run = self._compile(hidden=True, features=True)
        count = _Count(self, len(self.validation.samples))
        return CachedStates([self._encode(self.validation, run, count, hidden=True, features=True)])

    def enter(self) -> Callable[[dict[str, torch.Tensor]], State]:
        """What takes an input batch to the boundary; any samples, nothing is kept."""
        if self.boundary == 0:
            return self.backbone.enter
        return _as_state(self._compile(hidden=True, features=self.keeps))  # compiled for ``states`` already

    def _online(self, enter: Callable[[dict[str, torch.Tensor]], State], subset: Subset) -> OnlineStates:
        return OnlineStates(enter, self.reader.of(subset), subset.lengths, self.device)

    def _compile(self, *, hidden: bool, features: bool) -> RunPrefix:
        """Compiled when first called: what is in the cache already needs no compiler."""
        boundary = self.boundary if hidden else len(self.backbone.stages)
        compiled: list[RunPrefix] = []

        def run(batch: dict[str, torch.Tensor]) -> Outputs:
            if not compiled:
                compiled.append(
                    compile_prefix(
                        self.backbone, boundary, batch, self.device,
                        hidden=hidden, features=features, cache=compiled_models(self.home),
                    )
                )  # fmt: skip
            return compiled[0](batch)

        return run

    def _encode(
        self, subset: Subset, run: RunPrefix, count: _Count, view: int = 0, *, hidden: bool, features: bool
    ) -> Activations:
        key = key_of(
            samples=subset.ids, weights=self.backbone.card.sha256, name=self.backbone.card.name,
            input=self.backbone.card.input.model_dump(), options=self.plan.options,
            boundary=self.boundary if hidden else None, features=features, device=self.device.type,
            view=[view, self.plan.seed, self.plan.augmentations] if view else 0,
        )  # fmt: skip
        activations = encode(
            self.home.project(self.plan.project) / "cache" / key, run, self.reader.of(subset), subset.lengths, view,
            ragged=hidden and subset.samples[0].text is not None, batch_size=BATCH, tell=count.tell, stop=self.stop,
        )  # fmt: skip
        count.finish(len(subset.samples))
        return activations

    @cached_property
    def keeps(self) -> bool:
        """Is there something to train before the head, something frozen before that, room for its output?"""
        if not 0 < self.boundary < len(self.backbone.stages):
            return False
        self.backbone.network.to(self.device).eval()
        example = self.reader.batch(self.train.samples[:2], 0)
        with torch.inference_mode():
            state = self.backbone.enter({name: tensor.to(self.device) for name, tensor in example.items()})
            for stage in self.backbone.stages[: self.boundary]:
                state = self.backbone.run(stage, state)
        each = state["hidden"].numel() * 4 / len(state["hidden"])
        views = self.plan.views if self.reader.changing else 1
        free = shutil.disk_usage(self.home.cache).free
        return each * len(self.train.samples) * (views + 0.5) <= min(LARGEST_CACHE, free / 3)


class _Count:
    """Tells how far a pass over several sets of samples is."""

    def __init__(self, encoder: Encoder, total: int) -> None:
        self.encoder, self.total = encoder, total
        self.before, self.began = 0, time.monotonic()

    def tell(self, done: int) -> None:
        done += self.before
        rate = done / max(1e-3, time.monotonic() - self.began)
        self.encoder.tell(Progress(done=done, total=self.total, rate=rate, memory=memory_used(self.encoder.device)))

    def finish(self, count: int) -> None:
        self.before += count


def _features(activations: Activations) -> np.ndarray:
    assert activations.features is not None
    return activations.features


def _as_state(run: RunPrefix) -> Callable[[dict[str, torch.Tensor]], State]:
    """The compiled prefix in the place of ``enter``: for activations too many to keep."""

    def enter(batch: dict[str, torch.Tensor]) -> State:
        hidden, _ = run({name: tensor.cpu() for name, tensor in batch.items()})
        assert hidden is not None
        state = {"hidden": torch.from_numpy(hidden)}
        return state | ({"mask": batch["mask"]} if "mask" in batch else {})

    return enter
