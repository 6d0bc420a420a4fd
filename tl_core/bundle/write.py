"""Writing a bundle: whole or not at all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import tl_core
from tl_core.bundle.card import model_card
from tl_core.bundle.decision import DECISION, read_decision, write_decision
from tl_core.bundle.folder import CARD, MANIFEST, PARITY, WEIGHTS, read_manifest, sha256
from tl_core.bundle.stated import linked
from tl_core.domain.bundle import BundleManifest
from tl_core.domain.dataset import Dataset
from tl_core.domain.decision import Decision
from tl_core.domain.plan import TrainPlan
from tl_core.domain.report import Report
from tl_core.domain.split import Split
from tl_core.store.atomic import room_expected, whole_folder, write_json, write_text

if TYPE_CHECKING:
    from torch import Tensor, nn

    from tl_core.backbones.protocol import Backbone
    from tl_core.evaluation.distance import Distance


def write_bundle(
    target: Path,
    backbone: Backbone,
    head: nn.Module,
    *,
    run: str,
    plan: TrainPlan,
    candidate: str,
    dataset: Dataset,
    split: Split,
    reports: Sequence[Report] = (),
    tensors: Mapping[str, Tensor] | None = None,
    share: float | None = None,
    decision: Decision | None = None,
    distance: Distance | None = None,
) -> BundleManifest:
    """Write the bundle folder ``target`` of one model; an older one there is replaced in one step.

    ``head`` is one linear layer, ``weight`` (c, f) and ``bias`` (c,). ``plan`` has its defaults filled in.
    ``tensors`` (``backbone.*``) stand in for those of ``backbone``; ``share`` is that of a mix. Raises ``InputFault``
    when the disk is full.
    """
    from safetensors.torch import save_file

    weights = {f"backbone.{name}": tensor for name, tensor in backbone.network.state_dict().items()}
    weights |= {f"head.{name}": tensor for name, tensor in head.state_dict().items()}
    unknown = set(tensors or {}) - set(weights)
    if unknown:
        raise ValueError(f"tensors that the model does not have: {sorted(unknown)[:3]}")
    weights |= dict(tensors or {})

    frozen = {"probe": len(backbone.stages), "scratch": 0}  # whatever a fine-tuning beside it left frozen

    with whole_folder(target) as beside:
        with room_expected():
            # clones: safetensors refuses tensors that share memory
            save_file({name: t.detach().cpu().contiguous().clone() for name, t in weights.items()}, beside / WEIGHTS)
            for name, file in backbone.files.items():
                shutil.copyfile(file, beside / name)
        if decision is not None:
            write_decision(beside, decision, distance)
        manifest = BundleManifest(
            thaw=tl_core.__version__,
            run=run,
            created=time.time(),
            modality=plan.modality,
            task=plan.task,
            classes=dataset.classes,
            card=backbone.card,
            architecture=backbone.architecture,
            frozen_stages=frozen.get(candidate, plan.frozen_stages or 0),
            candidate=candidate,
            share=share,
            preprocessing=backbone.card.input,
            options=plan.options,
            scan=dataset.scan,
            files={file.name: sha256(file) for file in sorted(beside.iterdir())},
        )
        return _write_card(beside, manifest, plan, dataset, split, reports)


def rewrite_card(
    target: Path, plan: TrainPlan, dataset: Dataset, split: Split, reports: Sequence[Report],
    decision: Decision | None = None,
) -> BundleManifest:  # fmt: skip
    """Bring the card of a written bundle up to date, after the sealed exam or with another ``decision``.

    The rest stays as it was certified: what the network answers does not change.
    """
    with whole_folder(target) as beside:
        manifest = read_manifest(target)
        with room_expected():
            for name in (*manifest.files, PARITY):
                if (target / name).is_file():
                    linked(target / name, beside / name)
        if decision is not None:
            write_decision(beside, decision)
            hashes = {**manifest.files, DECISION: sha256(beside / DECISION)}
            manifest = manifest.model_copy(update={"files": hashes})
        (beside / CARD).unlink(missing_ok=True)
        return _write_card(beside, manifest, plan, dataset, split, reports)


def _write_card(
    folder: Path, manifest: BundleManifest, plan: TrainPlan, dataset: Dataset, split: Split, reports: Sequence[Report]
) -> BundleManifest:
    decision = read_decision(folder, manifest)
    write_text(folder / CARD, model_card(manifest, plan, dataset, split, reports, decision))
    manifest = manifest.model_copy(update={"files": {**manifest.files, CARD: sha256(folder / CARD)}})
    write_json(folder / MANIFEST, manifest)
    return manifest
