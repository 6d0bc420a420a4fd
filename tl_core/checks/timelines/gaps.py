"""Series with much missing: what stands in a gap is a guess, and a model learns from it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines, listed
from tl_core.domain.finding import Finding

MANY = 0.1  # of a series' moments missing: good to know
MOST = 0.3  # a forecast rests on guesses


@check("timeline_gaps")
def gaps(examined: Timelines) -> Iterator[Finding]:
    """Series of which more than a tenth is missing between their ends."""
    missing = {id_: float(np.isnan(one.values).mean()) for id_, one in examined.each()}
    found = sorted((id_ for id_ in missing if missing[id_] > MANY), key=lambda id_: -missing[id_])
    if not found:
        return
    names = dict(zip(examined.ids, (one.name for one in examined.series), strict=True))
    worst = missing[found[0]]
    yield Finding(
        code="timeline_gaps",
        level="warning" if worst > MOST else "note",
        values={"count": len(found), "names": listed([names[id_] for id_ in found]), "worst": round(100 * worst)},
        samples=found,
        remedies=examined.leaving_out(found),
    )
