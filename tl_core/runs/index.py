"""A job: have every passage of the documents read by the starting model, so that questions find them by meaning."""

from __future__ import annotations

import time

from tl_core.answering.meaning import Encoder, quickest, vectors_of
from tl_core.backbones.load import load
from tl_core.bundle.assistant import add_meaning, write_version_index
from tl_core.domain.event import Phase, Progress, Result
from tl_core.domain.plan import IndexPlan
from tl_core.freezing.prefix import compiled_models
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.devices import choose_device, memory_used

PAUSE = 0.5  # seconds between two events of progress


def run(folder: RunFolder, plan: IndexPlan, home: Home) -> None:
    """Do what ``plan`` says, with the vectors that an earlier version or child left.

    Raises InputFault (no such data, the model is not here, the disk is full), Stopped; questions are answered by words
    meanwhile, and what is done is kept.
    """
    folder.append(Phase(name="prepare"))
    dataset = load_dataset(home, plan.project, plan.dataset)
    write_version_index(home, plan.project, dataset)
    device = choose_device(plan.device)
    backbone = load(home, plan.backbone)
    encoder = Encoder(backbone, cache=compiled_models(home), device=device, precision=quickest(device))
    total = len(dataset.samples)
    folder.append(Phase(name="index", total=total))
    tell = Telling(folder, total, device)
    vectors = vectors_of(home, plan.project, dataset.samples, encoder, tell, folder.stop_requested)
    folder.append(Phase(name="store"))
    add_meaning(home, plan.project, dataset, vectors, encoder)
    folder.append(Result(values={"passages": total, "backbone": plan.backbone}))


class Telling:
    """How far a reading of passages is, as events; what was known before it began is no work, and makes no pace."""

    def __init__(self, folder: RunFolder, total: int, device) -> None:
        self._folder, self._total, self._device = folder, total, device
        self._first: tuple[float, int] | None = None
        self._last = 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        self._first = self._first or (now, done)
        if now - self._last < PAUSE and done < self._total:
            return
        self._last, (began, before) = now, self._first
        rate = (done - before) / max(1e-3, now - began)
        memory = memory_used(self._device)
        self._folder.append(Progress(done=done, total=self._total, rate=rate or None, memory=memory))
