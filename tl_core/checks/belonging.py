"""Ways in which samples may belong together: by what their names share, by blocks of neighbours in an order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tl_core.checks import Omit
from tl_core.checks.enough import LEAST_GROUPS, distinct
from tl_core.checks.examined import Examined
from tl_core.data.signs import LINE, ORDER, SHARED, Signs, kept, signs

FEWEST = 3  # groups: with two there is nothing to learn from, choose by and be examined on
LARGEST = 0.8  # share of the largest group: what nearly all share says nothing
LEAST_JOINED = 0.2  # share of samples that come together with others
BLOCKS = (15, 30, 60)  # that an order is cut into: how long a run of like samples lasts is not known
LEAST_BLOCK = 3  # samples
HIDDEN = re.compile(r"[0-9a-f]{12}")  # a pseudonym


class Candidate(NamedTuple):
    """Groups that may be. ``groups`` (n,) codes, in which the dataset's own groups stay whole."""

    sign: str  # kind of ``data.signs``
    groups: np.ndarray
    names: list[str | None]  # (n,) of the group; None: a sample that joins no other


def signs_of(examined: Examined) -> list[Signs]:
    """What each sample's name tells. Raises Omit where names were hidden before their signs were kept."""
    found = [kept(sample.traits) for sample in examined.samples]
    if any(found):
        return found
    sources = [sample.source for sample in examined.samples]
    if all(HIDDEN.fullmatch(source) for source in sources):
        raise Omit("findings.names_hidden")
    return signs(sources)


def by_names(examined: Examined, known: Sequence[Signs]) -> list[Candidate]:
    """What names share, each partition once; only those that leave something to learn from and to judge by."""
    found = [_candidate(examined, kind, [_text(own.get(kind)) for own in known]) for kind in SHARED]
    return _distinct(candidate for candidate in found if _possible(examined, candidate))


def by_order(examined: Examined, known: Sequence[Signs]) -> list[Candidate]:
    """Blocks of neighbours in the samples' lines, groups whole, in several lengths."""
    found = [_candidate(examined, ORDER, _blocks(examined, known, count)) for count in BLOCKS]
    return _distinct(candidate for candidate in found if _possible(examined, candidate))


def finer(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether each group of ``one`` lies within a group of ``other``; both (n,) codes."""
    return bool(distinct(other, one).max() == 1)


def beside(known: Sequence[Signs], nearest: np.ndarray, reach: int = 2) -> float:
    """Share of samples whose most alike other lies at most ``reach`` places away in their line; ``nearest`` (n,)."""
    near = [
        LINE in own and own[LINE] == known[other].get(LINE) and abs(int(own[ORDER]) - int(known[other][ORDER])) <= reach
        for own, other in zip(known, nearest.tolist(), strict=True)
    ]
    return float(np.mean(near))


def joined(groups: np.ndarray, names: Sequence[str | None]) -> np.ndarray:
    """(n,) codes: samples of one group of ``groups`` (n,), or of one name, are together, and so on from each to each.

    Codes count in the order of their first samples, so equal partitions have equal codes.
    """
    _, unit = np.unique(groups, return_inverse=True)
    named = [number for number, name in enumerate(names) if name is not None]
    _, name = np.unique([names[number] or "" for number in named], return_inverse=True)
    first = int(unit.max()) + 1
    size = first + len(named)
    links = coo_array((np.ones(len(named)), (unit[named], first + name)), shape=(size, size))
    component = connected_components(links, directed=False)[1][unit]
    _, start, code = np.unique(component, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(start))[code]


def _candidate(examined: Examined, kind: str, names: Sequence[str | None]) -> Candidate:
    codes = joined(examined.groups, names)
    called: dict[int, str] = {}
    for code, name in zip(codes.tolist(), names, strict=True):
        if name is not None:
            called[code] = min(name, called.get(code, name))
    alone = np.bincount(codes)[codes] == 1
    return Candidate(kind, codes, [None if alone[n] else called.get(code) for n, code in enumerate(codes.tolist())])


def _possible(examined: Examined, candidate: Candidate) -> bool:
    chosen = examined.learning
    codes, labels = candidate.groups[chosen], examined.labels[chosen]
    sizes = np.bincount(codes)
    together = sizes[distinct(examined.groups[chosen], codes) > 1].sum()
    return bool(
        np.count_nonzero(sizes) >= FEWEST
        and sizes.max() <= LARGEST * len(codes)
        and together >= LEAST_JOINED * len(codes)
        and distinct(codes, labels)[np.unique(labels)].min() >= LEAST_GROUPS
    )


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    return list({candidate.groups.tobytes(): candidate for candidate in candidates}.values())


def _blocks(examined: Examined, known: Sequence[Signs], count: int) -> list[str | None]:
    """The name of each sample's block, of about ``len(known) / count`` samples; None in a line as short as a block."""
    wanted = max(LEAST_BLOCK, len(known) / count)
    lines: dict[str, list[int]] = {}
    for number, own in enumerate(known):
        if LINE in own:
            lines.setdefault(str(own[LINE]), []).append(number)
    names: list[str | None] = [None] * len(known)
    for line, members in lines.items():
        parts = round(len(members) / wanted)
        if parts < 2:
            continue
        places: dict[int, list[int]] = {}  # of each group in this line
        for number in members:
            places.setdefault(int(examined.groups[number]), []).append(int(known[number][ORDER]))
        middle = {group: float(np.median(found)) for group, found in places.items()}
        ordered = sorted(members, key=lambda n: (middle[int(examined.groups[n])], examined.groups[n]))
        start = 0
        for place, number in enumerate(ordered):
            if place == 0 or examined.groups[number] != examined.groups[ordered[place - 1]]:
                start = place  # a group goes where its first sample falls
            names[number] = f"{line} {1 + start * parts // len(members)}"
    return names


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
