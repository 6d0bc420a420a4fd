"""Samples that give each other away: scans of one patient, frames of one film, passages of one document.

Where such samples part, a model meets at its exam what it has learned by heart. A way of belonging together is a leak
when the quick look is surely better with its groups split at random than with them whole: first a hundred quick
classifiers say where to look, then the quick look itself is asked twice. Blocks of an order: Roberts et al. 2017.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from tl_core.checks import check
from tl_core.checks.belonging import Candidate, beside, by_names, by_order, finer, signs_of
from tl_core.checks.enough import need_judgement
from tl_core.checks.examined import Examined
from tl_core.checks.ridge import Ridge
from tl_core.data.signs import ORDER, Signs
from tl_core.domain.finding import Finding, GroupRemedy
from tl_core.domain.report import Metric
from tl_core.domain.text import Text, Value
from tl_core.evaluation.metrics import measure
from tl_core.evaluation.paired import paired_gain
from tl_core.tasks.classify import out_of_fold

SUSPECT = 3.0  # standard deviations of chance
LEAST_FALL = 0.02  # of the hit rate: less is no leak worth a word
CLEAR_FALL = 0.05  # where there are too few groups for an interval
TRIED = 3  # suspects, the worst first, for which the quick look is asked
CLUSTERS = 200  # that a finding shows


@check("leaks")
def leaks(examined: Examined) -> Iterator[Finding]:
    """Leakage by the groups at hand, by what names share, by order."""
    need_judgement(examined)
    yield from _of_groups(examined)
    known = signs_of(examined)
    ridge = Ridge(examined.features[examined.learning], examined.labels[examined.learning], examined.seed)
    found: list[Candidate] = []
    for candidate in [
        *_suspects(examined, ridge, by_names(examined, known)),
        *_suspects(examined, ridge, by_order(examined, known)),
    ]:
        if any(finer(candidate.groups, other.groups) or candidate.sign == other.sign == ORDER for other in found):
            continue  # those groups keep these together; of an order the block length that matters most is enough
        finding = _finding(examined, candidate, known)
        if finding:
            found.append(candidate)
            yield finding


def _of_groups(examined: Examined) -> Iterator[Finding]:
    """What a careless split would have said, where the dataset has groups."""
    if not examined.grouped:
        return
    chosen = examined.learning
    true, groups = examined.labels[chosen], examined.groups[chosen]
    fall = paired_gain(true, examined.apart, examined.chances, groups, examined.seed)
    if fall.value < LEAST_FALL or (fall.low is not None and fall.low <= 0):
        return
    figures = {"random": _figure(true, examined.apart, None), "grouped": _figure(true, examined.chances, groups)}
    yield Finding(
        code="leak_groups",
        level="note",
        values={"count": len(np.unique(examined.groups)), **_said(figures["random"], figures["grouped"], fall)},
        figures=figures,
    )


def _suspects(examined: Examined, ridge: Ridge, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that the quick classifier falls over more than by chance, the furthest fall first."""
    chosen = examined.learning
    suspects = []
    for candidate in candidates:
        examined.pause()
        fall, surprise = ridge.fall(candidate.groups[chosen], examined.groups[chosen], examined.seed)
        if fall >= LEAST_FALL and surprise >= SUSPECT:
            suspects.append((fall, candidate))
    suspects.sort(key=lambda pair: -pair[0])
    return [candidate for _, candidate in suspects[:TRIED]]


def _finding(examined: Examined, candidate: Candidate, known: Sequence[Signs]) -> Finding | None:
    """The leak, if the quick look too is surely worse with the candidate's groups whole."""
    examined.pause()
    chosen = examined.learning
    true, groups = examined.labels[chosen], candidate.groups[chosen]
    whole = _answers(examined, groups)
    fall = paired_gain(true, examined.chances, whole, groups, examined.seed)
    sure = fall.value >= CLEAR_FALL if fall.low is None else fall.low > 0 and fall.value >= LEAST_FALL
    if not sure:
        return None
    own = examined.groups[chosen] if examined.grouped else None
    before = "as_split" if examined.grouped else "random"
    figures = {before: _figure(true, examined.chances, own), "grouped": _figure(true, whole, groups)}
    clusters = _clusters(examined, candidate)
    values = {"count": len(clusters), **_said(figures[before], figures["grouped"], fall)}
    if candidate.sign == ORDER:
        values["near"] = round(100 * beside(known, examined.neighbours[0][:, 0]))
    else:
        sign = "folder" if candidate.sign.startswith("folder") else candidate.sign
        values |= {"part": Text(key=f"findings.sign_{sign}"), "largest": len(clusters[0])}
    ids = examined.ids
    return Finding(
        code="leak_order" if candidate.sign == ORDER else "leak_names",
        level="alarm",
        values=values,
        samples=[cluster[0] for cluster in clusters],
        clusters=clusters[:CLUSTERS],
        figures=figures,
        remedies=[GroupRemedy(groups={ids[n]: name for n, name in enumerate(candidate.names) if name is not None})],
    )


def _answers(examined: Examined, groups: np.ndarray) -> np.ndarray:
    """(learning, class) probabilities of the quick look with ``groups`` (learning,) whole."""
    chosen = examined.learning
    classes = len(examined.dataset.classes)
    return out_of_fold(examined.features[chosen], examined.labels[chosen], classes, groups, seed=examined.seed)


def _figure(true: np.ndarray, chances: np.ndarray, groups: np.ndarray | None) -> Metric:
    return measure(true, chances, groups, ranking=False)["balanced_accuracy"]


def _said(before: Metric, whole: Metric, fall: Metric) -> dict[str, Value]:
    """Hit rates in percent, and in words how sure their difference is."""
    return {
        "before": round(100 * before.value),
        "whole": round(100 * whole.value),
        "sure": Text(key="findings.leak_unsure", values={"count": fall.groups})
        if fall.low is None or fall.high is None
        else Text(key="findings.leak_sure", values={"low": round(100 * fall.low), "high": round(100 * fall.high)}),
    }


def _clusters(examined: Examined, candidate: Candidate) -> list[list[str]]:
    """Ids of each group of two or more, the largest group first."""
    members: dict[int, list[str]] = {}
    for code, name, sample in zip(candidate.groups.tolist(), candidate.names, examined.samples, strict=True):
        if name is not None:
            members.setdefault(code, []).append(sample.id)
    return sorted((sorted(found) for found in members.values()), key=lambda found: (-len(found), found[0]))
