"""Which samples have become more or fewer: by values of a table's columns, by traits, and which gaps are more than
chance.

Each share of the one side is compared with the other's by Fisher's exact test; samples of one group count for as much
as they say (``proportions.effective``), and the p-values of all shares looked at are corrected together (Holm 1979).
The interval of a gap is put together from the exact ones of both shares (MOVER, Newcombe 1998).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tl_core.domain.report import Metric
from tl_core.domain.shift import Moved
from tl_core.evaluation.intervals import LEAST_UNITS, Groups, units_of
from tl_core.evaluation.proportions import between, counts, effective
from tl_core.evaluation.slices import LEAST_SAMPLES, MOST_VALUES, holm
from tl_core.modalities.look import Look

TAIL = 0.1  # of those learned from are below a trait's lower limit, as many above its upper one
BANDED = (  # traits that people have words for; texts ``traits.<name>_low`` and ``traits.<name>_high``
    "brightness", "contrast", "sharpness", "colourfulness", "width", "height", "border_black",
    "words", "capitals", "digits", "punctuation", "links", "line_breaks",
    "seconds", "level", "noise_floor", "pauses", "bandwidth",
    "moments", "swing", "noisy", "gaps",
)  # fmt: skip


@dataclass
class Described:
    """Samples (n) by what is known of them without a model."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)  # name -> value of each, "" where it has none
    looks: Sequence[Look] = ()
    groups: Groups = None


def columns_of(rows: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Attributes of samples as columns; names alike but for their case are the same."""
    folded = [{name.casefold(): value for name, value in row.items()} for row in rows]
    names = {name.casefold(): name for row in reversed(rows) for name in row}
    return {shown: [row.get(name, "") for row in folded] for name, shown in names.items()}


@dataclass(frozen=True)
class _Part:
    """What one share is of: ``before`` and ``now`` say who belongs to it, among whom ``known_*`` anything is known."""

    facts: dict
    before: np.ndarray
    now: np.ndarray
    known_before: np.ndarray
    known_now: np.ndarray


def moved(old: Described, new: Described, named: Sequence[str], classes: Sequence[str]) -> list[Moved]:
    """Every share there is, the largest proven gap first. ``named``: the class named for each of ``new``."""
    parts = [*_by_columns(old, new), *_by_kinds(old, new), *_by_bands(old, new)]
    said = np.asarray(named, dtype=object)
    found = [_compared(part, old.groups, new.groups, said, classes) for part in parts]
    adjusted = holm([one.chance for one in found])
    found = [one.model_copy(update={"chance": chance}) for one, chance in zip(found, adjusted, strict=True)]
    return sorted(found, key=lambda one: (not one.proven, -abs(one.gap.value)))


def _by_columns(old: Described, new: Described) -> Iterator[_Part]:
    there = {name.casefold(): values for name, values in new.columns.items()}
    for name, values in old.columns.items():
        if name.casefold() in there:
            yield from _by_values({"of": "column", "name": name}, values, there[name.casefold()])


def _by_kinds(old: Described, new: Described) -> Iterator[_Part]:
    if not old.looks or not new.looks:
        return
    for name in old.looks[0].kinds:
        values = [[look.kinds.get(name, "") for look in side.looks] for side in (old, new)]
        yield from _by_values({"of": "kind", "name": name}, *values)


def _by_values(facts: dict, before: Sequence[str], now: Sequence[str]) -> Iterator[_Part]:
    """The commonest values of either side."""
    sides = [np.asarray(side, dtype=object) for side in (before, now)]
    known = [side != "" for side in sides]
    if min(int(one.sum()) for one in known) < LEAST_SAMPLES:
        return
    common: defaultdict[str, float] = defaultdict(float)
    for side, there in zip(sides, known, strict=True):
        for value, count in Counter(side[there].tolist()).items():
            common[value] += count / int(there.sum())
    if len(common) < 2:
        return
    for value in sorted(common, key=lambda one: -common[one])[:MOST_VALUES]:
        yield _Part({**facts, "value": value}, sides[0] == value, sides[1] == value, *known)


def _by_bands(old: Described, new: Described) -> Iterator[_Part]:
    """Both ends of each trait, with limits from those learned from."""
    if min(len(old.looks), len(new.looks)) < LEAST_SAMPLES:
        return
    everybody = [np.ones(len(side.looks), dtype=bool) for side in (old, new)]
    for name in BANDED:
        if name not in old.looks[0].traits:
            continue
        before, now = (np.array([look.traits[name] for look in side.looks]) for side in (old, new))
        low, high = (float(limit) for limit in np.quantile(before, [TAIL, 1 - TAIL]))
        for value, limit, one, other in (
            ("low", low, before < low, now < low), ("high", high, before > high, now > high),
        ):  # fmt: skip
            if one.any() or other.any():
                yield _Part({"of": "band", "name": name, "value": value, "limit": limit}, one, other, *everybody)


def _compared(part: _Part, old_groups: Groups, new_groups: Groups, said: np.ndarray, classes: Sequence[str]) -> Moved:
    told, filled = [], []
    for inside, known, groups in (
        (part.before, part.known_before, old_groups), (part.now, part.known_now, new_groups),
    ):  # fmt: skip
        units = units_of(groups, len(inside))
        over, under = counts(inside & known, units), counts(known, units)
        filled.append(int((under > 0).sum()))
        told.append((float(over.sum() / under.sum()), *effective(over, under)))
    (before, right_before, all_before), (now, right_now, all_now) = told
    gap = Metric(value=now - before, samples=int(part.known_now.sum()), groups=filled[1])
    here = said[part.now & part.known_now]
    facts = {
        **part.facts, "samples": len(here), "before": before, "now": now,
        "named": {label: float((here == label).mean()) for label in classes} if len(here) else {},
    }  # fmt: skip
    if min(filled) < LEAST_UNITS:
        return Moved(**facts, gap=gap)
    low, high = _interval(before, between(right_before, all_before), now, between(right_now, all_now))
    gap = gap.model_copy(update={"low": low, "high": high, "method": "exact"})
    return Moved(**facts, gap=gap, chance=_chance(right_before, all_before, right_now, all_now))


def _interval(
    before: float, around_before: tuple[float, float], now: float, around_now: tuple[float, float]
) -> tuple[float, float]:
    """Of the difference between two independent shares."""
    down = np.hypot(now - around_now[0], around_before[1] - before)
    up = np.hypot(around_now[1] - now, before - around_before[0])
    return float(max(-1.0, now - before - down)), float(min(1.0, now - before + up))


def _chance(right_before: float, all_before: float, right_now: float, all_now: float) -> float:
    """Fisher's exact test of effective counts, made whole."""
    from scipy.stats import fisher_exact

    table = []
    for right, trials in ((right_before, all_before), (right_now, all_now)):
        whole = int(trials)
        hits = min(whole, round(right * whole / trials)) if whole else 0
        table.append([hits, whole - hits])
    return float(fisher_exact(table)[1])
