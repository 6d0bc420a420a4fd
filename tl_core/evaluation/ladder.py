"""Which rung of a freeze ladder is deep enough, by the rule of one standard error."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tl_core.domain.event import Rung
from tl_core.domain.ladder import Advice, Versus
from tl_core.domain.report import Metric
from tl_core.evaluation.forecasts import ORIGINS
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, units_of
from tl_core.evaluation.metrics import log_losses
from tl_core.evaluation.paired import LEAST_GAIN, log_loss_gain, mean_of, paired_gain


def recommend(
    rungs: Sequence[Rung], true: np.ndarray, probabilities: Sequence[np.ndarray], groups: Groups = None,
    weights: np.ndarray | None = None, seed: int = 0,
) -> Advice:  # fmt: skip
    """The first of ``rungs`` whose log-loss exceeds the lowest by no more than one standard error of the difference.

    ``rungs`` run from the cheapest on, ``probabilities`` (n, c) of each at its best temperature on the same samples;
    ``true`` (n,), ``groups`` (n,) or None, ``weights`` (n,) or None. The rule is Breiman et al.'s (1984), with paired
    differences clustered by group. Where nobody can tell, that is the cheapest. Raises ``ValueError`` without a rung.
    """
    true = np.asarray(true, dtype=np.int64)
    shares = np.ones(len(true)) if weights is None else np.asarray(weights)
    losses = [float(shares @ log_losses(true, np.asarray(p))) for p in probabilities]
    lowest = int(np.argmin(losses))

    def enough(place: int) -> bool:
        gain, error = log_loss_gain(true, probabilities[lowest], probabilities[place], groups, weights)
        return gain <= max(error, LEAST_GAIN)

    few = int(units_of(groups, len(true)).max()) + 1 < LEAST_UNITS
    return _advice(
        rungs, lowest, enough, few,
        lambda chosen, place: paired_gain(true, probabilities[chosen], probabilities[place], groups, seed),
    )  # fmt: skip


def recommend_forecast(rungs: Sequence[Rung], errors: Sequence[np.ndarray], seed: int = 0) -> Advice:
    """The first of ``rungs`` whose MASE exceeds the lowest by no more than one standard error of the difference.

    ``errors`` (origin,) of each rung at the same origins, NaN where nothing is known; differences are paired by
    origin. One origin alone cannot tell. Raises ``ValueError`` without a rung, or an origin that all have a figure of.
    """
    known = np.isfinite(np.stack(errors)).all(axis=0)
    if not known.any():
        raise ValueError("no origin with a figure of every rung")
    each = [one[known] for one in errors]
    lowest = int(np.argmin([one.mean() for one in each]))

    def enough(place: int) -> bool:
        further = each[place] - each[lowest]
        error = float(further.std(ddof=1) / np.sqrt(len(further))) if len(further) > 1 else np.inf
        return float(further.mean()) <= max(error, LEAST_GAIN)

    return _advice(
        rungs, lowest, enough, int(known.sum()) < ORIGINS,
        lambda chosen, place: mean_of(each[place] - each[chosen], seed),
    )  # fmt: skip


def _advice(
    rungs: Sequence[Rung], lowest: int, enough: Callable[[int], bool], few: bool, gain: Callable[[int, int], Metric]
) -> Advice:
    """The first rung that is ``enough``; ``gain`` of it over another."""
    chosen = next(place for place in range(len(rungs)) if enough(place))
    shared = rungs[0].prepare_seconds if rungs[0].recipe == "probe" else 0.0

    def cost(rung: Rung) -> float:
        return max(1e-3, rung.seconds + (0.0 if rung.recipe == "scratch" else shared))

    def beside(place: int | None) -> Versus | None:
        if place is None or place == chosen:
            return None
        return Versus(
            frozen_stages=rungs[place].frozen_stages,
            recipe=rungs[place].recipe,
            gain=gain(chosen, place),
            faster=cost(rungs[place]) / cost(rungs[chosen]),
        )

    return Advice(
        frozen_stages=rungs[chosen].frozen_stages,
        recipe=rungs[chosen].recipe,
        reason="too_few" if few else "best" if chosen == lowest else "as_good",
        best=beside(lowest),
        everything=beside(_place(rungs, "finetune", 0)),
        scratch=beside(_place(rungs, "scratch", 0)),
    )


def _place(rungs: Sequence[Rung], recipe: str, frozen: int) -> int | None:
    found = (n for n, rung in enumerate(rungs) if (rung.recipe, rung.frozen_stages) == (recipe, frozen))
    return next(found, None)
