"""General samples, the same on every machine and without a download, that show what a starting model can do.

They belong to nobody's project. What a model has kept of its ability is measured on them, before and after tuning.
"""

from __future__ import annotations

from dataclasses import dataclass

from tl_core.modalities.augmentation import Raw


@dataclass(frozen=True)
class Reference:
    """``pairs``: the first half of ``raws`` are queries, the second half the passages that belong to them, in order.

    ``units`` says which samples (of pairs: which pairs) hang together and are resampled as one.
    """

    raws: list[Raw]
    units: list[int]
    pairs: bool = False

    @property
    def lengths(self) -> list[int]:
        """What each costs, roughly: characters of a text, 1 for anything else."""
        return [len(raw) if isinstance(raw, str) else 1 for raw in self.raws]
