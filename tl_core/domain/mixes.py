"""What was kept of the starting model's ability, at the end of a fine-tuning and between its two ends."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric, MetricName
from tl_core.domain.text import Text

Ability = Literal["agreement", "neighbours", "retrieval"]
"""agreement: the original's own answers on general pictures, by its own classifier. neighbours: without a classifier,
which general sample is nearest to which. retrieval: the passage that belongs to a general sentence is found."""


class Mix(Noun):
    """The model between [original backbone + quick look's head] and [tuned backbone + tuned head]."""

    share: float  # of the tuned weights: 0 original, 1 tuned
    metrics: dict[MetricName, Metric]  # on the validation samples
    kept: Metric  # the ability, on the reference samples


class Likeness(Noun):
    """How alike original and tuned model see the validation samples after one stage (linear CKA)."""

    stage: str  # the field's name: "blocks.3"
    title: str | Text  # people's
    frozen: bool  # then it is the same by construction
    value: float  # 0 to 1


class Mixes(Noun):
    """``evaluation/mixes.json``. Nothing in it was measured on the sealed exam."""

    ability: Ability
    mixes: list[Mix]  # by share, 0 first and 1 last; those that were computed
    likeness: list[Likeness]  # every stage, ordered from the input
    seconds: float  # the measuring took

    @property
    def original(self) -> Metric:
        """The ability before anything was learned."""
        return self.mixes[0].kept

    @property
    def tuned(self) -> Metric:
        return self.mixes[-1].kept
