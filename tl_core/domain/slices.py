"""Is a model as good for everyone? Figures by the values of a column: age band, site, device, product, language."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric
from tl_core.domain.split import Concern
from tl_core.words import tenths


class Slice(Noun):
    """The judged samples with one value of a column."""

    value: str
    samples: int
    groups: int  # independent units; equals samples where there are no groups
    rate: Metric  # balanced accuracy over the classes there are in it
    gap: Metric | None = None  # that rate minus that of all others, over classes both hold; None: too few to compare
    chance: float | None = None  # p-value of a gap so large by chance, corrected for all that were looked at (Holm)

    @property
    def proven(self) -> bool:
        """Worse or better than the others, surely."""
        return self.chance is not None and self.chance < 0.05


class Sliced(Noun):
    """A run's model judged on one subset, column by column."""

    column: str
    slices: list[Slice]  # by size, the largest first
    equalized_odds: float | None  # largest difference between slices in hits or false alarms of a class (Hardt 2016)
    demographic_parity: float | None  # largest difference between slices in how often a class is named

    @property
    def proven(self) -> list[Slice]:
        """Slices that are surely worse off, the worst first."""
        worse = [one for one in self.slices if one.proven and one.gap is not None and one.gap.value < 0]
        return sorted(worse, key=lambda one: one.gap.value if one.gap else 0.0)

    def concern(self, worse: Slice) -> Concern:
        """A proven gap in words: ``fairness.proven``. Points are hundredths."""
        assert worse.gap is not None
        gap, low, high = (-100 * (bound or 0.0) for bound in (worse.gap.value, worse.gap.high, worse.gap.low))
        shown = {name: tenths(bound) for name, bound in (("gap", gap), ("low", low), ("high", high))}
        return Concern(key="fairness.proven", values={"column": self.column, "value": worse.value, **shown})
