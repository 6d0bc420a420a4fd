"""A whole training: prepare -> features -> probe -> train -> evaluate -> bundle."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from subprocess import Popen

import numpy as np
import torch
from torch import nn

from tl_core import backbones
from tl_core.backbones.load import load
from tl_core.backbones.protocol import Backbone
from tl_core.bundle.parity import certify, start_fresh
from tl_core.bundle.write import write_bundle
from tl_core.data.split import make_split
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Chosen, Event, Notice, Phase, Probed
from tl_core.domain.fault import Stopped
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Report
from tl_core.domain.split import Split
from tl_core.evaluation.metrics import measure
from tl_core.evaluation.paired import log_loss_gain
from tl_core.evaluation.report import Answers, build_report
from tl_core.freezing.suffix import Suffix
from tl_core.runs.baselines import judge_baselines
from tl_core.runs.environment import write_environment
from tl_core.runs.features import Encoder
from tl_core.runs.material import Reader, Subset, check_enough, subset_of
from tl_core.store.atomic import write_json
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import choose_device
from tl_core.training.loop import Schedule, answer, fit
from tl_core.training.recipes import resolve

LEAST_GAIN = 1e-3  # of log-loss a sample: less is nothing, however sure


def run(folder: RunFolder, plan: TrainPlan, home: Home) -> dict[str, object]:
    """Do what ``plan`` says, resuming whatever an earlier child left; returns what the status should add.

    Raises InputFault (the data or the plan cannot work), Stopped (before there was a model to keep).
    """
    job = _prepare(folder, plan, home)
    candidates: dict[str, Candidate] = {}
    if job.plan.recipe != "scratch":
        candidates["probe"] = _probe(job)
    stopped = False
    if job.plan.recipe != "probe":
        trained, stopped = _train(job, candidates.get("probe"))
        if trained is not None:
            candidates["scratch" if job.plan.recipe == "scratch" else "finetuned"] = trained
    if not candidates:
        raise Stopped
    chosen = _choose(job, candidates)
    fresh = start_fresh(job.backbone.architecture["library"])  # loads its libraries while we judge
    report = _evaluate(job, candidates, chosen)
    _bundle(job, candidates[chosen], chosen, report, fresh)
    Checkpoints(folder.checkpoints).clear()
    return {"model": True, "state": "stopped" if stopped else "done"}


@dataclass
class Job:
    """What every part of a run needs."""

    folder: RunFolder
    home: Home
    plan: TrainPlan  # resolved
    dataset: Dataset
    split: Split
    train: Subset
    validation: Subset
    backbone: Backbone
    reader: Reader
    encoder: Encoder
    device: torch.device
    weights: np.ndarray  # (class,)
    began: float = field(default_factory=time.monotonic)

    @property
    def tell(self) -> Callable[[Event], None]:
        return self.folder.append

    @property
    def classes(self) -> int:
        return len(self.dataset.classes)


@dataclass
class Candidate:
    """A way to answer: the model's changed tensors and head, and what it says of the validation samples."""

    head: nn.Module
    tensors: dict[str, torch.Tensor]  # what training changed in the backbone, ``backbone.*``; empty for the probe
    probabilities: np.ndarray  # (validation sample, class)
    seconds: float
    epochs: int | None = None


def _prepare(folder: RunFolder, plan: TrainPlan, home: Home) -> Job:
    folder.append(Phase(name="prepare"))
    dataset = load_dataset(home, plan.project, plan.dataset)
    split = folder.split()
    if split is None:
        split = make_split(dataset, plan.split)
        folder.write_split(split)
    train, validation = subset_of(dataset, split, "train"), subset_of(dataset, split, "validation")
    check_enough(train, validation, dataset)

    torch.manual_seed(plan.seed)
    device = choose_device(plan.device)
    plan = resolve(plan, backbones.card(home, plan.backbone))
    backbone = load(home, plan.backbone, pretrained=plan.recipe != "scratch", seed=plan.seed)
    backbone.network.to(device).eval()
    write_environment(folder, plan, device)
    reader = Reader(home, plan, backbone)
    encoder = Encoder(
        home, plan, backbone, reader, train, validation, device, folder.append, folder.stop_requested
    )  # fmt: skip
    weights = classify.class_weights(train.labels, len(dataset.classes), plan.class_weights)
    return Job(folder, home, plan, dataset, split, train, validation, backbone, reader, encoder, device, weights)


def _probe(job: Job) -> Candidate:
    """The quick look: features once through the whole network, then the exact solver."""
    learn, judge = job.encoder.first_look()
    job.tell(Phase(name="probe"))
    began = time.monotonic()
    probe = classify.solve_probe(
        learn, job.train.labels, job.classes, job.train.groups, balanced=job.plan.class_weights, seed=job.plan.seed
    )
    head = probe.head()
    with torch.inference_mode():
        chances = classify.probabilities(head(torch.from_numpy(judge)))
    metrics = measure(job.validation.labels, chances, job.validation.groups, seed=job.plan.seed)
    metrics_named = {f"validation/{name}": metric for name, metric in metrics.items()}
    job.tell(Probed(metrics=metrics_named, seconds=time.monotonic() - job.began))
    return Candidate(head, {}, chances, time.monotonic() - began)


def _train(job: Job, probe: Candidate | None) -> tuple[Candidate | None, bool]:
    """Fine-tune from the probe's head, or train from random weights; also whether a person stopped it."""
    if job.folder.stop_requested():
        return None, True
    plan = job.plan
    assert plan.epochs
    assert plan.batch_size
    assert plan.learning_rate
    if plan.recipe != "scratch" and plan.frozen_stages == len(job.backbone.stages):
        job.tell(Notice(key="training.nothing_to_thaw"))
        return None, False
    try:
        train, validation = job.encoder.states()
    except Stopped:
        return None, True
    fresh = probe is None
    head = copy.deepcopy(probe.head) if probe else classify.make_head(job.backbone.card.features, job.classes)
    model = Suffix(job.backbone, job.encoder.boundary, head, fresh=fresh).to(job.device)
    if probe:
        probe.tensors = _changed(model)  # should the probe stay the model, it needs the weights from before
    schedule = Schedule(
        plan.epochs, plan.batch_size, plan.learning_rate, 1.0 if fresh else plan.rate_decay, plan.weight_decay,
        plan.patience * (3 if fresh else 1), plan.seed,
    )  # fmt: skip
    job.tell(Phase(name="train", total=plan.epochs))
    fitted = fit(
        model, schedule, train, job.train.labels, validation, job.validation.labels, job.weights, job.device,
        Checkpoints(job.folder.checkpoints), job.tell, job.folder.stop_requested,
    )  # fmt: skip
    stopped = fitted.ended == "stopped"
    if not fitted.best_epoch:
        return None, stopped
    logits = answer(model, validation, len(job.validation.labels), 32, job.device)
    sharpness = classify.temperature(logits, job.validation.labels, job.weights)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.div_(sharpness)
    chances = classify.probabilities(logits / sharpness)
    return Candidate(head.cpu(), _changed(model), chances, fitted.seconds, fitted.epochs), stopped


def _choose(job: Job, candidates: dict[str, Candidate]) -> str:
    """Fine-tuning replaces the probe only where validation log-loss falls by more than one standard error.

    Both are compared at their best temperature, so that neither wins or loses by being too sure of itself.
    """
    if "finetuned" not in candidates:
        return "scratch" if "scratch" in candidates else "probe"
    labels = job.validation.labels
    logits = torch.from_numpy(np.log(np.maximum(candidates["probe"].probabilities, 1e-30)))
    probe = classify.probabilities(logits / classify.temperature(logits, labels, job.weights))
    tuned = candidates["finetuned"].probabilities
    gain, error = log_loss_gain(labels, tuned, probe, job.validation.groups, job.weights[labels])
    chosen = "finetuned" if gain > max(error, LEAST_GAIN) else "probe"
    if chosen == "probe":
        job.tell(Notice(key="training.probe_kept"))
    job.tell(Chosen(candidate=chosen, gain=gain, error=error if math.isfinite(error) else None))
    return chosen


def _evaluate(job: Job, candidates: dict[str, Candidate], chosen: str) -> Report:
    """Every candidate, the majority class and the classic baseline on the validation samples, beside each other."""
    job.tell(Phase(name="evaluate"))
    answers = {name: Answers(c.probabilities, c.seconds, c.epochs) for name, c in candidates.items()}
    answers |= judge_baselines(
        job.home, job.plan.project, job.plan.modality, job.train, job.validation, job.classes
    )  # fmt: skip
    report, predictions = build_report(
        "validation", job.dataset.classes, chosen, answers, job.validation.labels, job.validation.ids,
        job.validation.groups if job.dataset.group_rule else None,
    )  # fmt: skip
    write_json(job.folder.evaluation / "validation.json", report)
    write_json(job.folder.evaluation / "validation-predictions.json", predictions)
    return report


def _bundle(job: Job, candidate: Candidate, chosen: str, report: Report, fresh: Popen[bytes]) -> None:
    """Write the product and have a fresh process confirm that it answers as measured."""
    job.tell(Phase(name="bundle"))
    write_bundle(
        job.folder.bundle, job.backbone, candidate.head, run=job.folder.id, plan=job.plan, candidate=chosen,
        dataset=job.dataset, split=job.split, reports=[report], tensors=candidate.tensors,
    )  # fmt: skip
    parity = certify(
        job.folder.bundle, job.home, job.plan.project, job.validation.samples, candidate.probabilities, fresh
    )  # fmt: skip
    if not parity.passed:
        job.tell(Notice(key="training.parity_failed", values={"difference": parity.largest_difference}))


def _changed(model: Suffix) -> dict[str, torch.Tensor]:
    """A copy of what training changes in the backbone."""
    return {name: t.cpu().clone() for name, t in model.tensors().items() if name.startswith("backbone.")}
