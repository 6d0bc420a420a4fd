"""Other samples beside those a model learned from: are they alike, and how good will it be on them?"""

from __future__ import annotations

from typing import Literal

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


class Moved(Noun):
    """Samples that have something in common, as a share of those learned from and of others."""

    of: Literal["column", "kind", "band"]  # a value of a table's column, of a trait in words, a range of one in numbers
    name: str  # of the column or trait; texts of traits are ``traits.<name>``
    value: str  # of the column or kind; of a range "low" or "high"
    limit: float | None = None  # of a range: below or above which
    samples: int  # of the others
    before: float
    now: float
    gap: Metric  # now minus before
    chance: float | None = None  # p-value, corrected for all that were looked at (Holm); None: too few to say
    named: dict[str, float] = {}  # class -> how often it is named for these of the others

    @property
    def proven(self) -> bool:
        """Large enough to speak of, and more than chance."""
        return self.chance is not None and self.chance < 0.05 and abs(self.gap.value) >= LEAST_GAP


LEAST_GAP = 0.05  # of a share
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
    slices: list[Moved] = []  # the largest proven gap first, then the others
    drop: Metric | None = None  # of balanced accuracy, from before to now: above 0 it is worse
