"""Who said what of which sample, what a model would say, and how far two people agree."""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import Field

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric

Way = Literal["alone", "group", "audit", "second", "settle"]
"""How a sample was asked about: without a suggestion; within a group that shared one; without one although the
group would have held it, so that suggestions can be judged; blind after somebody else; where two had parted."""


class Labelling(Noun):
    """What one person said of one sample; a line of ``labels.jsonl``."""

    kind: Literal["said"] = "said"
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")  # made by the browser: sent twice, it is kept once
    sample: str
    label: str | None = Field(max_length=200)  # None: skipped, to be asked somebody else or never
    by: str  # the person's name
    time: float  # seconds since 1970
    way: Way = "alone"
    suggested: str | None = None  # what the model would have said; only in a group it was shown
    undone: bool = False  # taken back since; told by a line of its own


class TakenBack(Noun):
    """A labelling that does not count any more; a line of ``labels.jsonl``."""

    kind: Literal["undo"] = "undo"
    id: str  # of the labelling
    time: float


class Person(Noun):
    """Somebody who labels said their name; a line of ``labels.jsonl``. Pages know their number."""

    kind: Literal["person"] = "person"
    name: str = Field(min_length=1, max_length=80)
    time: float


class Taken(Noun):
    """All that was settled until now went into the data; a line of ``labels.jsonl``."""

    kind: Literal["taken"] = "taken"
    time: float


Line = Annotated[Union[Labelling, TakenBack, Person, Taken], Field(discriminator="kind")]


class Suggestions(Noun):
    """What a model that learned from the labels so far says of every sample; ``suggestions.json`` of a project."""

    dataset: str
    classes: list[str]  # that it tells apart
    learned: int  # labels it learned from
    samples: list[str]
    best: list[int]  # (sample,) its most likely class
    chance: list[float]  # (sample,) of that class
    margin: list[float]  # (sample,) that chance minus the second one's: small where it is unsure


class Agreement(Noun):
    """How far two people say the same of the same samples."""

    classes: list[str]
    table: list[list[int]]  # [what the first said][what the second said]
    kappa: Metric | None  # None: not known, since chance alone would agree always
    alike: Metric  # share of samples of which both say the same


class Trust(Noun):
    """Whether suggestions were looked at or waved through."""

    accepted: int  # samples in groups that got the class suggested
    corrected: int  # and those that got another
    hidden: int  # of samples asked without a suggestion although their group would have held them
    hidden_wrong: int  # those that got another class than the hidden suggestion
    gap: Metric | None  # share wrong where hidden minus share corrected where shown; None: too few to say
