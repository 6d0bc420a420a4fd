"""The same picture, sound or text more than once: with other pixels, another crop, a few other words.

Equal content is dealt with on entry. Here the nearest neighbours of each sample, by the starting model's features and
by sketches, are really compared with it. What shows nothing, a blank picture, silence or a constant, has no copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tl_core.checks import check
from tl_core.checks.examined import AT_ONCE, Examined
from tl_core.domain.finding import DropRemedy, Finding, GroupRemedy, Level, Remedy
from tl_core.domain.text import Value
from tl_core.modalities.look import COPY

FEW = 5  # nearest neighbours that a copy is looked for among, of each kind
NOTHING = frozenset({"blank", "silent", "constant"})  # flaws of what cannot be a copy
LIKELY = 0.8  # product of sketches below which a pair is not compared; copies were seen to have 0.9 and more


class Cluster(NamedTuple):
    """Numbers of samples that are copies of each other, directly or through others; how alike the least alike are."""

    members: list[int]
    alike: float


@check("copies")
def find_copies(examined: Examined) -> Iterator[Finding]:
    """Copies of several classes contradict each other; copies in several subsets make figures too good."""
    torn, across, near = [], [], []
    for cluster in clusters_of(examined, _alike_pairs(examined)):
        if len(set(examined.labels[cluster.members])) > 1:
            torn.append(cluster)
        elif len(set(examined.subset[cluster.members])) > 1:
            across.append(cluster)
        else:
            near.append(cluster)
    yield from _finding(examined, "copies_torn", "warning", torn, [_drop(examined, [one.members for one in torn])])
    whole: tuple[tuple[str, Level, list[Cluster]], ...] = (
        ("copies_across", "alarm", across),
        ("copies_near", "note", near),
    )
    for code, level, found in whole:
        spare = [_all_but_one(examined, one.members) for one in found]
        remedies: list[Remedy] = [*kept_together(examined, [one.members for one in found]), _drop(examined, spare)]
        yield from _finding(examined, code, level, found, remedies)


def clusters_of(examined: Examined, pairs: dict[tuple[int, int], float]) -> list[Cluster]:
    """The surest first."""
    if not pairs:
        return []
    count = len(examined.samples)
    ends = np.array(list(pairs))
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, codes = connected_components(links, directed=False)
    alike: dict[int, float] = {}
    for (one, _), value in pairs.items():
        alike[codes[one]] = min(value, alike.get(codes[one], 1.0))
    found = [Cluster(np.flatnonzero(codes == code).tolist(), value) for code, value in alike.items()]
    return sorted(found, key=lambda cluster: (-cluster.alike, cluster.members))


def kept_together(examined: Examined, clusters: Iterable[list[int]]) -> list[GroupRemedy]:
    """One group for all that belong to the groups of a cluster's members; nothing where they are in one already."""
    codes = examined.groups
    ends = [(int(codes[cluster[0]]), int(codes[member])) for cluster in clusters for member in cluster[1:]]
    apart = np.array([pair for pair in ends if pair[0] != pair[1]], dtype=np.int64).reshape(-1, 2)
    if not len(apart):
        return []
    size = int(codes.max()) + 1
    _, joint = connected_components(coo_array((np.ones(len(apart)), apart.T), shape=(size, size)), directed=False)
    groups: dict[str, str] = {}
    for code in np.unique(joint[apart]):
        members = [examined.samples[k] for k in np.flatnonzero(joint[codes] == code).tolist()]
        known = sorted(member.group for member in members if member.group is not None)
        name = known[0] if known else f"copies-{members[0].id}"
        groups.update({member.id: name for member in members})
    return [GroupRemedy(groups=groups)]


def _alike_pairs(examined: Examined) -> dict[tuple[int, int], float]:
    """Pairs of numbers, the smaller first, that are more alike than ``COPY``."""
    found: dict[tuple[int, int], float] = {}
    for number, (one, other) in enumerate(_candidates(examined)):
        if number % 100 == 0:
            examined.pause()
        value = examined.alike(examined.samples[one], examined.samples[other])
        if value > COPY:
            found[one, other] = value
    return found


def _candidates(examined: Examined) -> list[tuple[int, int]]:
    """Neighbours in either sense whose sketches agree, in the order of their numbers."""
    sketches = [look.sketch for look in examined.looks if look.sketch is not None]
    nearest = examined.neighbours[0][:, :FEW]
    if len(sketches) < len(examined.samples):
        pairs = _pairs(nearest)
    else:
        table = np.stack(sketches)
        pairs = np.unique(np.concatenate([_pairs(nearest), _pairs(_nearest_sketches(table, examined))]), axis=0)
        pairs = pairs[_agreement(table, pairs) >= LIKELY]
    blank = np.array([bool(NOTHING.intersection(look.flaws)) for look in examined.looks], dtype=bool)
    return [(int(one), int(other)) for one, other in pairs if not (blank[one] or blank[other])]


def _pairs(nearest: np.ndarray) -> np.ndarray:
    """(pair, 2) numbers, the smaller first, each pair once, from (sample, neighbour)."""
    ends = np.stack([np.repeat(np.arange(len(nearest)), nearest.shape[1]), nearest.ravel()], axis=1)
    return np.unique(np.sort(ends, axis=1), axis=0).astype(np.int64)


def _nearest_sketches(sketches: np.ndarray, examined: Examined) -> np.ndarray:
    """(sample, neighbour): those whose views show most nearly what a sample is as a whole."""
    count = min(FEW, len(sketches) - 1)
    views = np.ascontiguousarray(sketches.transpose(1, 2, 0))
    found = []
    for start in range(0, len(sketches), AT_ONCE):
        own = sketches[start : start + AT_ONCE, 0]
        best = np.full((len(own), len(sketches)), -1.0, dtype=np.float32)
        for view in views:
            examined.pause()
            np.maximum(best, own @ view, out=best)
        best[np.arange(len(own)), start + np.arange(len(own))] = -np.inf
        found.append(np.argpartition(-best, count - 1, axis=1)[:, :count] if count else best[:, :0].astype(np.int64))
    return np.concatenate(found)


def _agreement(sketches: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """(pair,) how well the one as a whole fits a view of the other."""
    found = np.zeros(len(pairs))
    for start in range(0, len(pairs), AT_ONCE):
        one, other = sketches[pairs[start : start + AT_ONCE].T]
        fits = (np.einsum("pn,pvn->pv", first[:, 0], second) for first, second in ((one, other), (other, one)))
        found[start : start + AT_ONCE] = np.maximum(*(fit.max(axis=1) for fit in fits))
    return found


def _finding(
    examined: Examined, code: str, level: Level, clusters: Sequence[Cluster], remedies: Sequence[Remedy]
) -> Iterator[Finding]:
    if not clusters:
        return
    named = [[examined.samples[k].id for k in cluster.members] for cluster in clusters]
    samples = [sample for cluster in named for sample in cluster]
    values: dict[str, Value] = {"count": len(clusters), "samples": len(samples)}
    yield Finding(code=code, level=level, values=values, samples=samples, clusters=named, remedies=list(remedies))


def _all_but_one(examined: Examined, members: list[int]) -> list[int]:
    """What the exam asks stays, as on entry; else the first."""
    kept = next((k for k in members if examined.subset[k] == "test"), members[0])
    return [k for k in members if k != kept]


def _drop(examined: Examined, clusters: Iterable[list[int]]) -> DropRemedy:
    return DropRemedy(samples=[examined.samples[k].id for members in clusters for k in members])
