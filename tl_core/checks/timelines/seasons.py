"""Too little past to see what comes back every year, week or day."""

from __future__ import annotations

from collections.abc import Iterator

from tl_core.checks.timelines import check
from tl_core.checks.timelines.examined import Timelines
from tl_core.domain.finding import Finding
from tl_core.evaluation.seasons import CYCLES


@check("timeline_seasons")
def seasons(examined: Timelines) -> Iterator[Finding]:
    """Series that do not reach over two of the longest season that the calendar knows for their pace."""
    if not examined.likely:
        return
    longest = max(examined.likely)
    short = [id_ for id_, one in examined.each() if len(one.values) < CYCLES * longest]
    if short:
        yield Finding(
            code="timeline_seasons",
            level="note",
            values={"count": len(short), "season": longest, "wanted": CYCLES * longest},
            samples=short,
        )
