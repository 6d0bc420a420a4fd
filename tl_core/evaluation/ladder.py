"""Which rung of a freeze ladder is deep enough, by the rule of one standard error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.domain.event import Rung
from tl_core.domain.ladder import Advice, Versus
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, units_of
from tl_core.evaluation.metrics import log_losses
from tl_core.evaluation.paired import LEAST_GAIN, log_loss_gain, paired_gain


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
            gain=paired_gain(true, probabilities[chosen], probabilities[place], groups, seed),
            faster=cost(rungs[place]) / cost(rungs[chosen]),
        )

    few = int(units_of(groups, len(true)).max()) + 1 < LEAST_UNITS
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
