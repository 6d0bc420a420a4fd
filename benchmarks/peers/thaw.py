"""Thaw: the very job that its worker does, in a process with its imports done, timed by what the job tells.

``probe``: to the quick look's figures. ``finetune``: to the end of the rounds, when the validation figures are known.
What follows in a real run (mixes, the classic baseline, the bundle and its proof) is not what the others do either: its
seconds are told apart, as ``after``. ``ladder``: the whole job.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks.contender import peak
from benchmarks.material import Material
from benchmarks.result import Result
from tl_core.domain.event import Epoch, Event, Phase, Probed, Rung
from tl_core.domain.plan import ExamPlan, LadderPlan, Plan, TrainPlan
from tl_core.freezing.prefix import compiled_models
from tl_core.jobs.kinds import IMPORTS, KINDS, SPARE_OF
from tl_core.jobs.perform import perform
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.store.runs import create_run
from tl_core.use_cases.plans import default_plan

for _module in [*IMPORTS["torch"], *(KINDS[kind].partition(":")[0] for kind in SPARE_OF)]:  # as the spare child
    importlib.import_module(_module)


def run(
    material: Material, recipe: Literal["probe", "finetune", "ladder"], warm: bool = False, cold: bool = False,
    whole: bool = True, cache_gb: float | None = None, **changes: Any,
) -> Result:  # fmt: skip
    """``warm``: activations of an earlier run stay. ``cold``: no compiled model either. Not ``whole``: the job is
    asked no more once what is timed has been told, and nothing held out is answered. ``changes`` are the plan's."""
    home = Home(Path(material.thaw["home"]))
    os.environ["THAW_HOME"] = str(home.path)
    if cache_gb is not None:
        os.environ["THAW_CACHE_GB"] = str(cache_gb)
    if not warm:
        shutil.rmtree(home.project(material.thaw["project"]) / "cache", ignore_errors=True)
    plan = _plan(material, recipe, changes)
    folder = create_run(home, plan)
    seen = _Watch(folder, recipe)
    with _without_compiled(home, cold):
        began = time.time()
        work = threading.Thread(target=perform, args=[folder], daemon=True)
        work.start()
        seen.wait()
        if whole:
            work.join()
    status = folder.status()
    if status is not None and status.state != "done":
        raise RuntimeError(f"{status} {folder.log_path.read_text('utf-8')[-2000:] if folder.log_path.exists() else ''}")
    return _result(material, home, folder, recipe, began, seen.memory, whole)


class _Watch:
    """Waits until what is timed was told, and notes how much memory was held by then."""

    def __init__(self, folder: RunFolder, recipe: str) -> None:
        self.folder, self.recipe = folder, recipe
        self.memory = 0

    def wait(self) -> None:
        while _reached(self.folder, self.recipe) is None and self.folder.status() is None:
            time.sleep(0.1)
        self.memory = peak()


def _plan(material: Material, recipe: str, changes: dict[str, Any]) -> Plan:
    base = default_plan(material.thaw["project"], "probe" if recipe == "probe" else "finetune")
    base = TrainPlan.model_validate(
        base.model_dump() | {"split": material.thaw["split"], "seed": material.seed} | changes
    )
    return LadderPlan(base=base, scratch=False) if recipe == "ladder" else base


def _reached(folder: RunFolder, recipe: str) -> float | None:
    """When what is timed was told; None before that."""
    events, status = folder.events(), folder.status()
    if recipe == "ladder":
        return status.ended if status else None
    if recipe == "probe":
        return next((event.time for event in events if isinstance(event, Probed)), None)
    trained = False
    for event in events:
        if isinstance(event, Phase):
            if trained:
                return event.time
            trained = event.name == "train"
    return None


def _result(
    material: Material, home: Home, folder: RunFolder, recipe: str, began: float, memory: int, whole: bool
) -> Result:
    events, reached = folder.events(), _reached(folder, recipe)
    if reached is None:
        raise RuntimeError(f"{recipe} did not tell its figures: {folder.log_path}")
    parts = {"begin": events[0].time - began} | _parts(events, reached)
    epochs = [event for event in events if isinstance(event, Epoch)] if recipe == "finetune" else []
    losses = [(event.time - began, event.metrics["validation/loss"]) for event in epochs]
    facts: dict[str, str | int | float] = {"epochs": len(epochs)} if epochs else {}
    status = folder.status() if whole else None
    if status:
        facts["after"] = status.ended - reached
    if recipe == "ladder":
        facts |= _rungs(events)
        return Result(reached - began, parts, memory=memory, facts=facts)
    validation = _probabilities(folder, "validation") if whole else None
    return Result(
        reached - began, parts, validation, losses=losses, memory=memory, facts=facts,
        test=(lambda: _exam(material, home, folder)) if whole else None,
    )  # fmt: skip


def _parts(events: list[Event], reached: float) -> dict[str, float]:
    """Seconds of each phase until ``reached``."""
    parts: dict[str, float] = {}
    phases = [(event.name, event.time) for event in events if isinstance(event, Phase) and event.time < reached]
    for (name, began), (_, ended) in zip(phases, [*phases[1:], ("", reached)], strict=True):
        parts[name] = parts.get(name, 0.0) + ended - began
    return parts


def _rungs(events: list[Event]) -> dict[str, float]:
    """Seconds and balanced accuracy on the validation samples of each rung."""
    facts: dict[str, float] = {}
    for rung in [event for event in events if isinstance(event, Rung)]:
        facts["rounds alone"] = facts.get("rounds alone", 0.0) + (rung.seconds if rung.recipe != "probe" else 0.0)
        facts[f"seconds, {rung.frozen_stages} frozen"] = rung.seconds + rung.prepare_seconds
        if rung.metrics:
            facts[f"validation, {rung.frozen_stages} frozen"] = rung.metrics["validation/balanced_accuracy"].value
    return facts


def _exam(material: Material, home: Home, folder: RunFolder) -> np.ndarray:
    """The job's model asked about the held-out samples, by the exam that people open."""
    status = perform(create_run(home, ExamPlan(project=material.thaw["project"], run=folder.id)))
    if status.state != "done":
        raise RuntimeError(str(status))
    return _probabilities(folder, "test")


def _probabilities(folder: RunFolder, subset: str) -> np.ndarray:
    return np.array(json.loads((folder.evaluation / f"{subset}-predictions.json").read_bytes())["probabilities"])


@contextmanager
def _without_compiled(home: Home, cold: bool) -> Iterator[None]:
    """As on a machine that has never compiled this model."""
    place = compiled_models(home)
    aside = place.with_name("compiled.aside")
    if cold and place.exists():
        place.rename(aside)
    try:
        yield
    finally:
        if aside.exists():
            shutil.rmtree(place, ignore_errors=True)
            aside.rename(place)
