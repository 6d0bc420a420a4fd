"""How good the answers become with more labels, measured on parts of those there are, and what yet more may bring."""

from __future__ import annotations

from typing import Literal

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric


class Span(Noun):
    """A figure with the range it very likely lies in; no range where nobody can tell."""

    value: float
    low: float | None = None
    high: float | None = None


class CurvePoint(Noun):
    """What one share of the labels is enough for. Hit rates are means over the draws."""

    share: float  # of the samples to learn from
    labels: int  # mean over the draws, as groups are never split
    draws: int
    probe: Metric  # average hit rate per class of the quick look; its interval is that of a single draw
    classic: Metric  # the same of the classic method, on the same draws
    recalls: list[Metric]  # of the quick look, each class


class Ahead(Noun):
    """A point of the curve that nobody has measured."""

    labels: int  # in all
    hit_rate: Span


class Outlook(Noun):
    """What more labels may bring to the average hit rate of the quick look."""

    verdict: Literal["more", "little", "unclear", "too_few"]  # too_few: shares, or groups to judge by
    labels: int = 0  # so many more ...
    gain: Span | None = None  # ... may bring this much; None with too_few
    path: list[Ahead] = []  # from the labels there are to twice as many; empty where there is no honest one


class Need(Noun):
    """The class that gains most from labels of its own."""

    label: str | None  # None: cannot be told
    rise: Span | None = None  # of its hit rate, each time the labels double
    hit_rate: float | None = None  # with all labels


class Matched(Noun):
    """How many labels take the quick look to where the classic method is with all of them."""

    labels: Span | None  # None: all are not enough; ``high`` None: they may not be
    first: bool = False  # the smallest share was enough already
    of: int


class LearningCurve(Noun):
    """``evaluation/learning-curve.json``. Nothing in it was measured on the sealed exam."""

    classes: list[str]
    points: list[CurvePoint]  # by share, all labels last
    left_out: list[float]  # shares too small to hold every class
    outlook: Outlook
    need: Need
    matched: Matched
    seconds: float  # the measuring took
