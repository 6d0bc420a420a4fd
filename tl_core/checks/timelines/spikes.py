"""Single values far from those on either side: a typing error, a unit mixed up, a day like no other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines, listed, moment
from tl_core.data.series.timeline import Timeline
from tl_core.domain.finding import Finding

FAR = 12.0  # times the usual distance from what lies on either side
NORMAL = 1.4826  # standard deviations of a normal curve in a median absolute deviation
ALONE = 1.5  # times as far as those on either side: a spike is twice, a jump once
MANY = 0.01  # of the values: then it is how this series is
SHOWN = 3  # moments told


@check("timeline_spikes")
def spikes(examined: Timelines) -> Iterator[Finding]:
    """Values far from the middle of their two neighbours, measured by how far others of the series are."""
    found: dict[str, tuple[Timeline, np.ndarray]] = {}
    for id_, one in examined.each():
        places = _far(one.values)
        if 0 < len(places) <= max(1, MANY * len(one.values)):
            found[id_] = (one, places)
    if not found:
        return
    ids = sorted(found, key=lambda id_: -len(found[id_][1]))
    one, places = found[ids[0]]
    yield Finding(
        code="timeline_spikes",
        level="note",
        values={
            "count": sum(len(places) for _, places in found.values()),
            "name": one.name,
            "moments": listed([moment(one, place) for place in places.tolist()], SHOWN),
        },
        samples=ids,
    )


def _far(values: np.ndarray) -> np.ndarray:
    """Places of such values in ``values`` (time,)."""
    if len(values) < 3:
        return np.zeros(0, dtype=np.int64)
    off = np.zeros(len(values))
    off[1:-1] = np.nan_to_num(values[1:-1] - (values[:-2] + values[2:]) / 2)
    size = np.abs(off)
    usual = NORMAL * np.median(size[size > 0]) if (size > 0).any() else 0.0
    if not usual:
        return np.zeros(0, dtype=np.int64)
    around = np.maximum(np.roll(size, 1), np.roll(size, -1))
    return np.flatnonzero((size > FAR * usual) & (size > ALONE * around))
