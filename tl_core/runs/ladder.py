"""A freeze ladder: the quick look, group after group thawed, from scratch; same samples, same seed, one job."""

from __future__ import annotations

import copy
import gc
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from tl_core.backbones.load import load
from tl_core.domain.card import learned
from tl_core.domain.event import Phase, Rung
from tl_core.domain.fault import Stopped
from tl_core.domain.ladder import Ladder
from tl_core.domain.plan import ForecastPlan, LadderPlan, TrainPlan
from tl_core.domain.report import Energy, Metric
from tl_core.evaluation.ladder import recommend
from tl_core.evaluation.metrics import measure
from tl_core.freezing.suffix import Suffix
from tl_core.runs.candidates import Candidate, Job, prepare, sharpened, solve_on, train_suffix
from tl_core.runs.forgetting import General
from tl_core.store.atomic import read_json, write_array, write_json
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import forget_peak, peak_memory
from tl_core.training.energy import Meter
from tl_core.training.recipes import rungs


@dataclass
class Original:
    """The starting model that every rung begins with, and its ability, once it was measured."""

    tensors: dict[str, torch.Tensor]
    ability: Metric | None = None
    features: np.ndarray | None = None  # of the reference samples


def run(folder: RunFolder, plan: LadderPlan, home: Home) -> dict[str, object]:
    """Try every rung that an earlier child has not told yet; returns what the status should add.

    Nothing becomes a model here: the ladder recommends. Raises InputFault (the data or the plan cannot work) and
    Stopped (before there was a rung); a stop later on keeps the rungs so far.
    """
    if isinstance(plan.base, ForecastPlan):
        from tl_core.runs import forecast_ladder

        return forecast_ladder.run(folder, plan.base, home, scratch=plan.scratch)
    job = prepare(folder, plan.base.model_copy(update={"recipe": "finetune", "frozen_stages": None}), home)
    todo = rungs(plan.base, job.backbone.card, scratch=plan.scratch)
    original = Original({name: t.detach().clone() for name, t in job.backbone.network.state_dict().items()})
    try:
        probe = _first(job, todo)
        for asked in todo[1:]:
            if _answers(folder, asked) is None:
                _climb(job, asked, probe, original, len(todo))
    except Stopped:
        if not folder.view().rungs:
            raise
        _advise(job, todo)
        return {"state": "stopped", "model": False}
    _advise(job, todo)
    Checkpoints(folder.checkpoints).clear()
    return {"state": "done", "model": False}


def _first(job: Job, todo: list[TrainPlan]) -> Candidate:
    """The quick look; on the way the activations of all boundaries that there is room for are kept."""
    forget_peak(job.device)
    with Meter(job.device) as meter:
        kept, passed = _shelf(job, todo)
        job.encoder = replace(job.encoder, kept=frozenset(kept))
        learn, judge = job.encoder.features_beside([*passed, None])
        probe = solve_on(job, learn, judge)
        spent = meter.seconds, _whole(job, meter)
    if _answers(job.folder, todo[0]) is None:
        answers = replace(probe, probabilities=sharpened(job, probe))
        _tell(job, todo[0], answers, probe, spent, len(todo), peak_memory(job.device))
    job.encoder.keep_views(passed)
    return probe


def _shelf(job: Job, todo: list[TrainPlan]) -> tuple[list[int], list[int]]:
    """Boundaries whose activations are kept, and those of them that one pass computes, in rising order.

    Decided once: a child that goes on after another must work with the same numbers, however full the disk is now.
    The deepest come first, as they are the smallest and save the most.
    """
    file = job.folder.path / "rungs" / "shelf.json"
    if not file.exists():
        kept = job.encoder.fitting([plan.frozen_stages or 0 for plan in todo[1:]])
        write_json(file, {"kept": kept, "passed": sorted(job.encoder.lacking(kept))})
    found = read_json(file)
    return found["kept"], found["passed"]


def _whole(job: Job, meter: Meter) -> Energy | None:
    """What was used; None where a child before this one may have done a part of it."""
    return meter.spent() if job.folder.view().attempts == 1 else None


def _climb(job: Job, asked: TrainPlan, probe: Candidate, original: Original, of: int) -> None:
    """One rung: the pre-trained weights as they were, or fresh random ones, trained from the boundary on."""
    gc.collect()
    torch.manual_seed(asked.seed)
    backbone = job.backbone
    if asked.recipe == "scratch":
        depth = job.backbone.architecture.get("depth")
        backbone = load(job.home, asked.backbone, pretrained=False, seed=asked.seed, depth=depth)
        backbone.network.to(job.device).eval()
    else:
        backbone.network.load_state_dict(original.tensors)
    rung = replace(
        job, plan=asked, backbone=backbone, encoder=replace(job.encoder, plan=asked, backbone=backbone),
        rung=_name(asked),
    )  # fmt: skip
    general = _general(rung, probe, original) if asked.recipe != "scratch" else None
    forget_peak(job.device)
    with Meter(job.device) as meter:
        trained, stopped = train_suffix(rung, None if asked.recipe == "scratch" else replace(probe))
        spent = meter.seconds, _whole(job, meter)
    if stopped:
        raise Stopped
    memory = peak_memory(job.device)
    kept = general.kept(_suffix(rung, trained)) if general and trained else None
    _tell(job, asked, trained, probe, spent, of, memory, kept, original.ability if general else None)
    Checkpoints(job.folder.checkpoints / rung.rung).clear()


def _general(rung: Job, probe: Candidate, original: Original) -> General:
    """What a rung is asked to have kept. All begin with the same ability, so it is measured once."""
    general = General(rung)
    if original.ability is None:
        original.ability = general.kept(_suffix(rung, probe))
        original.features = general.original
    general.original = original.features
    return general


def _suffix(rung: Job, made: Candidate) -> Suffix:
    """The network as it is now, from the rung's boundary on."""
    return Suffix(rung.backbone, rung.encoder.boundary, copy.deepcopy(made.head)).to(rung.device)


def _tell(
    job: Job, asked: TrainPlan, made: Candidate | None, probe: Candidate, spent: tuple[float, Energy | None],
    of: int, memory: int, kept: Metric | None = None, original: Metric | None = None,
) -> None:  # fmt: skip
    """Keep the rung's answers, then tell it. One that became unstable before its first epoch's end has none."""
    metrics = {}
    if made is not None:
        write_array(_file(job.folder, asked), made.probabilities)
        found = measure(job.validation.labels, made.probabilities, job.validation.groups, seed=asked.seed)
        metrics = {f"validation/{name}": metric for name, metric in found.items()}
    taken, energy = spent
    seconds = made.seconds if made else taken
    head = sum(p.numel() for p in probe.head.parameters())
    job.tell(
        Rung(
            frozen_stages=asked.frozen_stages or 0, recipe=asked.recipe, of=of, metrics=metrics,
            seconds=seconds, prepare_seconds=max(0.0, taken - seconds), memory=memory, energy=energy,
            trained_parameters=head + learned(job.backbone.card.stages[asked.frozen_stages or 0 :], asked.lora_rank),
            epochs=made.epochs if made else None, kept=kept, original=original,
        )
    )  # fmt: skip


def _advise(job: Job, todo: list[TrainPlan]) -> None:
    """The recommendation, from the rungs there are."""
    job.tell(Phase(name="evaluate"))
    told = {(rung.recipe, rung.frozen_stages): rung for rung in job.folder.view().rungs}
    answered = [(told.get((plan.recipe, plan.frozen_stages or 0)), _answers(job.folder, plan)) for plan in todo]
    judged = [(rung, answers) for rung, answers in answered if rung and answers is not None and len(answers)]
    advice = None
    if len(judged) > 1:
        labels = job.validation.labels
        advice = recommend(
            [rung for rung, _ in judged], labels, [answers for _, answers in judged], job.validation.groups,
            job.weights[labels], job.plan.seed,
        )  # fmt: skip
    write_json(job.folder.evaluation / "ladder.json", Ladder(rungs=list(told.values()), advice=advice))


def _answers(folder: RunFolder, asked: TrainPlan) -> np.ndarray | None:
    """Validation probabilities (sample, class) of a rung that was told; empty for one that became unstable."""
    for rung in folder.view().rungs:
        if (rung.recipe, rung.frozen_stages) == (asked.recipe, asked.frozen_stages):
            return np.load(_file(folder, asked)) if rung.metrics else np.empty((0, 0))
    return None


def _name(asked: TrainPlan) -> str:
    return f"{asked.recipe}-{asked.frozen_stages}"


def _file(folder: RunFolder, asked: TrainPlan) -> Path:
    return folder.path / "rungs" / f"{_name(asked)}.npy"
