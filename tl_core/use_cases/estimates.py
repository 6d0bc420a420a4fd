"""What a plan will take, before it is started: seconds and memory, for every place of the boundary."""

from __future__ import annotations

from tl_core import backbones, processes
from tl_core.data.split import make_split
from tl_core.domain.calibration import Calibration, Estimate
from tl_core.domain.card import BackboneCard, learned
from tl_core.domain.plan import CalibratePlan, TrainPlan
from tl_core.jobs.kinds import TRAINING
from tl_core.store import runs as index
from tl_core.store.calibrations import read_calibration
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training import recipes
from tl_core.use_cases import plans, runs

START = 1.5  # seconds before the first sample is read
PROBE = 0.6  # seconds of the exact solver for a few hundred samples
FINISH = 7.0  # seconds of judging, packing and checking the bundle in a fresh process
CLASSIC = 0.008  # seconds a sample of the classic baseline beside it
MIXES = 0.12  # of the training's seconds, to measure mixes of the old and the new weights
COPIES = 5  # of a trained number: gradient, two moments of the optimizer, the best epoch's, a checkpoint's
FILLED = 0.9  # of the free memory that a plan may take


def estimates(plan: TrainPlan) -> list[Estimate] | None:
    """One for every place of the boundary, from nothing to everything frozen; None while nothing was measured."""
    home = Home.default()
    card = backbones.card(home, plan.backbone)
    measured = read_calibration(home, plan.project, card.sha256, plan.device) if card.sha256 else None
    if measured is None or len(measured.step) != len(card.stages) + 1:
        return None
    counts = _counts(home, plan)
    free = measured.capacity or processes.free_memory()
    return [
        _estimate(recipes.resolve(plan.model_copy(update={"frozen_stages": k}), card), card, measured, counts, free)
        for k in range(len(card.stages) + 1)
    ]


def computes_bf16(plan: TrainPlan) -> bool:
    """Whether the plan's device is known to compute with short numbers."""
    home = Home.default()
    measured = read_calibration(home, plan.project, backbones.card(home, plan.backbone).sha256, plan.device)
    return measured is not None and measured.bf16


def boundary(plan: TrainPlan) -> int:
    """Which of the estimates is the plan's own."""
    return plans.resolved(plan).frozen_stages or 0


def calibrate(plan: TrainPlan) -> str | None:
    """Have the plan's starting model measured, if that was not done yet; the job that does it.

    None: it was done, or cannot be now: no weights, no worker, or a training has the processor and would slow it.
    """
    home = Home.default()
    card = backbones.card(home, plan.backbone)
    if not card.sha256 or read_calibration(home, plan.project, card.sha256, plan.device) is not None:
        return None
    if not runs.worker_alive():
        return None
    asked = wanted(plan)
    for job in runs.running():
        if job.plan == asked:
            return job.id if job.state != "no_worker" else None
        if job.kind in TRAINING:
            return None
    tried = [RunFolder(home.runs / name) for name in index.ids_of(home, plan.project, "calibrate")]
    if any(folder.plan() == asked and folder.status() is not None for folder in tried):
        return None  # it failed: not again and again
    return runs.start(asked)


def wanted(plan: TrainPlan) -> CalibratePlan:
    """What is measured before ``plan``; of how it is trained nothing matters."""
    return CalibratePlan(
        project=plan.project, dataset=plan.dataset, modality=plan.modality, backbone=plan.backbone,
        device=plan.device, options=plan.options,
    )  # fmt: skip


def _counts(home: Home, plan: TrainPlan) -> tuple[int, int]:
    """Samples to learn from and to choose by."""
    split = make_split(load_dataset(home, plan.project, plan.dataset), plan.split)
    return len(split.ids("train")), len(split.ids("validation"))


def _estimate(
    plan: TrainPlan, card: BackboneCard, measured: Calibration, counts: tuple[int, int], free: int | None
) -> Estimate:
    train, validation = counts
    both, boundary = train + validation, plan.frozen_stages or 0
    seconds = START + FINISH + CLASSIC * both
    if plan.recipe != "scratch":
        seconds += PROBE + both * (measured.read + measured.through[-1])
    if plan.recipe != "probe" and boundary < len(card.stages):
        online = 0.0 if boundary else measured.read
        epoch = train * (measured.step[boundary] + online) + validation * (measured.judge[boundary] + online)
        views = plan.views - 1 if plan.augmentations and boundary else 0
        mixes = MIXES if plan.recipe == "finetune" else 0.0
        seconds += (1 + mixes) * (plan.epochs or 0) * epoch
        seconds += views * train * (measured.read + measured.through[boundary])
    learns = 4 * (learned(card.stages[boundary:], plan.lora_rank) + card.features)
    memory = measured.idle + COPIES * learns + (plan.batch_size or 0) * measured.each[boundary]
    return Estimate(seconds=seconds, memory=memory, fits=free is None or memory <= FILLED * free)
