"""Share answered against error among the answered, at every error rate of the possible classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tl_core.domain.decision import Coverage, Decision
from tl_core.domain.report import Metric
from tl_core.evaluation.conformal import sets_at
from tl_core.evaluation.decisions import Held
from tl_core.evaluation.intervals import Groups, units_of
from tl_core.evaluation.proportions import counts, share
from tl_core.evaluation.verdicts import Verdicts, judge

ERRORS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)  # of the sets


def coverage(error: float, true: np.ndarray, verdicts: Verdicts, groups: Groups = None) -> Coverage:
    """``true`` (n,). Shares have exact intervals of effective counts."""
    units = units_of(groups, len(true))
    sure = verdicts.sure
    wrong = sure & (verdicts.labels != true)
    return Coverage(
        error=error,
        answered=share(counts(sure, units), counts(np.ones(len(true)), units)),
        wrong=share(counts(wrong, units), counts(sure, units)) if sure.any() else None,
        far=int(verdicts.far.sum()),
    )


def trade(decision: Decision, classes: Sequence[str], validation: Held, judged: Held) -> list[Coverage]:
    """One figure an error rate that the validation samples are enough for: limits from ``validation``, shares on
    ``judged`` (the same samples, or the exam's)."""
    found = []
    for error in ERRORS:
        sets = sets_at(error, validation.true, validation.probabilities, validation.groups)
        if sets is None:
            continue
        tried = decision.model_copy(update={"sets": sets})
        verdicts = judge(tried, classes, judged.probabilities, judged.distances)
        found.append(coverage(error, judged.true, verdicts, judged.groups))
    return found


def reached(true: np.ndarray, possible: np.ndarray, groups: Groups = None) -> list[Metric]:
    """How often the possible classes (n, c) hold the true one: over all, then by class."""
    units = units_of(groups, len(true))
    held = possible[np.arange(len(true)), true]
    rows = [np.ones(len(true), dtype=bool), *(true == k for k in range(possible.shape[1]))]
    return [share(counts(held & row, units), counts(row, units)) for row in rows]
