"""Made-up samples for checks, as hard to tell apart as real ones, with faults planted by whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tl_core.checks.examined import Examined
from tl_core.domain.card import BackboneCard, TextInput
from tl_core.domain.dataset import ClassTarget, Dataset, Sample
from tl_core.modalities.look import Look

CARD = BackboneCard(
    name="folder:made", source="folder", title="Made", modality="text", input=TextInput(tokens=8), features=1,
    parameters=1, download_bytes=0, licence="", learned_from="", never_seen="", good_for="", known_bias="", sha256="",
    stages=[],
)  # fmt: skip


def features(labels: np.ndarray, rng: np.random.Generator, skill: float = 0.25, width: int = 48) -> np.ndarray:
    """(n, width) with the classes apart by ``skill``: of two, .2 is as hard as real ones that are told at .85."""
    strengths = np.exp(-np.arange(width) / 10)
    centres = rng.normal(size=(int(labels.max()) + 1, width)) * strengths
    centres *= np.sqrt(width) / np.linalg.norm(centres, axis=1, keepdims=True)
    return (centres[labels] * skill + rng.normal(size=(len(labels), width))).astype(np.float32)


def examined(
    values: np.ndarray,
    labels: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    sources: Sequence[str] | None = None,
    looks: Sequence[Look] | None = None,
    alike: Callable[[Sample, Sample], float] = lambda one, other: 0.0,
    samples: Sequence[Sample] | None = None,
    exam: float = 0.2,
) -> Examined:
    """What a check looks at: samples in this order, a share ``exam`` of them drawn for the exam, groups or not."""
    count = len(labels)
    classes = [f"class {number}" for number in range(int(labels.max()) + 1)]
    if samples is None:
        samples = [
            Sample(
                id=f"{number:016x}",
                source=sources[number] if sources else f"row {number + 1}",
                target=ClassTarget(label=classes[labels[number]]),
                group=str(groups[number]) if groups is not None else None,
            )
            for number in range(count)
        ]
    _, codes = np.unique(groups if groups is not None else np.arange(count), return_inverse=True)
    subset = np.where(np.random.default_rng(9).permutation(count) < exam * count, "test", "train")
    return Examined(
        dataset=Dataset(id="d", modality="text", classes=classes, samples=list(samples), received=count),
        card=CARD,
        samples=samples,
        labels=labels,
        groups=codes,
        subset=subset,
        features=values,
        looks=looks or [Look({}, {}, [], [])] * count,
        alike=alike,
    )


def subjects(
    rng: np.random.Generator, people: int, each: int, classes: int = 3, width: int = 48
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels and people as of the scan planes: what tells the classes apart is another thing in each."""
    who = np.repeat(np.arange(people), each)
    labels = np.tile(np.arange(classes), len(who) // classes + 1)[: len(who)]
    common = rng.normal(size=(classes, width)) * 0.25
    own = rng.normal(size=(people, classes, width))
    values = common[labels] + own[who, labels] + rng.normal(size=(len(who), width)) * 0.5
    return values.astype(np.float32), labels, who
