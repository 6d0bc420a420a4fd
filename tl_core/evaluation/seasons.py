"""After how many steps things come back: by the calendar where the values agree, else by the values alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CYCLES = 2  # whole ones that must be seen
SURE = 1.645  # of the standard error of a correlation: one in twenty by chance
TINY = 1e-9  # share of a straight line that is only what computing leaves
PEAK = 0.05  # chance of a peak anywhere in noise


def season_of(series: Sequence[np.ndarray], likely: Sequence[int]) -> int:
    """One season for all ``series`` (time,), NaN for gaps; 1 for none. ``likely``: by the calendar.

    Of the likely ones that most series show, the one that explains most; where none is shown, the strongest peak of the
    periodogram that most series share.
    """
    if not series:
        return 1
    straight = [detrended(one) for one in series]
    shown = {
        season: float(np.mean([strength(one, season) for one in straight]))
        for season in dict.fromkeys(likely)
        if season > 1 and np.median([len(one) for one in straight]) >= CYCLES * season
    }
    shown = {season: value for season, value in shown.items() if value > 0}
    if shown:
        return max(shown, key=lambda season: shown[season])
    if len(likely) and not shown:
        return 1
    return int(np.median([peak(one) for one in straight]))


def strength(values: np.ndarray, season: int) -> float:
    """How like ``values`` (time,), without trend, are to themselves a season before: a correlation, 0 if by chance.

    0 too where they are no less like themselves on the way there: what changes slowly does not come back.
    """
    if len(values) < CYCLES * season or not values.std():
        return 0.0
    likeness = _likeness(values, season)
    chance = SURE / np.sqrt(len(values))
    found = float(likeness[-1])
    return found if found > chance and found > likeness[:-1].min(initial=1.0) + chance else 0.0


def _likeness(values: np.ndarray, most: int) -> np.ndarray:
    """Correlations with what was 1 .. ``most`` steps before, (step,), by the power spectrum."""
    size = 1 << (len(values) + most).bit_length()
    both = np.fft.irfft(np.abs(np.fft.rfft(values, size)) ** 2, size)
    return both[1 : most + 1] / both[0]


def peak(values: np.ndarray) -> int:
    """The period of the strongest peak that stands out of noise, at least two cycles of it; 1 for none."""
    power = np.abs(np.fft.rfft(values))[1:] ** 2
    if len(power) < 4 or not power.sum():
        return 1
    power /= power.sum()
    power[: CYCLES - 1] = 0
    best = int(power.argmax())
    if power[best] < np.log(len(power) / PEAK) / len(power):
        return 1
    near = range(max(2, round(len(values) / (best + 1.5))), round(len(values) / (best + 0.5)) + 1)
    return max(near, key=lambda season: strength(values, season), default=1)


def detrended(values: np.ndarray) -> np.ndarray:
    """Gaps drawn over, and the best straight line taken away."""
    whole = filled(values)
    time = np.arange(len(whole))
    left = whole - np.polyval(np.polyfit(time, whole, 1), time) if len(whole) > 2 else whole - whole.mean()
    return left if left.std() > TINY * whole.std() else np.zeros(len(whole))


def filled(values: np.ndarray) -> np.ndarray:
    """(time,) with a straight line over each gap; before the first value and after the last, those."""
    there = np.isfinite(values)
    if not there.any():
        return np.zeros(len(values))
    time = np.arange(len(values))
    return np.interp(time, time[there], values[there])
