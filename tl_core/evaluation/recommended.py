"""Which candidate to recommend: the run's own model, unless a competitor is clearly better.

Compared by log-loss over all samples of which both can say what they have not learned: the validation samples, and the
training samples where both know what they would have said without a sample's group. The exam has no say.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tl_core.domain.report import OURS
from tl_core.evaluation.paired import LEAST_GAIN, log_loss_gain
from tl_core.evaluation.report import Answers, Verdict

Evidence = tuple[np.ndarray, np.ndarray, np.ndarray]  # class numbers, group codes and weights of the samples, (n,) each


def recommend(
    chosen: str, answers: Mapping[str, Answers], validation: Evidence, training: Evidence | None = None
) -> Verdict:
    """``chosen`` is the run's model; group codes of ``training`` and ``validation`` are of their own each.

    A competitor takes its place where log-loss falls by more than one standard error of the paired difference.
    """
    rivals = [name for name in answers if name not in (*OURS, "majority", chosen)]
    if not rivals:
        return Verdict(chosen, chosen)
    compared = {name: _gain(answers[name], answers[chosen], validation, training) for name in rivals}
    strongest = max(rivals, key=lambda name: compared[name][0])
    gain, error = compared[strongest]
    return Verdict(strongest if gain > max(error, LEAST_GAIN) else chosen, strongest)


def _gain(rival: Answers, own: Answers, validation: Evidence, training: Evidence | None) -> tuple[float, float]:
    """Log-loss saved by the rival, and its standard error."""
    true, groups, weights = validation
    theirs, ours = rival.probabilities, own.probabilities
    if training is not None and rival.left_out is not None and own.left_out is not None:
        groups = np.concatenate([groups, training[1] + groups.max(initial=-1) + 1])
        true, weights = np.concatenate([true, training[0]]), np.concatenate([weights, training[2]])
        theirs, ours = np.concatenate([theirs, rival.left_out]), np.concatenate([ours, own.left_out])
    return log_loss_gain(true, theirs, ours, groups, weights)
