"""A job: how well each starting model suits a project's samples, in about a minute and before any training."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch

from tl_core import modalities
from tl_core.backbones.load import load
from tl_core.backbones.protocol import Backbone
from tl_core.data.split import make_split
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Event, Phase, Progress, Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.fit import Fit, Fits, Strangeness
from tl_core.domain.plan import FitPlan, TrainPlan
from tl_core.evaluation.metrics import measure
from tl_core.evaluation.strangeness import Statistics
from tl_core.evaluation.transferability import logme
from tl_core.modalities import Raw
from tl_core.runs.features import Encoder
from tl_core.runs.material import Reader, Subset, subset_of
from tl_core.store.datasets import load_dataset
from tl_core.store.fits import key_of, write_fits
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training import recipes
from tl_core.training.devices import choose_device

MOST = 500  # samples looked at
SHOWN = 48  # samples that are passed through uncompiled, to see how strange they are
BATCH = 8


def run(folder: RunFolder, plan: FitPlan, home: Home) -> None:
    """Raises InputFault: too few samples or groups of a class, no such device; and Stopped."""
    dataset = load_dataset(home, plan.project, plan.dataset)
    chosen = picked(dataset, plan)
    found: list[Fit] = []
    for number, name in enumerate(plan.backbones):
        if folder.stop_requested():
            raise Stopped
        folder.append(Phase(name="fit", total=len(plan.backbones)))
        folder.append(Progress(done=number, total=len(plan.backbones)))
        found.append(_fit(folder.append, folder.stop_requested, plan, home, dataset, chosen, name))
    found.sort(key=lambda fit: (-fit.probe.value, -fit.logme))
    write_fits(
        home, plan,
        Fits(key=key_of(plan), samples=len(chosen.samples), classes=len(np.unique(chosen.labels)), fits=found),
    )  # fmt: skip
    folder.append(Result(values={"backbones": len(found)}))


def picked(dataset: Dataset, plan: FitPlan) -> Subset:
    """At most ``MOST`` samples to learn from and choose by, groups whole; never one of the exam's.

    Raises InputFault where a class has fewer than two groups among them.
    """
    split = make_split(dataset, plan.split)
    samples = [s for name in ("train", "validation") for s in subset_of(dataset, split, name).samples]  # type: ignore[arg-type]
    groups = sorted({sample.group or sample.id for sample in samples})
    np.random.default_rng(plan.split.seed).shuffle(groups)
    place = {group: number for number, group in enumerate(groups)}
    samples.sort(key=lambda sample: (place[sample.group or sample.id], sample.id))
    if len(samples) > MOST:
        last = samples[MOST].group or samples[MOST].id
        samples = [sample for sample in samples[:MOST] if (sample.group or sample.id) != last] or samples[:MOST]
    everyone = {sample.id: "train" for sample in samples}
    found = subset_of(dataset, split.model_copy(update={"subset": everyone}), "train")
    for label in range(len(dataset.classes)):
        if len(np.unique(found.groups[found.labels == label])) < 2:
            raise InputFault("fit.too_few", label=dataset.classes[label])
    return found


def _fit(
    tell: Callable[[Event], None], stop: Callable[[], bool], plan: FitPlan, home: Home, dataset: Dataset,
    chosen: Subset, name: str,
) -> Fit:  # fmt: skip
    began = time.monotonic()
    backbone, device = load(home, name), choose_device(plan.device)
    asked = recipes.resolve(
        TrainPlan(
            project=plan.project, dataset=plan.dataset, modality=plan.modality, backbone=name, recipe="probe",
            options=plan.options,
        ),
        backbone.card,
    )  # fmt: skip
    reader = Reader(home, asked, backbone, device)
    encoder = Encoder(home, asked, backbone, reader, chosen, chosen, device, tell, stop)
    features = _features(encoder, chosen, plan)
    chances = classify.out_of_fold(
        features, chosen.labels, len(dataset.classes), chosen.groups, seed=plan.split.seed
    )  # fmt: skip
    grouped = chosen.groups if dataset.group_rule else None
    return Fit(
        backbone=name,
        sha256=backbone.card.sha256,
        probe=measure(chosen.labels, chances, grouped, ranking=False)["balanced_accuracy"],
        logme=logme(features, chosen.labels),
        strangeness=_strangeness(backbone, reader, chosen, plan, device),
        seconds=time.monotonic() - began,
    )


def _features(encoder: Encoder, chosen: Subset, plan: FitPlan) -> np.ndarray:
    """What the quick look reads: the last stage, or the best one where a run chooses that too."""
    if not encoder.backbone.card.any_depth:
        return encoder.features_of([chosen])[0]
    stages = encoder.every_depth(chosen)
    losses = classify.depth_losses(stages, chosen.labels, chosen.groups, seed=plan.split.seed)
    return stages[int(np.argmin(losses))] if losses else stages[-1]


def _strangeness(
    backbone: Backbone, reader: Reader, chosen: Subset, plan: FitPlan, device: torch.device
) -> Strangeness | None:
    """Told by the model's files where they can, else by what its network remembers of its pre-training."""
    modality = modalities.get(plan.modality)
    evenly = np.unique(np.linspace(0, len(chosen.samples) - 1, min(SHOWN, len(chosen.samples))).round().astype(int))
    told = modality.strange([reader.raw(sample) for sample in chosen.samples], backbone.files)
    statistics = Statistics(backbone.network)
    if told is not None or not statistics.told:
        return told
    backbone.network.to(device)
    prepare = modality.make_preprocessor(backbone.card, backbone.files, plan.options)

    def through(raws: Sequence[Raw]) -> None:
        with torch.inference_mode():
            for start in range(0, len(raws), BATCH):
                batch = modality.collate([prepare(raw) for raw in raws[start : start + BATCH]])
                state = backbone.enter({key: tensor.to(device) for key, tensor in batch.items()})
                for stage in backbone.stages:
                    state = backbone.run(stage, state)

    general = modality.reference().raws
    usual = [general[k * len(general) // SHOWN] for k in range(SHOWN)] if len(general) > SHOWN else general
    own = [reader.raw(chosen.samples[number]) for number in evenly]
    return Strangeness(value=statistics.over(lambda: through(own)), usual=statistics.over(lambda: through(usual)))
