"""A job: learn from the labels that people give right now, and say of every other sample what it probably is.

It reads every sample once, then stays while labels come in: after every few it solves the quick look anew, which takes
a moment, and writes what that says. Killed, it finds the features in the cache and the labels on disk.
"""

from __future__ import annotations

import time

import numpy as np

from tl_core.backbones.load import load
from tl_core.data import asking
from tl_core.data.labels import labels_of
from tl_core.domain.dataset import Dataset
from tl_core.domain.event import Phase, Progress, Result
from tl_core.domain.fault import InputFault, Stopped
from tl_core.domain.labelling import Labelling, Suggestions
from tl_core.domain.plan import SuggestPlan
from tl_core.runs.features import Encoder
from tl_core.runs.material import Reader, Subset, as_training
from tl_core.store.datasets import load_dataset
from tl_core.store.home import Home
from tl_core.store.labels import read_labels, read_suggestions, write_suggestions
from tl_core.store.projects import read_project
from tl_core.store.run_folder import RunFolder
from tl_core.tasks import classify
from tl_core.training import recipes
from tl_core.training.devices import choose_device

LOOK = 0.5  # seconds between two looks for new labels
STRENGTHS = 10.0 ** np.array([-3.0, -2.0])  # tried; with few labels weaker ones win a cross-validation by chance
PATIENCE = 90.0  # seconds without a new label until the person is taken to have gone


def run(folder: RunFolder, plan: SuggestPlan, home: Home) -> None:
    """Raises InputFault: no samples, no such starting model or device; and Stopped."""
    dataset = load_dataset(home, plan.project, plan.dataset)
    if not dataset.samples:
        raise InputFault("plans.no_data")
    everyone = _everyone(dataset)
    stages = _features(folder, plan, home, everyone)
    folder.append(Phase(name="suggest", total=len(everyone.samples)))
    seen: tuple[Labelling, ...] | None = None
    last = time.monotonic()
    while time.monotonic() - last < PATIENCE and read_project(home, plan.project).dataset == dataset.id:
        if folder.stop_requested():
            raise Stopped
        told = read_labels(home, plan.project)
        if told.said != seen:
            seen, last = told.said, time.monotonic()
            labels = labels_of(dataset, told.said, told.taken)
            if asking.due(len(labels), set(labels.values()), _learned(home, plan)):
                write_suggestions(home, plan.project, learn(dataset.id, everyone, stages, labels))
            folder.append(Progress(done=len(labels), total=len(everyone.samples)))
        time.sleep(LOOK)
    folder.append(Result(values={"labels": len(seen or ())}))


def learn(dataset: str, everyone: Subset, stages: list[np.ndarray], labels: dict[str, str]) -> Suggestions:
    """The quick look on ``labels`` (sample id -> class, two classes or more), and what it says of all of ``everyone``.

    ``stages``: (sample, feature) each; of several the one that tells the classes apart best is taken.
    """
    classes = sorted(set(labels.values()))
    number = {label: k for k, label in enumerate(classes)}
    rows = np.array([k for k, sample in enumerate(everyone.ids) if sample in labels])
    known = np.array([number[labels[everyone.ids[row]]] for row in rows])
    groups = everyone.groups[rows]
    features = stages[-1]
    if len(stages) > 1:
        losses = classify.depth_losses([stage[rows] for stage in stages], known, groups)
        features = stages[int(np.argmin(losses))] if losses else features
    probe = classify.solve_probe(
        features[rows], known, len(classes), groups, among=features, strengths=STRENGTHS
    )  # fmt: skip
    logits = features @ probe.weight.T.astype(np.float64) + probe.bias
    chances = np.exp(logits - logits.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    first, second = np.sort(chances, axis=1)[:, -1], np.sort(chances, axis=1)[:, -2]
    return Suggestions(
        dataset=dataset, classes=classes, learned=len(rows), samples=everyone.ids,
        best=chances.argmax(1).tolist(), chance=first.round(4).tolist(), margin=(first - second).round(4).tolist(),
    )  # fmt: skip


def _everyone(dataset: Dataset) -> Subset:
    """All samples, ordered by id; their classes are not looked at."""
    samples = sorted(dataset.samples, key=lambda sample: sample.id)
    _, groups = np.unique([sample.group or f"\0{sample.id}" for sample in samples], return_inverse=True)
    return Subset(samples, np.zeros(len(samples), dtype=np.int64), groups)


def _features(folder: RunFolder, plan: SuggestPlan, home: Home, everyone: Subset) -> list[np.ndarray]:
    """What the quick look reads: the last stage, or all of them where the best one is chosen by labels."""
    backbone, device = load(home, plan.backbone), choose_device(plan.device)
    asked = recipes.resolve(as_training(plan).model_copy(update={"recipe": "probe"}), backbone.card)
    reader = Reader(home, asked, backbone, device)
    encoder = Encoder(
        home, asked, backbone, reader, everyone, everyone, device, folder.append, folder.stop_requested
    )  # fmt: skip
    return encoder.every_depth(everyone) if backbone.card.any_depth else encoder.features_of([everyone])


def _learned(home: Home, plan: SuggestPlan) -> int:
    """Labels that the suggestions at hand learned from; of other data they are none."""
    found = read_suggestions(home, plan.project)
    return found.learned if found is not None and found.dataset == plan.dataset else 0
