"""What is not the same: between runs, and between versions of data."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.split import Subset

Value = str | int | float | bool | None


class Difference(Noun):
    """One thing that several runs do not share."""

    name: str  # a plan's field, with dots for parts of it ("split.seed"); or what of a machine ("libraries.torch")
    values: list[Value]  # of each run, in the order asked; None: as usual, or not known


class Relabelled(Noun):
    """A sample of another class in another version."""

    sample: str
    before: str | None
    after: str | None


class DataDifference(Noun):
    """What it takes to come from one version of the data to another. Ids of samples, in the order of the versions."""

    added: list[str] = []
    removed: list[str] = []
    relabelled: list[Relabelled] = []
    regrouped: list[str] = []  # of another patient, document ...

    @property
    def samples(self) -> int:
        """How many it touches."""
        changed = {one.sample for one in self.relabelled} | set(self.regrouped)
        return len(self.added) + len(self.removed) + len(changed)


class Moved(Noun):
    """Samples that two runs used for different things: learned from by one, judged by for the other, say."""

    before: Subset
    after: Subset
    samples: list[str]


class Note(Noun):
    """What a person said of a run; beside it in its folder, and no part of what it is."""

    text: str = ""
    star: bool = False
