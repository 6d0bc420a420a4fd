"""What is to be seen of a series without a model: how long and even it is, how much of it is missing. No torch.

Only ``constant`` and ``gappy`` are flaws by themselves. Whether a series is short depends on the others.
"""

from __future__ import annotations

import numpy as np

from tl_core.data.series.stored import Series
from tl_core.modalities.look import Look
from tl_core.modalities.series.alike import sketch
from tl_core.modalities.series.gaps import filled

GAPPY = 0.3  # share of the values that is missing
QUICK = 0.25  # of the highest frequency there is: above it, noise
MATTER = frozenset(("middle", "swing", "noisy"))  # of the thing measured as often as of what measured it
FLAT = 1e-6  # of the largest value: a smaller swing is rounding


def look(one: Series) -> Look:
    """Names are the same for every series; where its times are not known, ``step`` is 0."""
    values = filled(one.values)
    swing = values.max(axis=1) - values.min(axis=1)
    constant = swing <= FLAT * np.abs(values).max(axis=1)
    gaps = float(np.isnan(one.values).mean())
    traits = {
        "moments": float(one.length),
        "series_channels": float(len(one.channels)),
        "step": float(one.step or 0.0),
        "gaps": gaps,
        "middle": float(np.median(values)),
        "swing": float(swing.mean()),
        "noisy": _noisy(values[~constant]),
        "still": float(constant.mean()),
    }
    flaws = {"constant": bool(constant.all()), "gappy": gaps > GAPPY}
    return Look(
        traits=traits,
        kinds={"timed": "yes" if one.step is not None else "no"},
        flaws=[name for name, found in flaws.items() if found],
        personal=[],
        matter=MATTER,
        sketch=sketch(one),
    )


def _noisy(values: np.ndarray) -> float:
    """Share of the variance in quick changes, 0 to 1; ``values`` (channel, time) without constants."""
    if not len(values):
        return 0.0
    scaled = (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)
    power = (np.abs(np.fft.rfft(scaled, axis=1)) ** 2).sum(axis=0)[1:]
    quick = power[round(QUICK * len(power)) :].sum()
    return float(quick / max(float(power.sum()), 1e-12))
