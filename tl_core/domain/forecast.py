"""Forecasts: how often a series is measured, and what is known of a way to go on with it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tl_core.domain.base import Noun
from tl_core.domain.card import BackboneCard
from tl_core.domain.report import Metric
from tl_core.domain.text import Value

Competitor = Literal["seasonal_naive", "smoothing", "arima", "theta", "untuned", "tuned", "scratch", "mean"]
LEARNED: tuple[Competitor, ...] = ("untuned", "tuned", "scratch", "mean")  # that need a network's weights


class Frequency(Noun):
    """From one moment to the next: ``count`` nanoseconds, months or business days."""

    unit: Literal["nanosecond", "month", "business_day"]
    count: int


class Spread(Noun):
    """A figure over several origins: its mean, its standard deviation, and the figure at each, oldest first."""

    mean: float
    deviation: float
    each: list[float]


class Judgement(Noun):
    """One way to forecast, judged at the same origins as all others."""

    name: Competitor
    mase: Spread  # mean absolute error / that of seasonal naive forecasts a step ahead within the past; lower is better
    weighted_quantile_loss: Spread  # twice the quantile loss / the sum of absolute true values; lower is better
    coverage: dict[int, Spread]  # in per cent asked -> share of true values inside, 0 to 1
    by_series: dict[str, float]  # MASE of each
    by_step: list[float]  # MASE of each step ahead
    bias: float  # mean of true value minus median, in the scale of MASE
    seconds: float  # for one forecast of every series
    widened: float = 1.0  # times as far from the median as the way itself says, by how far off it was on validation


class Forgotten(Noun):
    """What learning cost a forecaster of its general ability, on general series that are the same on every machine."""

    horizon: int
    untuned: float  # MASE of the starting model, the middle one of all series
    learned: float  # of what learned
    ratio: Metric  # of the errors after and before, geometric mean over series; above 1: something was forgotten
    worse: float  # share of series that it forecasts worse than before


class ForecastReport(Noun):
    """All ways to forecast a set of series, side by side."""

    subset: Literal["validation", "test"]
    horizon: int
    season: int  # steps; 1: none
    origins: int  # moments from which all of the horizon is known and was forecast
    few_origins: bool  # fewer than five: the series is too short for more
    judgements: list[Judgement]
    known_used: bool  # columns known beforehand, if there are any: they made validation better
    tuned_steps: int  # of fine-tuning, by validation; 0: none helped, and tuned is untuned
    recommended: Competitor  # by validation
    classic: Competitor = "seasonal_naive"  # the best of the classics by validation; "mean" takes it
    forgotten: Forgotten | None = None  # None: nothing was learned, or nobody measured it
    learned: Competitor = "tuned"  # the other that "mean" takes: untuned where nothing was learned, or scratch


class Remark(Noun):
    """What was not taken, or was changed, of a series: a key of the translation table."""

    series: str
    reason: str
    values: dict[str, Value] = {}


class Continued(Noun):
    """What comes after the end of a series."""

    name: str
    times: list[str]  # ISO, a step each
    quantiles: list[list[float]]  # (step, level)


class Ahead(Noun):
    """What comes next, by the way that is recommended. Without series where what is known beforehand ends too early."""

    way: Competitor
    levels: list[float]  # of the quantiles, rising; the middle one is the forecast
    series: list[Continued]
    reason: str | None = None  # why there are none: a key of the translation table
    values: dict[str, Value] = {}
    refused: list[Remark] = []  # of newer data
    remarks: list[Remark] = []


class Fan(Noun):
    """What every way said at one origin about one series, and what came."""

    series: str
    origin: str  # ISO time of the last value that was known
    times: list[str]  # ISO, a step each
    ways: dict[Competitor, list[list[float]]]  # (step, level)
    levels: list[float]
    truth: list[float | None]  # None where nothing was measured


class ForecasterManifest(Noun):
    """``forecaster.json`` of a forecaster's folder. Names registry entries, never classes; holds no name of a series.

    Beside it, where the way to forecast needs them, model.safetensors: ``backbone.*`` and ``head.*``.
    """

    format: Literal[1] = 1
    thaw: str  # version that wrote it
    created: float
    way: Competitor
    classic: Competitor  # that "mean" takes
    horizon: int
    season: int
    frequency: Frequency
    known: int  # columns known beforehand that it must be told; 0 where they were not used
    tuned_steps: int
    widened: float = Field(1.0, gt=0, le=100)  # see ``Judgement``
    mase: Spread  # on validation
    card: BackboneCard | None = None  # None: a classic, without weights
    architecture: dict = {}
    sha256: str = ""  # of the weights
    files: dict[str, str] = {}  # others, name -> sha256: the card


class ForecastParity(Noun):
    """Certificate: a fresh process loaded the forecaster and forecast as the measured one did."""

    series: int
    largest_difference: float  # of any quantile, in parts of the range of its series' past; at most 1e-4

    @property
    def passed(self) -> bool:
        return self.series > 0 and self.largest_difference <= 1e-4
