"""A job: measure a starting model on a device with a project's samples, so that plans can say what they take."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.backbones.load import load
from tl_core.domain.dataset import Sample
from tl_core.domain.event import Phase
from tl_core.domain.fault import InputFault
from tl_core.domain.plan import CalibratePlan
from tl_core.freezing.prefix import compile_prefix, compiled_models
from tl_core.runs.material import Reader, as_training, cost_of
from tl_core.store.calibrations import write_calibration
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training.calibration import measure
from tl_core.training.devices import choose_device

BATCH = 8  # samples
QUANTILES = (0.2, 0.5, 0.8)  # of the samples' lengths, where a batch is taken from


def run(folder: RunFolder, plan: CalibratePlan, home: Home) -> None:
    """Raises InputFault: no samples, or no such starting model or device."""
    folder.append(Phase(name="measure"))
    dataset = load_dataset(home, plan.project, plan.dataset)
    if not dataset.samples:
        raise InputFault("plans.no_data")
    device = choose_device(plan.device)
    backbone = load(home, plan.backbone)
    reader = Reader(home, as_training(plan), backbone, device)
    picked = list(_batches(dataset.samples))
    compiled = compile_prefix(
        backbone, len(backbone.stages), reader.batch(picked[0][:2], 0), device,
        hidden=False, features=True, cache=compiled_models(home),
    )  # fmt: skip
    head = classify.make_head(backbone.card.features, max(2, len(dataset.classes)))
    found = measure(backbone, lambda: [reader.batch(samples, 0) for samples in picked], compiled, head, device)
    write_calibration(home, plan.project, plan.device, found)


def _batches(samples: list[Sample]) -> Iterator[list[Sample]]:
    """Batches of like length from all over the data; few samples stand in more than once."""
    ordered = sorted(samples, key=lambda sample: (cost_of(sample), sample.id))
    for quantile in QUANTILES:
        middle = round(quantile * (len(ordered) - 1))
        near = np.arange(middle - BATCH // 2, middle + BATCH // 2) % len(ordered)
        yield [ordered[number] for number in near]
