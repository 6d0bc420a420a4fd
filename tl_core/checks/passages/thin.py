"""Documents with hardly any text: scanned pages, a cover, a page that only a program fills."""

from __future__ import annotations

from collections.abc import Iterator

from tl_core.checks.passages import check
from tl_core.checks.passages.examined import Passages
from tl_core.domain.finding import Finding
from tl_core.domain.text import Texts

LEAST = 150  # characters
NAMED = 3


@check("passage_thin")
def find_thin_documents(examined: Passages) -> Iterator[Finding]:
    """Tables of questions are none: short answers are answers."""
    thin = {
        name: samples
        for name, samples in examined.documents.items()
        if sum(len(sample.text or "") for sample in samples) < LEAST
        and not any(sample.place and sample.place.asked for sample in samples)
    }
    if thin:
        names = [*list(thin)[:NAMED], *(["…"] if len(thin) > NAMED else [])]
        yield Finding(
            code="passage_thin",
            level="note",
            values={"count": len(thin), "names": Texts(texts=names)},
            samples=[sample.id for samples in thin.values() for sample in samples],
        )
