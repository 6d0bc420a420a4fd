"""What all parts of a report are made from, and what a task has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tl_core.domain.about import About
from tl_core.domain.dataset import Dataset
from tl_core.domain.plan import AnswerPlan, ForecastPlan, TrainPlan
from tl_core.domain.project import Project
from tl_core.domain.reporting import Block, Fact
from tl_core.domain.text import Value
from tl_core.store.run_folder import RunFolder
from tl_core.use_cases.reports.hidden import Hidden
from tl_core.words import say


@dataclass(frozen=True)
class Material:
    """A run with all it rests on. ``samples``: a person wants some to be seen; never true of a private project."""

    project: Project
    folder: RunFolder
    plan: TrainPlan | ForecastPlan | AnswerPlan
    dataset: Dataset
    about: About
    samples: bool = False

    @cached_property
    def hidden(self) -> Hidden:
        """Names that are told only to who wants samples to be seen; those of series are told elsewhere."""
        return Hidden.of(self.dataset)

    def said(self, key: str, values: Mapping[str, Value]) -> str:
        """A text without the names of samples, files and groups that it speaks of."""
        if self.samples:
            return say(key, **values)
        return say(key, **{name: self.hidden.value(name, one) for name, one in values.items()})

    @property
    def run(self) -> str:
        return self.folder.id


@dataclass
class Told:
    """The parts that differ from task to task; one that is empty has no section."""

    headline: list[str]
    use: list[str]  # what it does, and what it is made for
    data: list[Block]
    split: list[Block]
    training: list[Fact]
    figures: list[Block]
    limits: list[str]
    raters: bool = False  # it is known how far people agree about what is right
    deciding: list[Block] = field(default_factory=list)  # calibration, threshold, "not sure"
    fairness: list[Block] = field(default_factory=list)
    exam: list[Block] = field(default_factory=list)
    external: bool = False  # figures on samples that were brought apart from the others
    transfer: list[Block] = field(default_factory=list)  # forgetting, learning curve, savings
    explaining: list[Block] = field(default_factory=list)
    failures: list[Block] = field(default_factory=list)
    weights: str = ""  # sha256 of what was learned
    parity: str = ""  # how a fresh process answered, in words
