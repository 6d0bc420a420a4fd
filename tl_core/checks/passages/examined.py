"""What checks of passages look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tl_core.domain.card import BackboneCard
from tl_core.domain.dataset import Sample
from tl_core.domain.fault import Stopped
from tl_core.modalities import Look


@dataclass(frozen=True)
class Passages:
    """Of all documents, in the dataset's order."""

    samples: Sequence[Sample]
    card: BackboneCard  # of the starting model that is to read them
    stop: Callable[[], bool] = lambda: False

    @cached_property
    def looks(self) -> list[Look]:
        """As they were looked at on entry."""
        return [
            Look(
                traits={},
                kinds={"language": str(sample.traits["language"])} if "language" in sample.traits else {},
                flaws=[],
                personal=str(sample.traits.get("personal", "")).split(),
            )
            for sample in self.samples
        ]

    @cached_property
    def documents(self) -> dict[str, list[Sample]]:
        found: dict[str, list[Sample]] = {}
        for sample in self.samples:
            found.setdefault(sample.source, []).append(sample)
        return found

    def pause(self) -> None:
        """Between two pieces of work: raises Stopped when a person wants to stop."""
        if self.stop():
            raise Stopped
