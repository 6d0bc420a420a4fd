"""Who learns, who chooses, and who is examined at the end."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.text import Value

Subset = Literal["train", "validation", "test"]
SUBSETS: tuple[Subset, ...] = ("train", "validation", "test")


class SplitRule(Noun):
    """What a person can choose about the split."""

    validation: float = 0.2  # shares of all samples; test is ignored where the upload brought its own test set
    test: float = 0.2
    seed: int = 0


class Concern(Noun):
    """Something a person should know before trusting a number."""

    key: str  # of the translation table
    values: dict[str, Value] = {}


class Split(Noun):
    """The subset of every sample that has a target. Samples of one group are always in one subset."""

    rule: SplitRule
    subset: dict[str, Subset]  # sample id -> subset
    grouped: bool
    given_test: bool
    concerns: list[Concern] = []  # too few samples of a class, too few groups ...

    def ids(self, subset: Subset) -> list[str]:
        return [sample for sample, where in self.subset.items() if where == subset]
