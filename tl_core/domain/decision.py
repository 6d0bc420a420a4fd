"""What turns a network's figures into an answer: corrected probabilities, a threshold, and when it is "not sure"."""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import Field

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric

Unsure = Literal["", "far", "torn"]
"""Why an answer is none. far: like nothing it learned from; torn: more than one class is possible, or another one than
the threshold calls. Empty: it is an answer."""


class Steps(Noun):
    """A line that never falls: ``y`` at each ``x``, straight between them, flat beyond."""

    x: list[float]
    y: list[float]


class Recalibration(Noun):
    """Turns a network's probabilities into ones that come true; fitted on validation samples.

    temperature: logarithms divided by one number (Guo et al. 2017). shifted: and one number a class added
    (Alexandari et al. 2020), which undoes the weights that rare classes had in training. isotonic: a staircase
    (Zadrozny & Elkan 2002).
    """

    kind: Literal["none", "temperature", "shifted", "isotonic"] = "none"
    temperature: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    shifts: list[float] = []  # (class)
    steps: list[Steps] = []  # one a class; of two classes one alone, for the second


class UsualRule(Noun):
    """The likeliest class is the answer."""

    kind: Literal["usual"] = "usual"


class MissRule(Noun):
    """Miss at most this share of the class to find."""

    kind: Literal["miss"] = "miss"
    most: float = Field(gt=0, lt=1)


class CostRule(Noun):
    """What errors cost, in any unit: one of the class missed, one false alarm."""

    kind: Literal["cost"] = "cost"
    missed: float = Field(gt=0, allow_inf_nan=False)
    alarm: float = Field(gt=0, allow_inf_nan=False)


class BalanceRule(Noun):
    """The best balance of hits and false alarms (F1)."""

    kind: Literal["f1"] = "f1"


Rule = Annotated[Union[UsualRule, MissRule, CostRule, BalanceRule], Field(discriminator="kind")]


class Wishes(Noun):
    """What a person chose; all else in a decision follows from it and the validation samples."""

    rule: Rule = UsualRule()
    positive: str | None = None  # the class to find; None: the rarest
    prevalence: float | None = Field(default=None, gt=0, lt=1)  # share of that class where it is used; None: as here
    error: float = Field(default=0.1, gt=0, lt=1)  # how often the possible classes may lack the true one
    far: float = Field(default=0.02, gt=0, lt=1)  # share of samples like its own that may be turned away as unlike


class Cut(Noun):
    """From which corrected probability on a class is called."""

    positive: str
    prevalence: float  # what it was chosen for
    threshold: float | None = None  # None: the likeliest class is the answer
    bound: float | None = None  # of a rule that limits misses: the share missed is at most this, in 95 of 100 studies
    proven: bool | None = None  # such a rule holds with that care; None: another rule


class Sets(Noun):
    """Which classes are possible (split conformal sets; Angelopoulos & Bates 2023).

    A class is possible where 1 minus its probability, as the network gives it, is at most its limit; the likeliest one
    always is.
    """

    error: float  # the true class is missing from at most this share of the sets
    by_class: bool  # that holds for every class by itself; else over all together
    limits: list[float]  # (class)


class Far(Noun):
    """From which distance on a sample is like nothing it learned from."""

    rate: float  # share of samples like its own that lie beyond
    limit: float
    proven: bool = True  # False: too few groups to promise that share; the limit lies between own and other classes


class Decision(Noun):
    """``evaluation/decision.json`` of a training, and ``decision.json`` of its bundle. Chosen on validation alone."""

    format: Literal[1] = 1
    wishes: Wishes
    recalibration: Recalibration
    cut: Cut
    sets: Sets | None  # None: too few samples for sets at this error rate
    far: Far | None  # None: too few samples to tell near from far


class Distances(Noun):
    """How far samples lie from what a model learned from; ``evaluation/<subset>-distances.json``."""

    samples: list[str]
    values: list[float]


class Coverage(Noun):
    """What saying "not sure" brings at one error rate of the sets."""

    error: float
    answered: Metric  # share of samples that get an answer
    wrong: Metric | None  # share of those answers that are wrong; None: nothing is answered
    far: int  # samples turned away as unlike; the rest of the unanswered are torn
