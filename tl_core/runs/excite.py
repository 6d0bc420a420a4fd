"""A job: what excites each layer group of a starting model most, among a project's own samples."""

from __future__ import annotations

import base64
from typing import NamedTuple

import numpy as np

from tl_core import modalities
from tl_core.backbones.load import load
from tl_core.data.split import make_split
from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Sample
from tl_core.domain.event import Phase, Progress
from tl_core.domain.excited import Box, Excited, Patch
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.plan import ExcitePlan
from tl_core.evaluation.excited import Responses, around
from tl_core.freezing.prefix import compile_prefix, compiled_models
from tl_core.modalities import Pictures
from tl_core.runs.material import Reader, Subset, as_training, subset_of
from tl_core.store.datasets import load_dataset
from tl_core.store.excited import key_of, write_excited
from tl_core.store.home import Home
from tl_core.store.run_folder import RunFolder
from tl_core.training.devices import choose_device

MOST = 150  # samples looked at
BATCH = 8  # samples
TRIED = 12  # units of a stage, until one is found on whose patches there is something to see
VISIBLE = 0.04  # contrast of a patch, of at most 0.5
Part = tuple[Sample, Box]  # in shares of what the network sees


def run(folder: RunFolder, plan: ExcitePlan, home: Home) -> None:
    """Raises InputFault: no samples to learn from, no such starting model or device, samples that are no pictures."""
    dataset = load_dataset(home, plan.project, plan.dataset)
    samples = picked(subset_of(dataset, make_split(dataset, plan.split), "train"), plan.split.seed)
    pictures = modalities.get(plan.modality).pictures()
    if not samples or pictures is None:
        raise InputFault("plans.no_data")
    folder.append(Phase(name="features", total=len(samples)))
    device = choose_device(plan.device)
    backbone = load(home, plan.backbone)
    reader = Reader(home, as_training(plan), backbone, device)
    count = len(backbone.stages)
    compiled = compile_prefix(
        backbone, range(1, count + 1), reader.batch(samples[:2], 0), device,
        hidden=True, features=False, cache=compiled_models(home),
    )  # fmt: skip
    responses = [Responses() for _ in range(count)]
    for start in range(0, len(samples), BATCH):
        if folder.stop_requested():
            raise Stopped
        hidden, _ = compiled.each(reader.batch(samples[start : start + BATCH], 0))
        for stage, output in zip(responses, hidden, strict=True):
            stage.add(output)
        folder.append(Progress(done=min(len(samples), start + BATCH), total=len(samples)))
    sees = _Sees(reader, pictures, backbone.card, plan)
    stages = []
    for number, stage in enumerate(responses):
        units = [
            [(samples[place.sample], around(place.middle, number, count, stage.grid)) for place in unit]
            for unit in stage.best(TRIED)
        ]
        stages.append(sees.first_visible(units))
    sha256 = backbone.card.sha256
    write_excited(home, plan, sha256, Excited(key=key_of(plan, sha256), stages=stages))


def picked(train: Subset, seed: int) -> list[Sample]:
    """At most 150 samples to learn from, the same for the same seed; of every class as many, as far as there are."""
    rng = np.random.default_rng(seed)
    members = [rng.permutation(np.flatnonzero(train.labels == label)) for label in np.unique(train.labels)]
    turns = [(turn, place, number) for place, one in enumerate(members) for turn, number in enumerate(one)]
    return [train.samples[number] for _, _, number in sorted(turns)[:MOST]]


class _Sees(NamedTuple):
    """How samples are looked at."""

    reader: Reader
    pictures: Pictures
    card: BackboneCard
    plan: ExcitePlan

    def first_visible(self, units: list[list[Part]]) -> list[Patch]:
        """The patches of the first unit on whose three there is something to see, else of the one with most."""
        best: list[Patch] = []
        most = -1.0
        for unit in units:
            looks = [self._look(sample, part) for sample, part in unit]
            contrast = min(contrast for _, contrast in looks)
            if contrast > most:
                best, most = [patch for patch, _ in looks], contrast
            if most >= VISIBLE:
                break
        return best

    def _look(self, sample: Sample, part: Box) -> tuple[Patch, float]:
        """A part of what the network sees of a sample, and the contrast there."""
        raw = self.reader.raw(sample)
        box = self.pictures.seen(raw, self.card, self.plan.options).within(part)
        picture = base64.b64encode(self.pictures.patch(raw, box)).decode()
        return Patch(sample=sample.id, box=box, picture=picture), self.pictures.contrast(raw, box)
