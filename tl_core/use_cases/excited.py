"""What excites each layer group of a starting model most, in a project's own samples; looked for once, then kept."""

from __future__ import annotations

from tl_core import backbones, modalities
from tl_core.domain.excited import Excited
from tl_core.domain.plan import ExcitePlan, TrainPlan
from tl_core.jobs.kinds import TRAINING
from tl_core.store import runs as index
from tl_core.store.excited import read_excited
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases import runs


def excited(plan: TrainPlan) -> Excited | None:
    """One row a stage of the plan's starting model; None where nothing was looked for yet, or nothing can be shown."""
    home = Home.default()
    card = backbones.card(home, plan.backbone)
    found = read_excited(home, wanted(plan), card.sha256) if card.sha256 else None
    return found if found is not None and len(found.stages) == len(card.stages) else None


def excite(plan: TrainPlan) -> str | None:
    """Have it looked for, if that was not done yet; the job that does it.

    None: it was done, or cannot be now: samples that are no pictures, no weights, no worker, or a training or a
    measurement that it would slow.
    """
    home = Home.default()
    if modalities.get(plan.modality).pictures() is None or not runs.worker_alive():
        return None
    if not backbones.card(home, plan.backbone).sha256 or excited(plan) is not None:
        return None
    asked = wanted(plan)
    for job in runs.running():
        if job.plan == asked:
            return job.id if job.state != "no_worker" else None
        if job.kind in (*TRAINING, "calibrate"):
            return None
    tried = [RunFolder(home.runs / name) for name in index.ids_of(home, plan.project, "excite")]
    if any(folder.plan() == asked and _failed(folder) for folder in tried):
        return None  # not again and again
    return runs.start(asked)


def wanted(plan: TrainPlan) -> ExcitePlan:
    """What is looked for before ``plan``; of how it is trained nothing matters."""
    options = modalities.get(plan.modality).options.model_validate(plan.options).model_dump()
    return ExcitePlan(
        project=plan.project, dataset=plan.dataset, modality=plan.modality, backbone=plan.backbone,
        split=plan.split, device=plan.device, options=options,
    )  # fmt: skip


def _failed(folder: RunFolder) -> bool:
    status = folder.status()
    return status is not None and status.state != "done"
