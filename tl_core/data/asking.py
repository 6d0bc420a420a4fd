"""What a person who labels is asked next: the policy, pure, and the same in the app and in its benchmark.

While no model has learned, samples come in no order. Then two kinds of questions take turns. Groups: samples that the
model calls the same, the surest first, to be accepted together but for those that are wrong; few keys, many labels.
Between them samples of which it is least sure, each for itself; from those it learns most (Lewis & Gale 1994). Where
all that is left can be labelled in one sitting and there are two classes, the least sure come last instead, in groups
as well: each would cost a key by itself, and in a group only every other one does. Of more classes a wrong one costs
two keys, which it does not save. One in fifteen of a group's members is asked for itself and
without the suggestion: how often that is wrong, against how often suggestions that were shown get corrected, says
whether people still look.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from tl_core.domain.labelling import Suggestions, Way

GROUP = 24  # samples of one
LEAST_GROUP = 3  # fewer are asked one by one
UNSURE_BETWEEN = 1  # samples between two groups, while more than ``SITTING`` are left
SITTING = 500  # samples left that are taken to be labelled wholly
AUDITED = 15  # one in so many of a group
SURE = 1.2  # times the chance of guessing, from which a suggestion is shown
FIRST = 10  # labels before a model learns at all
EVERY = 10  # labels between two times that it learns


Before = tuple[Way, str | None]  # how one was asked, and what was suggested


class Asked(NamedTuple):
    """One question: samples that share a suggestion (``label``), or that stand each for itself."""

    label: str | None
    samples: tuple[str, ...]
    ways: tuple[Way, ...]  # (sample,)
    suggested: tuple[str | None, ...]  # (sample,); shown only where ``label`` is


def ask(
    pool: Sequence[str], told: Suggestions | None, count: int, at_once: int = 1, before: Sequence[Before] = ()
) -> list[Asked]:
    """The next ``count`` questions or a few more, about samples of ``pool`` (ids, in a fixed order).

    ``at_once``: samples that stand each for itself and are shown together. ``before``: what this person was asked
    until now, oldest first, what is still in hand included.
    """
    found: list[Asked] = []
    if told is None or len(told.classes) < 2:
        for start in range(0, min(len(pool), count * at_once), at_once):
            some = tuple(pool[start : start + at_once])
            found.append(Asked(None, some, _all("alone", some), (None,) * len(some)))
        return found
    turns = _turns(pool, told, before)
    alone: list[tuple[str, Way, str | None]] = []
    for group in turns:
        if group.label is not None:
            found.append(group)
        else:
            alone += zip(group.samples, group.ways, group.suggested, strict=True)
        while len(alone) >= at_once:
            found.append(_alone(alone[:at_once]))
            alone = alone[at_once:]
        if len(found) >= count:
            break
    else:
        if alone:
            found.append(_alone(alone))
    return found


def audited(sample: str) -> bool:
    """Whether this sample's suggestion is kept back: one in ``AUDITED``, always the same ones."""
    return int(hashlib.sha256(f"audit {sample}".encode()).hexdigest()[:8], 16) % AUDITED == 0


def _alone(some: Sequence[tuple[str, Way, str | None]]) -> Asked:
    samples, ways, suggested = zip(*some, strict=True)
    return Asked(None, samples, ways, suggested)


def _turns(pool: Sequence[str], told: Suggestions, before: Sequence[Before]) -> Iterator[Asked]:
    """Groups and unsure ones in turn, going on after what was ``before``, until nothing is left."""
    place = {sample: number for number, sample in enumerate(told.samples)}
    unsure = sorted((one for one in pool if one in place), key=lambda one: (told.margin[place[one]], one))
    sure = sorted(unsure, key=lambda one: (-told.chance[place[one]], one))
    gone: set[str] = set()
    at = next((k for k, (way, _) in enumerate(reversed(before)) if way == "group"), None)
    last = before[-1 - at][1] if at is not None else None
    wholly = len(pool) <= SITTING and len(told.classes) == 2
    between, sure_from = (0, 0.0) if wholly else (UNSURE_BETWEEN, SURE / len(told.classes))
    owed = between - sum(way == "alone" for way, _ in before[-at:]) if at else between if at == 0 else 0
    while len(gone) < len(unsure):
        some = [one for one in unsure if one not in gone][: max(0, owed)]
        gone.update(some)
        if some:
            said = tuple(told.classes[told.best[place[one]]] for one in some)
            yield Asked(None, tuple(some), _all("alone", some), said)
        left = [one for one in sure if one not in gone and told.chance[place[one]] >= sure_from]
        members, last = _surest(left, told, place, last)
        gone.update(members)
        yield from _parted(members, last)
        owed = between if members else 1  # where none is sure, each comes by itself
    for one in pool:
        if one not in place:  # came in after the model learned
            yield Asked(None, (one,), ("alone",), (None,))


def _surest(
    sure: Sequence[str], told: Suggestions, place: dict[str, int], last: str | None
) -> tuple[list[str], str | None]:
    """The first of one class in ``sure``, another than ``last`` if that can be, and the class; none of too few."""
    by_class: dict[str, list[str]] = {}
    for one in sure:
        members = by_class.setdefault(told.classes[told.best[place[one]]], [])
        if len(members) < GROUP:
            members.append(one)
    full = [label for label, members in by_class.items() if len(members) >= LEAST_GROUP]  # the surest class first
    if not full:
        return [], last
    label = next((label for label in full if label != last), full[0])
    return by_class[label], label


def _parted(members: Sequence[str], label: str | None) -> Iterator[Asked]:
    """A group, after those kept back of it."""
    shown = [one for one in members if not audited(one)]
    for one in members:
        if audited(one):
            yield Asked(None, (one,), ("audit",), (label,))
    if len(shown) >= LEAST_GROUP:
        yield Asked(label, tuple(shown), _all("group", shown), (label,) * len(shown))
    else:
        for one in shown:
            yield Asked(None, (one,), ("alone",), (label,))


def _all(way: Way, samples: Sequence[str]) -> tuple[Way, ...]:
    return (way,) * len(samples)


def due(labels: int, classes: Collection[str], learned: int) -> bool:
    """Whether the model should learn (again): enough labels of two classes, and enough new ones."""
    return len(classes) >= 2 and labels >= FIRST and labels - learned >= EVERY
