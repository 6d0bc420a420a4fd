"""Personal data in samples. A finding names kinds and counts, never the data itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tl_core.checks import check
from tl_core.checks.examined import Looked
from tl_core.domain.finding import DropRemedy, Finding
from tl_core.domain.text import Text, counted

SEEN_WRONGLY = frozenset({"name"})  # now and then: a nickname, somebody in a film


def find_personal_data(examined: Looked) -> Iterator[Finding]:
    """One finding for all kinds; those with most kinds first, for they say most about somebody."""
    found = [(look.personal, sample.id) for look, sample in zip(examined.looks, examined.samples, strict=True)]
    found = sorted(((kinds, one) for kinds, one in found if kinds), key=lambda pair: -len(pair[0]))
    if not found:
        return
    counts = Counter(kind for kinds, _ in found for kind in kinds)
    listed = counted((Text(key=f"personal.{kind}"), count) for kind, count in counts.most_common())
    samples = [one for _, one in found]
    yield Finding(
        code="personal_found",
        level="note" if set(counts) <= SEEN_WRONGLY else "warning",
        values={"count": len(samples), "kinds": listed},
        samples=samples,
        remedies=[DropRemedy(samples=samples)],
    )


check("personal")(find_personal_data)  # of passages, too
