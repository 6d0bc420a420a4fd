"""Columns said to be known beforehand that are the answer in disguise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines, listed
from tl_core.domain.finding import Finding

SAME = 0.98  # correlation of the changes from step to step
LEAST = 16  # moments to tell by


@check("timeline_given")
def given(examined: Timelines) -> Iterator[Finding]:
    """Known columns that rise and fall with the series at the very same moments: who knew them knew the series."""
    found: dict[str, list[str]] = {}
    for id_, one in examined.each():
        for name, column in zip(one.known_names, one.known, strict=True):
            if abs(_likeness(one.values, column[: len(one.values)])) > SAME:
                found.setdefault(name, []).append(id_)
    if found:
        yield Finding(
            code="timeline_given",
            level="alarm",
            values={"count": len(found), "names": listed(list(found))},
            samples=list(dict.fromkeys(id_ for ids in found.values() for id_ in ids)),
        )


def _likeness(values: np.ndarray, column: np.ndarray) -> float:
    """Correlation of the changes of both (time,)."""
    ours, theirs = np.diff(values), np.diff(column)
    there = np.isfinite(ours) & np.isfinite(theirs)
    if there.sum() < LEAST or not ours[there].std() or not theirs[there].std():
        return 0.0
    return float(np.corrcoef(ours[there], theirs[there])[0, 1])
