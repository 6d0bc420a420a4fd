"""Whether probabilities come true: of all answers given with 80 %, are 80 of 100 right?"""

from __future__ import annotations

from tl_core.domain.base import Noun
from tl_core.domain.report import Metric


class Bin(Noun):
    """Samples of like probability."""

    said: float  # mean probability of the likeliest class
    right: Metric  # share of them whose likeliest class is the true one


class Reliability(Noun):
    bins: list[Bin]  # of about equal count, the least sure first
    ece: Metric  # expected calibration error of the likeliest class: how far said and right lie apart on average
    brier: Metric  # squared distance of probabilities and truth, summed over classes: 0 is perfect


class Calibrated(Noun):
    """As people are told the probabilities, and as the network gives them."""

    told: Reliability
    network: Reliability
