"""Two models on the same samples."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric
from tl_core.domain.split import Subset


class Comparison(Noun):
    """``first`` beside ``second``."""

    first: str  # run
    second: str
    subset: Subset
    gain: Metric  # average hit rate per class of the first minus that of the second, paired
    both: int  # samples that both answer right
    only_first: int
    only_second: int
    neither: int

    @property
    def proven(self) -> bool:
        """Whether the interval says who is better."""
        return self.gain.low is not None and self.gain.high is not None and not self.gain.low <= 0 <= self.gain.high
