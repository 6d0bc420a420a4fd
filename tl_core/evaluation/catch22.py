"""22 canonical numbers of a series (catch22: Lubba et al. 2019), chosen by its authors among 4,791 for what they tell.

From the paper, its supplement and, where these leave a step open, aeon's source (BSD 3-Clause): the authors' library
may not be joined to a work under Apache-2.0, and aeon brings a compiler along. All but mean and spread are of the
series brought to mean 0 and spread 1.
"""

from __future__ import annotations

from bisect import insort
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.interpolate import make_lsq_spline

from tl_core.data.series.stored import Series
from tl_core.evaluation.series_matrix import matrix
from tl_core.modalities.series.gaps import standard

LONGEST = 2048  # moments looked at
ENOUGH = 0.02  # share of the values that outliers must be
LAGS = 40  # at which mutual information is looked at
COARSE = 3  # letters that values become
SCALES = 50  # widths of windows, at most
FEWEST = 5  # moments of the smallest window


def describe_series(one: Series) -> np.ndarray:
    """(24 * channel,) of each channel its mean and spread, then the 22."""
    values = matrix([one], len(one.channels), min(one.length, LONGEST))[0].astype(np.float64)
    rows = [
        np.concatenate([[own.mean(), own.std()], _numbers(scaled)])
        for own, scaled in zip(values, standard(values), strict=True)
    ]
    return np.nan_to_num(np.concatenate(rows), nan=0.0, posinf=0.0, neginf=0.0)


def _numbers(x: np.ndarray) -> np.ndarray:
    """(22,) in the order of the authors' table; zeros for a constant."""
    if not x.any():
        return np.zeros(22)
    correlated = _autocorrelation(x)
    zero = _first(correlated <= 0, len(x))
    power, cumulated = _spectrum(x)
    steps = np.diff(x)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.array([
            _mode(x, 5), _mode(x, 10), _longest(steps < 0), _outliers(x), _outliers(-x),
            _crossing(correlated, 1 / np.e), _first_minimum(correlated),
            power[: max(1, len(power) // 5)].sum() / power.sum(),
            np.pi * _first(cumulated > cumulated[-1] / 2, len(power)) / len(power),
            (x[3:] - (x[:-3] + x[1:-2] + x[2:-1]) / 3).std(), (steps**3).mean(), _mutual(x),
            _first_least_informed(x), (np.abs(steps) > 0.04).mean(), _longest(x > 0), _pairs_entropy(x),
            _first(_autocorrelation(steps) <= 0, len(x)) / zero, _embedded(x, zero),
            _fluctuations(np.cumsum(x[::2]), len(x), line=True), _fluctuations(np.cumsum(x), len(x), line=False),
            _transitions(x[::zero]), _period(x),
        ])  # fmt: skip


def _autocorrelation(x: np.ndarray) -> np.ndarray:
    """(n,) 1 at lag 0."""
    size = 1 << (2 * len(x) - 1).bit_length()
    found = np.fft.irfft(np.abs(np.fft.rfft(x - x.mean(), size)) ** 2, size)[: len(x)]
    return found / found[0] if found[0] > 0 else np.zeros(len(x))


def _first(true: np.ndarray, otherwise: int) -> int:
    """Number of the first true one, 0 aside."""
    places = np.flatnonzero(true[1:])
    return int(places[0]) + 1 if len(places) else otherwise


def _crossing(values: np.ndarray, level: float) -> float:
    at = _first(values < level, len(values))
    if at == len(values):
        return float(at)
    return at - 1 + float((values[at - 1] - level) / (values[at - 1] - values[at]))


def _first_minimum(values: np.ndarray) -> int:
    inner = (values[1:-1] < values[:-2]) & (values[1:-1] < values[2:])
    places = np.flatnonzero(inner)
    return int(places[0]) + 1 if len(places) else len(values)


def _mode(x: np.ndarray, bins: int) -> float:
    counts, edges = np.histogram(x, bins)
    return float(((edges[1:] + edges[:-1]) / 2)[counts == counts.max()].mean())


def _longest(true: np.ndarray) -> int:
    """Of the runs of true ones."""
    ends = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]])))
    return int((ends[1::2] - ends[::2]).max(initial=0))


def _outliers(x: np.ndarray) -> float:
    """Where in the series its highest values lie, -1 to 1: median over ever lower levels of their middle place."""
    order = np.argsort(-x, kind="stable")[: int((x >= 0).sum())]
    places: list[int] = []
    middles: list[float] = []
    for at in order.tolist():
        insort(places, at)
        half = len(places) // 2
        middle = places[half] if len(places) % 2 else (places[half - 1] + places[half]) / 2
        middles.append(middle / (len(x) / 2) - 1)
    heights = x[order]
    levels = np.arange(0, heights[0], 0.01) if heights[0] > 0 else np.zeros(1)
    counts = np.searchsorted(-heights, -levels, side="right")
    kept = counts[counts > max(1, ENOUGH * len(order))]
    return float(np.median(np.array(middles)[kept - 1])) if len(kept) else 0.0


def _spectrum(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    power = np.abs(np.fft.rfft(x, 1 << (len(x) - 1).bit_length())) ** 2
    return power, np.cumsum(power)


def _mutual(x: np.ndarray) -> float:
    """Information of a value about the one two moments later, both in five steps."""
    edges = np.linspace(x.min() - 0.1, x.max() + 0.1, 6)
    joint, _, _ = np.histogram2d(x[:-2], x[2:], bins=(edges, edges))
    joint /= joint.sum()
    apart = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    there = joint > 0
    return float((joint[there] * np.log(joint[there] / apart[there])).sum())


def _first_least_informed(x: np.ndarray) -> int:
    """First lag whose mutual information, as of normal values, is less than its neighbours'."""
    most = min(LAGS, -(-len(x) // 2))
    lags, size = np.arange(1, most + 1), len(x)
    sums, squares = np.cumsum(x), np.cumsum(x**2)
    counts = size - lags
    heads, tails = sums[counts - 1], sums[-1] - sums[lags - 1]
    spreads = (squares[counts - 1] - heads**2 / counts) * (squares[-1] - squares[lags - 1] - tails**2 / counts)
    products = np.correlate(x, x, "full")[size:][:most] - heads * tails / counts
    together = products / np.sqrt(np.maximum(spreads, 1e-12))
    information = -0.5 * np.log(np.maximum(1 - together**2, 1e-12))
    return min(_first_minimum(information), most)


def _letters(x: np.ndarray) -> np.ndarray:
    """(n,) 0, 1, 2: thirds of the values."""
    return np.searchsorted(np.quantile(x, [1 / 3, 2 / 3]), x, side="left")


def _counted_pairs(letters: np.ndarray) -> np.ndarray:
    """(3, 3) shares of each letter after each."""
    found = np.bincount(letters[:-1] * COARSE + letters[1:], minlength=COARSE**2).reshape(COARSE, COARSE)
    return found / max(1, len(letters) - 1)


def _pairs_entropy(x: np.ndarray) -> float:
    shares = _counted_pairs(_letters(x))
    return -float((shares[shares > 0] * np.log(shares[shares > 0])).sum())


def _transitions(x: np.ndarray) -> float:
    return float(np.trace(np.cov(_counted_pairs(_letters(x)), rowvar=False))) if len(x) > 2 else 0.0


def _embedded(x: np.ndarray, lag: int) -> float:
    """How far steps in the plane of a value and one ``lag`` later are from an exponential spread."""
    lag = max(1, min(lag, len(x) // 10))
    steps = np.hypot(np.diff(x)[: len(x) - lag - 1], np.diff(x)[lag:])
    spread = float(steps.std())
    if spread < 1e-3:
        return 0.0
    bins = int(np.ceil(np.ptp(steps) * len(steps) ** (1 / 3) / (3.5 * spread)))
    counts, edges = np.histogram(steps, max(1, bins))
    expected = np.exp(-(edges[1:] + edges[:-1]) / 2 / steps.mean()) / steps.mean()
    return float(np.abs(counts / len(steps) - expected).mean())


class _Windows(NamedTuple):
    """Windows of all ``widths`` over a profile, one after the other, and their moments, window after window."""

    widths: np.ndarray
    counts: np.ndarray  # (width,) windows that fit
    firsts: np.ndarray  # (width,) number of the first of them
    lengths: np.ndarray  # (window,)
    begins: np.ndarray  # (window,) number of its first moment among all windows' moments
    window: np.ndarray  # (moment,) whose it is
    at: np.ndarray  # (moment,) where in the profile it lies
    places: np.ndarray  # (moment,) where in its window, 0 in the middle


@lru_cache(maxsize=8)
def _windows(size: int, length: int) -> _Windows:
    """Over ``size`` moments of what is made of a series of ``length``."""
    widths = np.unique(np.geomspace(FEWEST, max(FEWEST + 1, length // 2), SCALES).round().astype(int))
    widths = widths[widths <= size]
    counts = size // widths
    lengths, firsts = np.repeat(widths, counts), np.cumsum(counts) - counts
    begins, window = np.cumsum(lengths) - lengths, np.repeat(np.arange(len(lengths)), lengths)
    inner = np.arange(len(window)) - begins[window]
    number = np.arange(len(lengths)) - np.repeat(firsts, counts)  # of a window among those of its width
    at = (number * lengths)[window] + inner
    return _Windows(widths, counts, firsts, lengths, begins, window, at, inner - (lengths[window] - 1) / 2)


def _fluctuations(profile: np.ndarray, length: int, *, line: bool) -> float:
    """Share of window widths up to the best bend between two power laws of how much ``profile`` strays in a window.

    From straight lines by squares (detrended fluctuation analysis) or by range.
    """
    windows = _windows(len(profile), length)
    widths = windows.widths
    if len(widths) < 12:
        return 0.0
    strays = _strays(profile, windows, line)
    if (strays <= 0).any():
        return 0.0
    across, up = np.log(widths), np.log(strays)
    bends = np.arange(6, len(widths) - 5)  # numbers of the first law's widths; the last of them is the second's first
    costs = _misfits(across, up)[bends - 1] + _misfits(across[::-1], up[::-1])[len(widths) - bends]
    return float(bends[costs.argmin()]) / len(widths)


def _strays(profile: np.ndarray, windows: _Windows, line: bool) -> np.ndarray:
    """(width,) how far the profile is from a straight line in each window: root mean square, or that of the ranges."""
    values, lengths = profile[windows.at], windows.lengths
    means = np.add.reduceat(values, windows.begins) / lengths
    slopes = np.add.reduceat(values * windows.places, windows.begins) / (lengths * (lengths**2 - 1) / 12)
    left = values - means[windows.window] - slopes[windows.window] * windows.places
    if line:
        squares = np.add.reduceat(np.add.reduceat(left**2, windows.begins), windows.firsts)
        return np.sqrt(squares / (windows.widths * windows.counts))
    ranges = np.maximum.reduceat(left, windows.begins) - np.minimum.reduceat(left, windows.begins)
    return np.sqrt(np.add.reduceat(ranges**2, windows.firsts) / windows.counts)


def _misfits(across: np.ndarray, up: np.ndarray) -> np.ndarray:
    """(n,) length of the residuals of a straight line through the first k + 1 points, for every k."""
    counts = np.arange(1, len(across) + 1)
    x, y, xx, xy, yy = np.cumsum([across, up, across**2, across * up, up**2], axis=1)
    wide, both, high = xx - x**2 / counts, xy - x * y / counts, yy - y**2 / counts
    return np.sqrt(np.maximum(high - both**2 / np.maximum(wide, 1e-12), 0))


def _period(x: np.ndarray) -> int:
    """First peak of the autocovariance that stands out from a trough before it, the trend taken away (Wang 2007)."""
    places = np.arange(len(x), dtype=np.float64)
    if len(x) < 12:
        return 0
    knots = np.concatenate([[0.0] * 4, [(len(x) - 1) / 2], [len(x) - 1.0] * 4])
    left = x - make_lsq_spline(places, x, knots)(places)
    size = 1 << (2 * len(x) - 1).bit_length()
    sums = np.fft.irfft(np.abs(np.fft.rfft(left, size)) ** 2, size)
    lags = np.arange(1, -(-len(x) // 3) + 1)
    covariance = sums[lags] / (len(x) - lags)
    slopes = np.sign(np.diff(covariance))
    trough = None
    for k in range(1, len(covariance) - 1):
        if slopes[k - 1] < 0 < slopes[k]:
            trough = covariance[k]
        peak = slopes[k - 1] > 0 > slopes[k] and covariance[k] >= 0
        if peak and trough is not None and covariance[k] - trough >= 0.01:
            return k
    return 0
