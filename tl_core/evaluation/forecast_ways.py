"""Every way to forecast behind one question: a network untuned, tuned or from scratch, the classics, a mean of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tl_core.domain.forecast import Competitor
from tl_core.evaluation import forecast_baselines
from tl_core.evaluation.forecasts import at_levels
from tl_core.evaluation.known import effect
from tl_core.tasks.forecast import Forecaster


@dataclass(frozen=True)
class Ways:
    """What is asked. ``tuned``: what learned, also from scratch; ``classic``: the one that "mean" takes;
    ``known_used``: what known columns add is taken away from the past first, and given to the forecast."""

    untuned: Forecaster | None  # None where nothing that is asked needs it
    tuned: Forecaster | None
    horizon: int
    season: int
    classic: Competitor = "seasonal_naive"
    known_used: bool = False

    def ask(self, name: Competitor, pasts: Sequence[np.ndarray], known: Sequence[np.ndarray] = ()) -> np.ndarray:
        """Quantiles of what comes after each of ``pasts`` (time,), (series, step, level).

        ``known`` (column, time and the steps to come) of each, where known columns are used.
        """
        if not self.known_used:
            return self._answer(name, pasts)
        added = [effect(past, one, self.season) for past, one in zip(pasts, known, strict=True)]
        left = [past - one[: len(past)] for past, one in zip(pasts, added, strict=True)]
        ahead = np.stack([one[len(past) :][: self.horizon] for past, one in zip(pasts, added, strict=True)])
        return self._answer(name, left) + ahead[:, :, None]

    def _answer(self, name: Competitor, pasts: Sequence[np.ndarray]) -> np.ndarray:
        if name == "mean":
            return (self._answer(self.classic, pasts) + self._answer("tuned", pasts)) / 2
        if name in ("untuned", "tuned", "scratch"):
            forecaster = self.untuned if name == "untuned" else self.tuned
            assert forecaster is not None
            return at_levels(forecaster.quantiles(pasts, self.horizon), forecaster.spec.quantiles)
        return forecast_baselines.forecast(name, pasts, self.horizon, self.season)
