"""Ways to answer, made from the same samples: the quick look's probe, and a network trained from a boundary on."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import nn

from tl_core import backbones
from tl_core.backbones.load import cut, load
from tl_core.backbones.protocol import Backbone
from tl_core.data.parts import nested
from tl_core.data.split import comparable, make_split, without_validation
from tl_core.domain.dataset import Dataset
from tl_core.domain.depth import Depth
from tl_core.domain.event import Event, Notice, Phase, Probed
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import TrainPlan
from tl_core.domain.split import Split
from tl_core.domain.text import Value
from tl_core.evaluation.metrics import measure
from tl_core.freezing.precision import computes
from tl_core.freezing.suffix import Suffix
from tl_core.runs.environment import write_environment
from tl_core.runs.features import Encoder
from tl_core.runs.material import Reader, Subset, check_enough, subset_of
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training.checkpoints import Checkpoints
from tl_core.training.devices import choose_device, describe
from tl_core.training.epochs import Schedule
from tl_core.training.loop import answer, fit
from tl_core.training.recipes import resolve

ENOUGH = 120  # samples, about, to tell by how much of a starting model is best read


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
    judged: bool = True  # False: nothing could be held out, and ``validation`` are the samples it learned from
    rung: str = ""  # of a ladder, or a fold: its checkpoints lie in a place of their own
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
    features: tuple[np.ndarray, np.ndarray] | None = None  # of training and validation samples, where at hand


def prepare(folder: RunFolder, plan: TrainPlan, home: Home, *, whole: bool = False) -> Job:
    """Load samples, split and starting model. Raises InputFault where they cannot give a model.

    ``whole``: with all stages of the starting model, also where a run would choose how many it reads.
    """
    folder.append(Phase(name="prepare"))
    dataset = load_dataset(home, plan.project, plan.dataset)
    split = folder.split()
    if split is None:
        split = make_split(dataset, plan.split)
        if plan.recipe == "probe" and not comparable(dataset, split):
            split = without_validation(split)
        folder.write_split(split)
    train, validation = subset_of(dataset, split, "train"), subset_of(dataset, split, "validation")
    judged = plan.recipe != "probe" or bool(validation.samples)
    if not judged:
        validation = train
    check_enough(train, validation, dataset)

    torch.manual_seed(plan.seed)
    device = choose_device(plan.device)
    if not computes(device, plan.precision):
        raise InputFault("training.no_bf16", device=describe(device))
    asked, plan = plan, resolve(plan, backbones.card(home, plan.backbone))
    backbone = load(home, plan.backbone, pretrained=plan.recipe != "scratch", seed=plan.seed)
    if plan.lora_rank and not any(stage.adapter_width for stage in backbone.card.stages):
        raise InputFault("training.no_adapters", name=backbone.card.title)
    backbone.network.to(device).eval()
    reader = Reader(home, plan, backbone, device)
    shown = folder.view().probe or Checkpoints(folder.checkpoints)  # then a stop waits until that is there again
    encoder = Encoder(
        home, plan, backbone, reader, train, validation, device, folder.append,
        stop=lambda: not shown and folder.stop_requested(),
    )  # fmt: skip
    weights = classify.class_weights(train.labels, len(dataset.classes), plan.class_weights)
    job = Job(folder, home, plan, dataset, split, train, validation, backbone, reader, encoder, device, weights, judged)
    if not whole:
        job = at_best_depth(job, asked)
    write_environment(folder, job.plan, device)
    return job


def at_best_depth(job: Job, asked: TrainPlan) -> Job:
    """The same job with its starting model ended where a quick look reads best, by the training samples alone.

    ``asked`` is the plan before it was resolved; nothing changes where there is no choice. Groups frozen are counted
    in what is left; what was asked to learn still learns, if only in the last group of it.
    """
    card = job.backbone.card
    if not card.any_depth or asked.recipe == "scratch":
        return job
    chosen = job.folder.depth(job.rung) or _best_depth(job)
    backbone = cut(job.backbone, chosen.stages)
    frozen = asked.frozen_stages
    if frozen is not None:
        frozen = min(frozen, chosen.stages if frozen == len(card.stages) else chosen.stages - 1)
    plan = resolve(asked.model_copy(update={"frozen_stages": frozen}), backbone.card)
    return replace(job, plan=plan, backbone=backbone, encoder=replace(job.encoder, plan=plan, backbone=backbone))


def _best_depth(job: Job) -> Depth:
    """Chosen, kept and told. Of adapters' trainings, one whose last group has layers to put them on.

    By a part of many samples: the whole network is what costs, and they need not all go through it.
    """
    stages, seed = job.backbone.card.stages, job.plan.seed
    share = min(1.0, ENOUGH / len(job.train.labels))
    looked_at = job.train.part(nested(job.train.labels, job.train.groups, [share], seed)[0])
    losses = classify.depth_losses(
        job.encoder.every_depth(looked_at), looked_at.labels, looked_at.groups, balanced=job.plan.class_weights,
        seed=seed,
    )  # fmt: skip
    offered = [k for k, stage in enumerate(stages) if stage.adapter_width or not job.plan.lora_rank]
    best = min(offered, key=lambda k: losses[k]) if losses else offered[-1]
    job.folder.write_depth(chosen := Depth(stages=best + 1, losses=losses), job.rung)
    told: dict[str, Value] = {"stage": stages[best].title, "number": best + 1, "of": len(stages)}
    if not job.rung:  # of every fold nobody need know
        job.tell(Notice(key="training.depth_chosen", values=told, well=True))
    return chosen


def solve(job: Job) -> Candidate:
    """The quick look: features once through the whole network, then the exact solver."""
    learn, judge = job.encoder.first_look()
    made = solve_on(job, learn, judge)
    if not job.judged:
        job.tell(Probed(metrics={}, seconds=time.monotonic() - job.began))
        job.tell(Notice(key="training.not_judged"))
        return made
    metrics = measure(job.validation.labels, made.probabilities, job.validation.groups, seed=job.plan.seed)
    metrics_named = {f"validation/{name}": metric for name, metric in metrics.items()}
    job.tell(Probed(metrics=metrics_named, seconds=time.monotonic() - job.began))
    return made


def solve_on(job: Job, learn: np.ndarray, judge: np.ndarray) -> Candidate:
    """The exact solver on features (sample, feature) of the training samples; its answers on the validation's."""
    job.tell(Phase(name="probe"))
    began = time.monotonic()
    probe = classify.solve_probe(
        learn, job.train.labels, job.classes, job.train.groups, balanced=job.plan.class_weights, seed=job.plan.seed
    )
    head = probe.head()
    with torch.inference_mode():
        chances = classify.probabilities(head(torch.from_numpy(judge)))
    return Candidate(head, {}, chances, time.monotonic() - began, features=(learn, judge))


def out_of_fold(job: Job, probe: Candidate) -> np.ndarray | None:
    """(training sample, class) what quick looks say that learned from neither the sample nor its group.

    None where features are not at hand, or a class is of one group.
    """
    if probe.features is None:
        return None
    try:
        return classify.out_of_fold(
            probe.features[0], job.train.labels, job.classes, job.train.groups, balanced=job.plan.class_weights,
            seed=job.plan.seed,
        )  # fmt: skip
    except ValueError:
        return None


def sharpened(job: Job, probe: Candidate) -> np.ndarray:
    """The probe's validation answers at their best temperature, as a trained candidate's are: neither is to win or
    lose by being too sure of itself."""
    labels = job.validation.labels
    logits = torch.from_numpy(np.log(np.maximum(probe.probabilities, 1e-30)))
    return classify.probabilities(logits / classify.temperature(logits, labels, job.weights))


def train_suffix(job: Job, probe: Candidate | None) -> tuple[Candidate | None, bool]:
    """Fine-tune from the probe's head, or train from random weights; also whether a person stopped it."""
    checkpoints = Checkpoints(job.folder.checkpoints / job.rung)
    if job.folder.stop_requested() and not checkpoints:
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
    if plan.lora_rank:
        model.adapt(plan.lora_rank, plan.seed)
        model.to(job.device)
    schedule = Schedule(
        plan.epochs, plan.batch_size, plan.learning_rate, 1.0 if fresh else plan.rate_decay, plan.weight_decay,
        plan.patience * (3 if fresh else 1), plan.seed,
        plan.precision if job.device.type == "cuda" else "f32",  # on a CPU only the frozen pass is shortened
    )  # fmt: skip
    job.tell(Phase(name="train", total=plan.epochs))
    try:
        fitted = fit(
            model, schedule, train, job.train.labels, validation, job.validation.labels, job.weights, job.device,
            checkpoints, job.tell, job.folder.stop_requested,
        )  # fmt: skip
    finally:
        model.merge()
    stopped = fitted.ended == "stopped"
    if not fitted.best_epoch or (stopped and job.rung):  # a rung broken off is not told, so nobody need judge it
        return None, stopped
    logits = answer(model, validation, len(job.validation.labels), 32, job.device)
    sharpness = classify.temperature(logits, job.validation.labels, job.weights)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.div_(sharpness)
    chances = classify.probabilities(logits / sharpness)
    return Candidate(head.cpu(), _changed(model), chances, fitted.seconds, fitted.epochs), stopped


def _changed(model: Suffix) -> dict[str, torch.Tensor]:
    """A copy of what training changes in the backbone."""
    return {
        name: t.cpu().clone(memory_format=torch.contiguous_format)
        for name, t in model.tensors().items()
        if name.startswith("backbone.")
    }
