"""The same series more than once: it counts more than others in every figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines, listed
from tl_core.domain.finding import Finding


@check("timeline_copies")
def copies(examined: Timelines) -> Iterator[Finding]:
    """Series of the same values at the same moments, whatever they are called."""
    alike: dict[bytes, list[tuple[str, str]]] = defaultdict(list)
    for id_, one in examined.each():
        known = np.where(np.isnan(one.values), np.nan, one.values)  # one kind of NaN
        alike[one.times[: len(known)].tobytes() + known.tobytes()].append((id_, one.name))
    clusters = [them for them in alike.values() if len(them) > 1]
    if not clusters:
        return
    again = [id_ for them in clusters for id_, _ in them[1:]]
    yield Finding(
        code="timeline_copies",
        level="warning",
        values={"count": len(again), "names": listed([name for them in clusters for _, name in them])},
        samples=[id_ for them in clusters for id_, _ in them],
        clusters=[[id_ for id_, _ in them] for them in clusters],
        remedies=examined.leaving_out(again),
    )
