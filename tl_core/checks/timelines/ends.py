"""Series that ended long before the others: nobody asks how they go on, and yet they count."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines, listed
from tl_core.domain.finding import Finding

LATE = 0.1  # of the time that all of them span


@check("timeline_ends")
def ends(examined: Timelines) -> Iterator[Finding]:
    """Series whose last value is older than that of most others by a tenth of the whole time, and by a season."""
    if len(examined.series) < 2:
        return
    last = np.array([one.end for one in examined.series])
    first = min(int(one.times[0]) for one in examined.series)
    step = float(np.median(np.diff(examined.series[0].times)))
    usual = float(np.median(last))
    late = np.flatnonzero(usual - last > max(LATE * (usual - first), examined.season * step)).tolist()
    if not late:
        return
    ids = [examined.ids[number] for number in late]
    yield Finding(
        code="timeline_ends",
        level="note",
        values={"count": len(ids), "names": listed([examined.series[number].name for number in late])},
        samples=ids,
        remedies=examined.leaving_out(ids),
    )
