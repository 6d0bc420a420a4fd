"""Languages of texts: several at once, or one that the starting model has never seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tl_core.checks import check
from tl_core.checks.examined import Looked
from tl_core.data.languages import UNKNOWN, language_text
from tl_core.domain.finding import DropRemedy, Finding
from tl_core.domain.text import Texts, counted

SEEN = 0.01  # of the texts, and three of them: what is rarer is mostly a wrong guess
LEAST = 3
MIXED = 0.05  # of the texts: a language that the model must learn the task in as well


def find_languages(examined: Looked) -> Iterator[Finding]:
    """Nothing where samples have no language. What cannot be told apart counts as neither known nor unknown."""
    languages = [look.kinds.get("language", UNKNOWN) for look in examined.looks]
    counts = Counter(language for language in languages if language != UNKNOWN)
    total = sum(counts.values())
    found = [name for name, count in counts.most_common() if count >= max(LEAST, SEEN * total)]
    known = {code.lower().partition("-")[0] for code in examined.card.languages}
    unseen = [name for name in found if known and name not in known] if "multilingual" not in known else []
    if unseen:
        samples = _samples(examined, languages, unseen)
        yield Finding(
            code="languages_unseen",
            level="warning",
            values={
                "count": len(samples),
                "languages": _listed(unseen, counts),
                "model": examined.card.title,
            },
            samples=samples,
            remedies=[DropRemedy(samples=samples)],
        )
    frequent = [name for name in found if counts[name] >= MIXED * total]
    if len(frequent) > 1:
        yield Finding(
            code="languages_mixed",
            level="note",
            values={
                "count": len(frequent),
                "languages": _listed(frequent, counts),
            },
            samples=_samples(examined, languages, frequent[1:]),
        )


check("languages")(find_languages)  # of passages, too


def _samples(examined: Looked, languages: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Of the wanted languages, in their order."""
    return [
        sample.id
        for name in wanted
        for sample, language in zip(examined.samples, languages, strict=True)
        if language == name
    ]


def _listed(names: Sequence[str], counts: Counter[str]) -> Texts:
    return counted((language_text(name), counts[name]) for name in names)
