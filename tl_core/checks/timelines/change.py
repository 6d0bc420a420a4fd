"""Series that end unlike they were: what was learned from their past may not hold any more."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines, last_part, listed
from tl_core.domain.finding import Finding

TIMES = 3.0  # as restless at the end as before, or as calm
LEAST = 12  # changes in the last quarter to tell by


@check("timeline_change")
def change(examined: Timelines) -> Iterator[Finding]:
    """Series whose values change, from one season to the next, far more or less in their last quarter than before.

    A trend is no such change: what it adds in a season is taken away, by its median.
    """
    found = {}
    for id_, one in examined.each():
        ratio = _ratio(one.values, examined.season)
        if ratio is not None and (ratio > TIMES or ratio < 1 / TIMES):
            found[id_] = (one.name, ratio)
    for restless in (True, False):
        ids = [id_ for id_, (_, ratio) in found.items() if (ratio > 1) == restless]
        if ids:
            ids.sort(key=lambda id_: -abs(np.log(found[id_][1])))
            ratio = found[ids[0]][1]
            yield Finding(
                code="timeline_restless" if restless else "timeline_calm",
                level="warning" if restless else "note",
                values={
                    "count": len(ids),
                    "names": listed([found[id_][0] for id_ in ids]),
                    "times": round(ratio if restless else 1 / ratio, 1),
                },
                samples=ids,
            )


def _ratio(values: np.ndarray, season: int) -> float | None:
    """Mean absolute change over a season in the last quarter of ``values`` (time,) / before it; None: cannot tell."""
    lag = season if len(values) > 3 * season else 1
    changes = values[lag:] - values[:-lag]
    place = last_part(values) - lag
    before, after = (_size(part) for part in (changes[:place], changes[place:]))
    if before is None or after is None or before == 0 or after == 0:
        return None
    return after / before


def _size(changes: np.ndarray) -> float | None:
    there = changes[np.isfinite(changes)]
    return float(np.abs(there - np.median(there)).mean()) if len(there) >= LEAST else None
