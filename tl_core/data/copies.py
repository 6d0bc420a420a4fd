"""The same content more than once: copies of one class leave one behind, copies of different classes leave none."""

from __future__ import annotations

from collections.abc import Sequence

from tl_core.domain.dataset import Refusal, Sample


def without_copies(samples: Sequence[Sample]) -> tuple[list[Sample], list[Refusal]]:
    """Samples of distinct ids, in their order, and a refusal for each one that went.

    Of equal samples of one class the first stays, but one of a given test set before any other: what the exam asks
    must not have been learned from. Samples equal in content but not in class contradict each other: all go. One
    without a class contradicts none, and goes where another has one.
    """
    same: dict[str, list[Sample]] = {}
    for sample in samples:
        same.setdefault(sample.id, []).append(sample)
    kept: set[int] = set()
    refusals: dict[int, Refusal] = {}
    for copies in same.values():
        labels = sorted({copy.label for copy in copies if copy.label is not None})
        told = [copy for copy in copies if copy.label is not None] or copies
        first = next((copy for copy in told if copy.given_test), told[0])
        if len(labels) < 2:
            kept.add(id(first))
        for copy in copies:
            if len(labels) > 1:
                others = ", ".join(label for label in labels if label != copy.label)
                values = {"label": copy.label or "", "others": others}
                refusals[id(copy)] = Refusal(source=copy.source, reason="refusals.conflict", values=values)
            elif copy is not first:
                values = {"first": first.source}
                refusals[id(copy)] = Refusal(source=copy.source, reason="refusals.duplicate", values=values)
    return (
        [sample for sample in samples if id(sample) in kept],
        [refusals[id(sample)] for sample in samples if id(sample) in refusals],
    )
