"""Classes that can be told without looking at what matters: by size, format, border, brightness, length, or source.

A network takes the easiest way. Where the easiest is how the samples of a class were made, it answers well here and
nowhere else (Zech et al. 2018). Brightness or length may also belong to a class, so what such traits reach is
compared with what the features reach. Of a series the size of its swings may be the very thing: that is no alarm.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks import Omit, check
from tl_core.checks.belonging import signs_of
from tl_core.checks.enough import distinct, need_judgement
from tl_core.checks.examined import Examined
from tl_core.checks.traits import Table, answers, by_one, table_of
from tl_core.data.signs import SHARED
from tl_core.domain.finding import Finding, Level
from tl_core.domain.report import Metric
from tl_core.domain.text import Text, Texts
from tl_core.evaluation.metrics import measure
from tl_core.words import table

UNSURE = 0.1  # taken off a hit rate without an interval
WORTH_SAYING, STRONG, GLARING, BLATANT = 0.1, 0.3, 0.5, 0.8  # shares of the way from chance to a perfect score
SHARED_PART, LARGE_PART = 0.5, 0.7  # of what the features reach
CULPRITS = 3  # traits named
SHOWN = 60  # samples
SOURCES = 12  # with more, a shared part of names is no source but a group
LEAST_SOURCE = 5  # samples of a source


@check("confounds")
def confounds(examined: Examined) -> Iterator[Finding]:
    """What samples look like from afar, and where they come from."""
    need_judgement(examined)
    yield from _of_traits(examined)
    try:
        known = signs_of(examined)
    except Omit:
        return  # said where leaks are looked for
    for kind in SHARED:
        finding = _of_source(examined, [str(own[kind]) if kind in own else "" for own in known], kind)
        if finding:
            yield finding
            return  # the same sources show in several parts of a name


def _of_traits(examined: Examined) -> Iterator[Finding]:
    chosen = examined.learning
    true, groups = examined.labels[chosen], examined.groups[chosen]
    table = table_of([examined.looks[n] for n in chosen])
    if not table.names:
        return
    chances = answers(table.values, true, len(examined.dataset.classes), groups, examined.seed)
    units = groups if examined.grouped else None
    reached = measure(true, chances, units, ranking=False)["balanced_accuracy"]
    model = measure(true, examined.chances, units, ranking=False)["balanced_accuracy"]
    level = grade(reached, model, len(np.unique(true)))
    if level is None:
        return
    examined.pause()
    culprits = _culprits(table, true, groups, examined.seed)
    matter = set(culprits) <= examined.looks[chosen[0]].matter
    yield Finding(
        code="confound_matter" if matter else "confound_traits",
        level="warning" if matter and level == "alarm" else level,
        values={
            "traits": Texts(texts=[_said(name) for name in culprits]),
            "reached": round(100 * reached.value),
            "model": round(100 * model.value),
            "chance": round(100 / len(np.unique(true))),
        },
        samples=_most_telling(examined, chances, true),
        figures={"traits": reached, "model": model},
    )


def grade(reached: Metric, model: Metric, classes: int) -> Level | None:
    """How grave it is that traits alone have the hit rate ``reached`` where features have ``model``."""
    chance = 1 / classes

    def way(value: float) -> float:
        return (value - chance) / (1 - chance)

    sure = way(reached.low if reached.low is not None else reached.value - UNSURE)
    part = way(reached.value) / max(way(model.value), 1e-9)
    if sure >= BLATANT or (sure >= GLARING and part >= LARGE_PART):
        return "alarm"
    if sure >= STRONG and part >= SHARED_PART:
        return "warning"
    return "note" if sure >= WORTH_SAYING else None


def _culprits(table: Table, true: np.ndarray, groups: np.ndarray, seed: int) -> list[str]:
    """The traits that tell most by themselves, those far behind the first left out."""
    rates = by_one(table, true, groups, seed)
    chance = 1 / len(np.unique(true))
    ranked = sorted(rates, key=lambda name: -rates[name])
    best = rates[ranked[0]] - chance
    return [name for name in ranked[:CULPRITS] if rates[name] - chance >= 0.5 * best]


def _most_telling(examined: Examined, chances: np.ndarray, true: np.ndarray) -> list[str]:
    """Ids of the samples whose traits say their class most surely."""
    own = chances[np.arange(len(true)), true]
    told = np.flatnonzero(chances.argmax(1) == true)
    return [examined.samples[examined.learning[n]].id for n in told[np.argsort(-own[told], kind="stable")][:SHOWN]]


def _of_source(examined: Examined, sources: list[str], kind: str) -> Finding | None:
    """Sources (of a few, by a part of names) with other shares of the classes.

    Sources of one class each are no news: people name files, too, by what they show.
    """
    chosen = examined.learning
    true = examined.labels[chosen]
    names, source = np.unique([sources[n] for n in chosen], return_inverse=True)
    if not 1 < len(names) <= SOURCES or np.bincount(source).min() < LEAST_SOURCE:
        return None
    if (distinct(true, source) == 1).all():
        return None
    chances = answers(np.eye(len(names))[source], true, len(examined.dataset.classes), examined.groups[chosen])
    reached = measure(true, chances, examined.groups[chosen] if examined.grouped else None, ranking=False)
    metric = reached["balanced_accuracy"]
    chance = 1 / len(np.unique(true))
    sure = metric.low if metric.low is not None else metric.value - UNSURE
    if (sure - chance) / (1 - chance) < STRONG:
        return None
    sign = "folder" if kind.startswith("folder") else kind
    return Finding(
        code="confound_source",
        level="warning",
        values={
            "part": Text(key=f"findings.sign_{sign}"),
            "count": len(names),
            "reached": round(100 * metric.value),
            "chance": round(100 * chance),
        },
        samples=_most_telling(examined, chances, true),
        figures={"source": metric},
    )


def _said(trait: str) -> str | Text:
    """A trait in words."""
    return Text(key=f"traits.{trait}") if f"traits.{trait}" in table() else trait
