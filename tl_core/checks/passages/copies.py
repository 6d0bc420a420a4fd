"""The same passage in several documents: an old edition beside the new one, or a notice that is printed everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from tl_core.checks.passages import check
from tl_core.checks.passages.examined import Passages
from tl_core.domain.dataset import Sample
from tl_core.domain.finding import DropRemedy, Finding

LEAST = 80  # characters: what is shorter says little wherever it stands
MUCH = 0.1  # of all passages, from which on answers suffer


@check("passage_copies")
def find_copies(examined: Passages) -> Iterator[Finding]:
    """Equal but for case and spaces. The first of each may stay."""
    same: dict[str, list[Sample]] = {}
    for sample in examined.samples:
        text = " ".join((sample.text or "").split()).casefold()
        if len(text) >= LEAST:
            same.setdefault(text, []).append(sample)
    clusters = [found for found in same.values() if len({one.source for one in found}) > 1]
    if not clusters:
        return
    clusters.sort(key=len, reverse=True)
    further = [one.id for found in clusters for one in found[1:]]
    yield Finding(
        code="passage_copies",
        level="warning" if len(further) >= MUCH * len(examined.samples) else "note",
        values={"count": len(further), "documents": len({one.source for found in clusters for one in found})},
        samples=further,
        clusters=[[one.id for one in found] for found in clusters],
        remedies=[DropRemedy(samples=further)],
    )
