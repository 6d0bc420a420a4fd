"""What people said, put together: who thinks what, where they part, and what each sample is after all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tl_core.domain.dataset import Dataset
from tl_core.domain.labelling import Labelling

Opinions = dict[str, dict[str, str]]  # person -> sample -> class


def opinions(said: Iterable[Labelling]) -> Opinions:
    """What each person thinks: the last word on each sample that was not taken back, skips and settlements aside."""
    found: dict[str, dict[str, str | None]] = {}
    for one in said:
        if not one.undone and one.way != "settle":
            found.setdefault(one.by, {})[one.sample] = one.label
    return {
        person: {sample: label for sample, label in own.items() if label is not None} for person, own in found.items()
    }


def settled(said: Iterable[Labelling], since: float = 0.0) -> dict[str, str]:
    """Sample -> class, where it was decided after two had parted; only what was decided after ``since``."""
    return {
        one.sample: one.label
        for one in said
        if one.way == "settle" and not one.undone and one.label is not None and one.time > since
    }


def voices(thought: Opinions) -> dict[str, dict[str, str]]:
    """The same by sample -> person -> class."""
    found: dict[str, dict[str, str]] = {}
    for person, own in thought.items():
        for sample, label in own.items():
            found.setdefault(sample, {})[person] = label
    return found


def labels_of(dataset: Dataset, said: Iterable[Labelling], taken: float = 0.0) -> dict[str, str]:
    """The class of every sample that has one by now: settled, else in the data, else what all who spoke say.

    Samples whose people part have none. What was settled before ``taken`` is in the data already, and may have been
    changed there since.
    """
    lines = list(said)
    thought = voices(opinions(lines))
    once, since = settled(lines), settled(lines, taken)
    found: dict[str, str] = {}
    for sample in dataset.samples:
        label = since.get(sample.id) or sample.label or once.get(sample.id) or unanimous(thought.get(sample.id, {}))
        if label is not None:
            found[sample.id] = label
    return found


def unanimous(thought: Mapping[str, str]) -> str | None:
    """What all say; None where they part or nobody spoke."""
    labels = set(thought.values())
    return labels.pop() if len(labels) == 1 else None
