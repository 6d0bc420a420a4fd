"""Series that do not move, or have stopped moving: a dead sensor, a product no longer sold, a column filled in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines, listed, moment
from tl_core.domain.finding import Finding

LEAST = 6  # equal values at the end that are worth a look
LONGER = 4  # times as long as any standstill before


@check("timeline_flat")
def flat(examined: Timelines) -> Iterator[Finding]:
    """Series of one value throughout, and such that stand still at their end as never before."""
    dead, stuck = [], {}
    for id_, one in examined.each():
        known = one.values[np.isfinite(one.values)]
        runs = _standstills(known)
        if len(runs) == 1:
            dead.append((id_, one.name))
        elif runs[-1] >= LEAST and runs[-1] >= LONGER * max(runs[:-1]):
            stuck[id_] = (one.name, moment(one, _since(one.values)), runs[-1])
    if dead:
        ids = [id_ for id_, _ in dead]
        yield Finding(
            code="timeline_flat",
            level="warning",
            values={"count": len(dead), "names": listed([name for _, name in dead])},
            samples=ids,
            remedies=examined.leaving_out(ids),
        )
    if stuck:
        ids = sorted(stuck, key=lambda id_: -stuck[id_][2])
        name, since, steps = stuck[ids[0]]
        yield Finding(
            code="timeline_stuck",
            level="warning",
            values={"count": len(ids), "name": name, "since": since, "steps": steps},
            samples=ids,
            remedies=examined.leaving_out(ids),
        )


def _standstills(known: np.ndarray) -> list[int]:
    """Lengths of the runs of equal values in ``known`` (time,), in their order."""
    ends = np.flatnonzero(np.diff(known) != 0) + 1
    return np.diff(np.concatenate([[0], ends, [len(known)]])).tolist()


def _since(values: np.ndarray) -> int:
    """Where the last standstill of ``values`` (time,), NaN for gaps, begins."""
    there = np.flatnonzero(np.isfinite(values))
    moved = np.flatnonzero(np.diff(values[there]) != 0)
    return int(there[moved[-1] + 1])
