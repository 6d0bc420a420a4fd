"""What a threshold means for people: of 1,000, how many are found, missed, alarmed for nothing."""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric


class Screening(Noun):
    """One class against all others, where ``prevalence`` of all samples are of that class."""

    positive: str
    prevalence: float
    sensitivity: Metric  # share of the class that is called so
    specificity: Metric  # share of the others that is not
    ppv: Metric | None  # share of the calls that is right; None: it is never called
    npv: Metric | None  # share of the others' answers that is right; None: it is always called
    found: Metric  # people of 1,000, as the three below
    missed: Metric
    alarms: Metric  # called, and are not
    cleared: Metric  # not called, and are not


class NetBenefit(Noun):
    """A decision curve (Vickers & Elkin 2006): what a model is worth to those who would act from a probability on.

    ``thresholds`` are such probabilities; one false alarm weighs t / (1 - t) of one found. Figures are found people
    a person, false alarms taken off.
    """

    positive: str
    prevalence: float
    thresholds: list[float]
    model: list[Metric]
    everybody: list[float]  # worth of calling all of them; calling nobody is worth 0
