"""Other samples beside those a model learned from: are they alike, and how good will it be on them?"""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric


class ClassShare(Noun):
    """How often a class is named, among the samples judged before and now."""

    label: str
    before: float
    now: float
    gap: Metric  # now minus before, its interval corrected for the number of classes

    @property
    def proven(self) -> bool:
        return self.gap.low is not None and self.gap.high is not None and not self.gap.low <= 0 <= self.gap.high


FILE, FOREIGN = "shift.json", "foreign.csv"  # in the folder of a batch


class Shift(Noun):
    """An upload beside the samples that a training chose its model by; what is foreign in it lies in a table beside."""

    samples: int
    told_apart: Metric  # area under the curve of a classifier between the two: 0.5 nothing to tell, 1 wholly unlike
    shares: list[ClassShare]
    before: Metric  # accuracy on the samples it was chosen by
    expected: Metric | None  # accuracy on these, from how sure it is (Garg et al. 2022); None: nothing to go by
    measured: Metric | None = None  # accuracy on these, where they came with their classes
    balanced: Metric | None = None  # balanced accuracy, likewise
    drop: Metric | None = None  # of balanced accuracy, from before to now: above 0 it is worse
