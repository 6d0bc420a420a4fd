"""What labelling costs with suggestions: keys and clicks of a simulated person for 300 labelled reviews.

The questions are those of the app (``tl_core.data.asking``), the model that learns meanwhile too. A key for each review
that is asked by itself; one for a group, and one more for each of its members that is not of the class suggested. The
careful person sees every wrong suggestion; the hasty one overlooks one in five. What is left wrong is counted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from tl_core import backbones, modalities
from tl_core.backbones.load import load
from tl_core.data import asking
from tl_core.data.asking import Before
from tl_core.data.samples.catalogue import fetch_sample_set
from tl_core.domain.dataset import Sample
from tl_core.domain.labelling import Suggestions
from tl_core.evaluation.agreement import trust
from tl_core.runs.material import Subset
from tl_core.runs.suggest import learn
from tl_core.store.home import Home

WANTED = 300  # labels
BATCH = 32
UPLOADS = (300, 1000, None)  # reviews brought; None: all there are
OVERLOOKED = {"careful": 0.0, "hasty": 0.2}  # share of wrong suggestions in groups that a person accepts


class Reviews(NamedTuple):
    texts: list[str]
    labels: list[str]
    groups: list[str]
    features: np.ndarray  # (review, feature) of the usual starting model


class Labelled(NamedTuple):
    labels: int
    keys: int
    wrong: float  # share of the labels that are not as they should be
    shown: list[bool]  # of suggestions shown: was it wrong, by what the person said?
    hidden: list[bool]  # the same of those kept back
    wrong_shown: float  # share of those shown that were wrong in truth


def measure(folder: Path, seeds: int, quick: bool) -> Iterator[dict[str, Any]]:
    """A row for each size of upload and person, means over ``seeds`` orders."""
    found = _reviews(Home(folder / "home"), 400 if quick else None)
    for upload in UPLOADS[:1] if quick else UPLOADS:
        for person, overlooked in OVERLOOKED.items():
            rows = [simulate(found, upload or len(found.texts), overlooked, seed) for seed in range(seeds)]
            told = [trust(np.array(one.shown, dtype=bool), np.array(one.hidden, dtype=bool)) for one in rows]
            gaps = [one.gap for one in told if one.gap is not None and one.gap.low is not None]
            yield {
                "upload": upload or len(found.texts),
                "person": person,
                "labels": float(np.mean([one.labels for one in rows])),
                "keys": float(np.mean([one.keys for one in rows])),
                "keys of each order": [one.keys for one in rows],
                "keys a label": float(np.mean([one.keys / one.labels for one in rows])),
                "labels left wrong": float(np.mean([one.wrong for one in rows])),
                "suggestions shown that were wrong": float(np.mean([one.wrong_shown for one in rows])),
                "warned of overlooking": sum((one.low or 0.0) > 0 for one in gaps),
                "orders": seeds,
            }


def simulate(found: Reviews, upload: int, overlooked: float, seed: int) -> Labelled:
    """One person labels until there are ``WANTED`` labels, or the upload ends."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(found.texts))[:upload]
    ids = [f"{number:016x}" for number in chosen]
    truth = {name: found.labels[number] for name, number in zip(ids, chosen, strict=True)}
    _, groups = np.unique([found.groups[number] for number in chosen], return_inverse=True)
    everyone = Subset([Sample(id=name, source=name) for name in ids], np.zeros(upload, dtype=np.int64), groups)
    features = found.features[chosen]
    labels: dict[str, str] = {}
    before: list[Before] = []
    shown, hidden, wrong = [], [], []
    told: Suggestions | None = None
    keys = 0
    while len(labels) < min(WANTED, upload):
        for one in asking.ask([name for name in ids if name not in labels], told, 2, before=before):
            before += zip(one.ways, one.suggested, strict=True)
            keys += 1 if one.label is not None else len(one.samples)
            for name, way, suggested in zip(one.samples, one.ways, one.suggested, strict=True):
                labels[name] = truth[name]
                if way == "audit":
                    hidden.append(suggested != truth[name])
                if way == "group" and suggested is not None:
                    if suggested != truth[name] and rng.random() < overlooked:
                        labels[name] = suggested
                    keys += labels[name] != suggested
                    shown.append(labels[name] != suggested)
                    wrong.append(truth[name] != suggested)
            if len(labels) >= min(WANTED, upload):
                break
        if asking.due(len(labels), set(labels.values()), told.learned if told else 0):
            told = learn("benchmark", everyone, [features], labels)
    left = float(np.mean([labels[name] != truth[name] for name in labels]))
    return Labelled(len(labels), keys, left, shown, hidden, float(np.mean(wrong)))


def _reviews(home: Home, most: int | None) -> Reviews:
    """Sentences of reviews, negative or positive, and what the usual starting model makes of them."""
    source = fetch_sample_set(home, "reviews")
    with open(next(source.glob("*.csv")), encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "neutral"][:most]
    texts = [row["text"] for row in rows]
    return Reviews(texts, [row["label"] for row in rows], [row["review"] for row in rows], _features(home, texts))


def _features(home: Home, texts: list[str]) -> np.ndarray:
    """(text, feature), texts of like length together."""
    backbone, modality = load(home, backbones.default("text")), modalities.get("text")
    prepare = modality.make_preprocessor(backbone.card, backbone.files, {})
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    features = np.zeros((len(texts), backbone.card.features), dtype=np.float32)
    backbone.network.eval()
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            state = backbone.enter(modality.collate([prepare(texts[number]) for number in some]))
            for stage in backbone.stages:
                state = backbone.run(stage, state)
            features[some] = backbone.pool(state).numpy()
    return features
