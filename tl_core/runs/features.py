"""The features part of a run: every sample through the frozen prefix, once, or from the cache."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch

from tl_core.backbones.depth import identity
from tl_core.backbones.protocol import Backbone, State
from tl_core.domain.event import Event, Notice, Phase, Progress
from tl_core.domain.plan import Precision, TrainPlan
from tl_core.freezing.activations import Activations, key_of
from tl_core.freezing.encode import Target, encode_each
from tl_core.freezing.prefix import CompiledPrefix, OutputsOfEach, RunEach, compile_prefix, compiled_models
from tl_core.freezing.room import budget, tidy
from tl_core.runs.material import Reader, Subset
from tl_core.store.home import Home
from tl_core.training.devices import memory_used
from tl_core.training.states import CachedStates, OnlineStates, States, moved

BATCH = {"cpu": 16, "mps": 32, "cuda": 128}  # samples a pass through the compiled prefix
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
    kept: frozenset[int] | None = None  # boundaries that a ladder keeps, all together; None: as there is room for one

    @property
    def boundary(self) -> int:
        return self.plan.frozen_stages or 0

    def first_look(self) -> tuple[np.ndarray, np.ndarray]:
        """Pooled features (sample, feature) of both subsets; activations at the boundary are kept on the way."""
        targets: list[int | None] = [self.boundary] if self.keeps else [None]
        return self.features_beside(targets)

    def features_beside(self, targets: Sequence[int | None]) -> tuple[np.ndarray, np.ndarray]:
        """Pooled features of both subsets; on the way activations are kept at each of the boundaries ``targets``.

        None among them, the last, stands for features alone. All come from one pass and one compiled network, so what
        a killed pass left undone is done again with the same numbers.
        """
        total = len(self.train.samples) + len(self.validation.samples)
        self.tell(Phase(name="features", total=total))
        count = _Count(self, total)
        learn, judge = self._both(targets)
        train = self._encode(self.train, learn, count, targets, features=True)
        validation = self._encode(self.validation, judge, count, targets, features=True)
        return _features(train[-1]), _features(validation[-1])

    def every_depth(self, subset: Subset) -> list[np.ndarray]:
        """Pooled features (sample, feature) of ``subset`` after each stage, all from one pass."""
        depths = range(1, len(self.backbone.stages) + 1)
        count = _Count(self, len(subset.samples))
        self.tell(Phase(name="features", total=count.total))
        run = self._compile(depths, features=False, pooled=True)
        targets = [Target(self._folder(subset, None, 0, True, {"depth": depth}), pooled=True) for depth in depths]
        return [_features(one) for one in self._pass(subset, run, count, 0, targets)]

    def features_of(self, subsets: Sequence[Subset]) -> list[np.ndarray]:
        """Pooled features (sample, feature) of each of ``subsets``, none of them empty; nothing else is kept."""
        count = _Count(self, sum(len(subset.samples) for subset in subsets))
        self.tell(Phase(name="features", total=count.total))
        run = self._compile([None], features=True)
        return [_features(self._encode(one, run, count, [None], features=True)[-1]) for one in subsets]

    def keep_views(self, boundaries: Sequence[int]) -> None:
        """Activations of the augmented versions of the training samples, at each of ``boundaries`` by one pass each."""
        if not (boundaries and self.reader.changing and self.plan.views > 1):
            return
        run = self._compile(boundaries, features=False, precision=self.plan.precision)
        count = _Count(self, (self.plan.views - 1) * len(self.train.samples))
        self.tell(Phase(name="views", total=count.total))
        for view in range(1, self.plan.views):
            self._encode(self.train, run, count, boundaries, view, features=False)

    def states(self) -> tuple[States, States]:
        """What the training loop reads: the cache, with views of augmented training samples; or fresh batches."""
        if not self.keeps:
            if self.boundary > 0:
                self.tell(Notice(key="training.too_large_to_keep"))
            enter = self.enter()
            fast = enter if self.plan.precision == "f32" else self.enter(self.plan.precision)
            return self._online(fast, self.train), self._online(enter, self.validation)
        here = [self.boundary]
        learn, judge = self._both(here)
        count = _Count(self, 0)
        views = self._encode(self.train, learn, count, here, features=True)
        validation = self._encode(self.validation, judge, count, here, features=True)
        if self.reader.changing and self.plan.views > 1:
            learn = self._compile(here, features=False, precision=self.plan.precision)
            count = _Count(self, (self.plan.views - 1) * len(self.train.samples))
            if self.kept is None:  # else they are there
                self.tell(Phase(name="views", total=count.total))
            for view in range(1, self.plan.views):
                views += self._encode(self.train, learn, count, here, view, features=False)
        return CachedStates(views), CachedStates(validation)

    def judged(self) -> States:
        """The validation samples alone, as ``states`` gives them."""
        return self.unchanged(self.validation)

    def unchanged(self, subset: Subset) -> States:
        """One subset's samples as they are, never augmented."""
        if not self.keeps:
            return self._online(self.enter(), subset)
        here = [self.boundary]
        count = _Count(self, len(subset.samples))
        return CachedStates(self._encode(subset, self._compile(here, features=True), count, here, features=True))

    def enter(self, precision: Precision = "f32") -> Callable[[dict[str, torch.Tensor]], State]:
        """What takes an input batch to the boundary; any samples, nothing is kept."""
        if self.boundary == 0:
            return lambda batch: self.backbone.enter(self.reader.varied(batch))
        mask_at = partial(self.backbone.mask_at, self.boundary)
        return _as_state(self._compile([self.boundary], features=self.keeps, precision=precision), mask_at)

    def _online(self, enter: Callable[[dict[str, torch.Tensor]], State], subset: Subset) -> OnlineStates:
        return OnlineStates(enter, self.reader.of(subset), subset.lengths, self.device)

    def _both(self, targets: Sequence[int | None]) -> tuple[RunEach, RunEach]:
        """What takes training and validation samples through, with features: in f32 one and the same network."""
        judge = self._compile(targets, features=True)
        if self.plan.precision == "f32":
            return judge, judge
        return self._compile(targets, features=True, precision=self.plan.precision), judge

    def _compile(
        self, targets: Sequence[int | None], *, features: bool, precision: Precision = "f32", pooled: bool = False
    ) -> RunEach:
        """Compiled when first called: what is in the cache already needs no compiler."""
        boundaries = [boundary for boundary in targets if boundary is not None]
        compiled: list[CompiledPrefix] = []

        def run(batch: dict[str, torch.Tensor]) -> OutputsOfEach:
            batch = moved(batch, self.device)
            if not compiled:
                compiled.append(
                    compile_prefix(
                        self.backbone, boundaries or len(self.backbone.stages), batch, self.device,
                        hidden=bool(boundaries), features=features, cache=compiled_models(self.home),
                        precision=precision, pooled=pooled,
                    )
                )  # fmt: skip
            return compiled[0].each(self.reader.varied(batch))

        return run

    def _encode(
        self, subset: Subset, run: RunEach, count: _Count, targets: Sequence[int | None], view: int = 0, *,
        features: bool,
    ) -> list[Activations]:  # fmt: skip
        return self._pass(
            subset, run, count, view,
            [
                Target(self._folder(subset, boundary, view, features), partial(self.backbone.mask_at, boundary or 0))
                for boundary in targets
            ],
        )  # fmt: skip

    def _pass(
        self, subset: Subset, run: RunEach, count: _Count, view: int, targets: Sequence[Target]
    ) -> list[Activations]:
        kept = encode_each(
            targets, run, self.reader.of(subset), subset.lengths, view,
            batch_size=BATCH[self.device.type], tell=count.tell, stop=self.stop,
        )  # fmt: skip
        count.finish(len(subset.samples))
        return kept

    def _folder(
        self, subset: Subset, boundary: int | None, view: int, features: bool, ended: dict[str, int] | None = None
    ) -> Path:
        """Named by all that changes what is in it; None: features alone. ``ended`` as in ``identity``."""
        key = key_of(
            samples=subset.ids, **identity(self.backbone) | (ended or {}),
            input=self.backbone.card.input.model_dump(), options=self.plan.options,
            boundary=boundary, features=features, device=self.device.type,
            precision=self.plan.precision if subset is self.train else "f32",
            view=[view, self.plan.seed, self.plan.augmentations] if view else 0,
        )  # fmt: skip
        return self.home.project(self.plan.project) / "cache" / key

    @cached_property
    def keeps(self) -> bool:
        """Is there something to train before the head, something frozen before that, room for its output?"""
        if self.kept is not None:
            return self.boundary in self.kept
        return bool(self.fitting([self.boundary]))

    def fitting(self, boundaries: Sequence[int]) -> list[int]:
        """Of ``boundaries``, the first ones for whose activations there is room, all together; it is made for them."""
        boundaries = [boundary for boundary in boundaries if 0 < boundary < len(self.backbone.stages)]
        if not boundaries:
            return []
        sizes = self._sizes(max(boundaries))
        views = self.plan.views if self.reader.changing else 1
        room = min(LARGEST_CACHE, budget(), shutil.disk_usage(self.home.cache).free / 3)
        wanted = 0.0
        found: list[int] = []
        for boundary in boundaries:
            more = sizes[boundary] * len(self.train.samples) * (views + 0.5)
            if wanted + more > room:
                break
            wanted += more
            found.append(boundary)
        tidy(self.home, int(wanted))
        return found

    def _sizes(self, last: int) -> list[float]:
        """Bytes of one sample's activations at boundaries 0 to ``last``, seen on two samples."""
        self.backbone.network.to(self.device).eval()
        example = self.reader.batch(self.train.samples[:2], 0)
        with torch.inference_mode():
            state = self.backbone.enter({name: tensor.to(self.device) for name, tensor in example.items()})
            sizes = [state["hidden"].numel() * 4 / len(state["hidden"])]
            for stage in self.backbone.stages[:last]:
                state = self.backbone.run(stage, state)
                sizes.append(state["hidden"].numel() * 4 / len(state["hidden"]))
        return sizes

    def lacking(self, boundaries: Sequence[int]) -> list[int]:
        """Those of ``boundaries`` whose activations are not all in the cache yet."""
        views = range(1, self.plan.views if self.reader.changing else 1)
        return [
            boundary
            for boundary in boundaries
            if not all(
                (folder / "about.json").exists()
                for folder in [
                    *(self._folder(subset, boundary, 0, True) for subset in (self.train, self.validation)),
                    *(self._folder(self.train, boundary, view, False) for view in views),
                ]
            )
        ]


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


def _as_state(
    run: RunEach, mask_at: Callable[[torch.Tensor], torch.Tensor]
) -> Callable[[dict[str, torch.Tensor]], State]:
    """The compiled prefix in the place of ``enter``: for activations too many to keep."""

    def enter(batch: dict[str, torch.Tensor]) -> State:
        [hidden], _ = run(batch)
        state = {"hidden": torch.from_numpy(hidden)}
        return state | ({"mask": mask_at(batch["mask"])} if "mask" in batch else {})

    return enter
