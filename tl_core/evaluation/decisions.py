"""From a person's wishes and held-out samples to a decision: threshold, possible classes, far or near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tl_core.domain.decision import CostRule, Cut, Decision, MissRule, Recalibration, UsualRule, Wishes
from tl_core.domain.reliability import Calibrated
from tl_core.evaluation.conformal import sets_at
from tl_core.evaluation.distance import far_at
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, units_of
from tl_core.evaluation.proportions import at_most, design_effect
from tl_core.evaluation.recalibration import choose, corrected
from tl_core.evaluation.reliability import reliability


class Held(NamedTuple):
    """Held-out samples: what they are, and what the network says of them."""

    true: np.ndarray  # (n,)
    probabilities: np.ndarray  # (n, c)
    groups: Groups = None  # (n,)
    distances: np.ndarray | None = None  # (n,); None: not measured


def decide(wishes: Wishes, classes: Sequence[str], held: Held, seed: int = 0) -> Decision:
    """Everything is chosen on ``held``; same samples and wishes, same decision. A class to find that is not among
    ``classes`` gives way to the rarest."""
    recalibration, _ = choose(held.true, held.probabilities, held.groups, seed)
    return Decision(
        wishes=wishes,
        recalibration=recalibration,
        cut=cut(wishes, classes, held, corrected(recalibration, held.probabilities)),
        sets=sets_at(wishes.error, held.true, held.probabilities, held.groups),
        far=None if held.distances is None else far_at(wishes.far, held.distances, held.groups),
    )


def chances(validation: Held, held: Held | None = None, seed: int = 0) -> np.ndarray:
    """Probabilities of ``held`` (n, c) as people are told them; None: of the validation samples themselves, each
    corrected by what others taught, or they would look better than they are."""
    found, crossed = choose(validation.true, validation.probabilities, validation.groups, seed)
    return crossed if held is None else corrected(found, held.probabilities)


def calibrated(validation: Held, held: Held | None = None, seed: int = 0) -> Calibrated:
    """Whether those come true, beside the network's own."""
    judged = held or validation
    return Calibrated(
        told=reliability(judged.true, chances(validation, held, seed), judged.groups),
        network=reliability(judged.true, judged.probabilities, judged.groups),
    )


def undecided(classes: Sequence[str], held: Held) -> Decision:
    """The decision of a model that nothing was held out for: ``held`` are the samples it learned from.

    The likeliest class is the answer, and its probabilities stay as they are.
    """
    wishes = Wishes()
    usual = cut(wishes, classes, held, held.probabilities)
    return Decision(wishes=wishes, recalibration=Recalibration(), cut=usual, sets=None, far=None)


def class_to_find(wishes: Wishes, classes: Sequence[str], true: np.ndarray) -> int:
    """The one that was asked for, else the rarest in ``true`` (n,); the later of two equals."""
    if wishes.positive in classes:
        return classes.index(wishes.positive)
    held = np.bincount(true, minlength=len(classes))
    return int(len(classes) - 1 - np.argmin(held[::-1]))


def cut(wishes: Wishes, classes: Sequence[str], held: Held, chances: np.ndarray) -> Cut:
    """The threshold that the rule asks for on corrected probabilities ``chances`` (n, c)."""
    place = class_to_find(wishes, classes, held.true)
    is_class, said = held.true == place, chances[:, place]
    here = float(np.clip(is_class.mean(), 0.5 / len(said), 1 - 0.5 / len(said)))
    found = Cut(positive=classes[place], prevalence=wishes.prevalence or here)
    rule = wishes.rule
    if isinstance(rule, UsualRule):
        return found
    if isinstance(rule, MissRule):
        threshold, bound = missing(rule.most, is_class, said, held.groups)
        proven = bound is not None and bound <= rule.most
        return found.model_copy(update={"threshold": threshold, "bound": bound, "proven": proven})
    if isinstance(rule, CostRule):
        return found.model_copy(update={"threshold": by_cost(rule, here, found.prevalence)})
    return found.model_copy(update={"threshold": balanced(is_class, said)})


def missing(most: float, is_class: np.ndarray, said: np.ndarray, groups: Groups = None) -> tuple[float, float | None]:
    """The highest threshold that misses at most ``most`` of the class, and the bound of the share it misses.

    ``is_class``, ``said`` (n,). The bound is that of a one-sided tolerance limit (Wilks 1941): in 95 of 100 studies new
    samples of the class are missed no more often, although the threshold was read off these; like samples of one group
    count for less. Where missing none of these proves too little, all are found and the bound says what that proves;
    None: fewer than ten groups hold the class.
    """
    steps, inside = _between(said), np.sort(said[is_class])
    units = units_of(groups, len(said))[is_class]

    def below(lowest: float) -> float:
        return float(steps[np.searchsorted(steps, lowest, side="right") - 1])

    if len(np.unique(units)) < LEAST_UNITS:
        return below(inside[0] if len(inside) else 1.0), None
    alike = design_effect(said[is_class], units)
    lowest = np.unique(inside)
    missed = np.searchsorted(inside, lowest)  # where the threshold lies just below each
    bounds = [at_most(count / alike, len(inside) / alike) for count in missed.tolist()]
    place = max((k for k, bound in enumerate(bounds) if bound <= most), default=0)
    return below(lowest[place]), bounds[place]


def by_cost(rule: CostRule, here: float, prevalence: float) -> float:
    """Where the expected cost of both errors is equal (Elkan 2001), for probabilities that come true where ``here`` of
    all samples are of the class, moved to ``prevalence``.

    It needs no search, so it errs less than the threshold that would have cost least on a few hundred samples.
    """
    odds = rule.alarm / rule.missed * here / (1 - here) * (1 - prevalence) / prevalence
    return float(odds / (1 + odds))


def balanced(is_class: np.ndarray, said: np.ndarray) -> float:
    """The threshold with the best F1."""
    steps = _between(said)
    hits = is_class.sum() - np.searchsorted(np.sort(said[is_class]), steps)
    calls = len(said) - np.searchsorted(np.sort(said), steps)
    return float(steps[np.argmax(2 * hits / np.maximum(1, calls + is_class.sum()))])


def _between(said: np.ndarray) -> np.ndarray:
    """All thresholds that differ in what is called: halfway between neighbours, and below the lowest."""
    seen = np.unique(said)
    return np.concatenate([[seen[0] / 2], (seen[1:] + seen[:-1]) / 2])
