"""Two models on the same samples, or two forecasters at the same moments."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric
from tl_core.domain.split import Subset


class Paired(Noun):
    """``first`` beside ``second``."""

    first: str  # run
    second: str
    subset: Subset
    same_data: bool = True  # both learned from one version, split alike
    gain: Metric  # by how much the first is better, paired

    @property
    def proven(self) -> bool:
        """Whether the interval says who is better."""
        return self.gain.low is not None and self.gain.high is not None and not self.gain.low <= 0 <= self.gain.high


class Comparison(Paired):
    """Of answers. ``gain``: average hit rate per class of the first minus that of the second."""

    both: int  # samples that both answer right
    only_first: int
    only_second: int
    neither: int
    apart: int = 0  # samples that only one was judged on: left out
    relabelled: int = 0  # judged on by both, but of another class by now: left out


class ForecastComparison(Paired):
    """Of forecasts, each of a series from a moment. ``gain``: error (MASE) of the second minus that of the first."""

    series: int  # that both forecast
    moments: int  # from which both did
    horizon: int  # steps ahead that both did
    closer: int  # forecasts of the first that are less far off than those of the second
    further: int
    apart: int = 0  # forecasts that only one of them made: left out
    changed: int = 0  # made by both, but what came is told otherwise by now: left out
