"""Whether there is enough of each class: samples to learn from, groups to judge by, shares that are not too uneven."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks import check
from tl_core.checks.enough import distinct
from tl_core.checks.examined import Examined
from tl_core.data.split import ENOUGH_GROUPS, ENOUGH_SAMPLES, smallest_first
from tl_core.domain.finding import Finding
from tl_core.domain.split import SUBSETS

UNEVEN = 3.0  # times as many samples in the largest class as in the smallest: worth a note
VERY_UNEVEN = 10.0  # always saying the commonest class is right too often to learn more


@check("balance")
def balance(examined: Examined) -> Iterator[Finding]:
    """Classes with too few samples, classes from too few groups, shares far from even."""
    classes = examined.dataset.classes
    counts = dict(zip(classes, np.bincount(examined.labels, minlength=len(classes)).tolist(), strict=True))
    few = {label: count for label, count in counts.items() if count < ENOUGH_SAMPLES}
    if few:
        yield Finding(
            code="balance_few",
            level="warning",
            values={"count": len(few), "labels": smallest_first(few), "enough": ENOUGH_SAMPLES},
            samples=_of(examined, few),
        )
    if examined.grouped:
        yield from _of_groups(examined)
    smallest, largest = min(counts, key=lambda label: counts[label]), max(counts, key=lambda label: counts[label])
    times = counts[largest] / max(1, counts[smallest])
    if times >= UNEVEN:
        yield Finding(
            code="balance_classes",
            level="warning" if times >= VERY_UNEVEN else "note",
            values={
                "largest": largest,
                "smallest": smallest,
                "times": round(times),
                "most": counts[largest],
                "fewest": counts[smallest],
                "always": round(100 * counts[largest] / len(examined.labels)),
            },
            samples=_of(examined, {smallest: 0}),
        )


def _of_groups(examined: Examined) -> Iterator[Finding]:
    whole = len(np.unique(examined.groups))
    if whole < ENOUGH_GROUPS:
        yield Finding(
            code="balance_groups", level="warning", values={"count": whole, "enough": ENOUGH_GROUPS}, samples=[]
        )
    counts = distinct(examined.groups, examined.labels)
    narrow = {
        label: int(counts[number])
        for number, label in enumerate(examined.dataset.classes)
        if number < len(counts) and 0 < counts[number] < len(SUBSETS)
    }
    if narrow:
        yield Finding(
            code="balance_narrow",
            level="warning",
            values={"count": len(narrow), "labels": smallest_first(narrow), "enough": len(SUBSETS)},
            samples=_of(examined, narrow),
        )


def _of(examined: Examined, labels: dict[str, int]) -> list[str]:
    return [sample.id for sample in examined.samples if sample.label in labels]
