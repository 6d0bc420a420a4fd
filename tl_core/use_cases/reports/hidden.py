"""Names that a report does not tell: of samples, files, folders and groups, and paths, whoever's they are.

A value that holds one goes whole: what is left of a name may be enough to know whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tl_core.domain.dataset import Dataset
from tl_core.domain.text import Text, Texts, Value

GONE = "…"
_ALWAYS = ("file", "first")  # values of texts that are names of files or samples, also of some that never came in
_SHORTEST = 3  # signs: shorter names are looked for as a whole value only, or every "A" would go
_MOST_WORDS = 6  # of a name within a longer value
_PATH = re.compile(
    r"(?<!\w)(?:[A-Za-z]:|~|\.{1,2})?[\\/]\w"  # from a root, a drive, a home
    r"|\w[\\/][^\\/]*[^\W\d][^\\/]*[\\/]"  # a folder in a folder; a date has only digits
    r"|\w\.(?:[A-Za-z]{2,5}|mp[34]|m4a|7z)(?:\.gz)?(?![\w.])",  # a file
)
_EDGES = " \t\n\"'“”„‘’«»‹›「」（）()[]{},;:.!?"


class Hidden:
    """``names``: not told."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    @classmethod
    def of(cls, dataset: Dataset) -> Hidden:
        """All names of samples, refused files, their folders and groups; those of classes are told."""
        sources = {one.source for one in dataset.samples} | {one.source for one in dataset.refusals}
        found = {part for source in sources for part in _parts(source)}
        found |= {str(one.group) for one in dataset.samples if one.group}
        return cls(frozenset(found - set(dataset.classes)))

    def value(self, name: str, value: Value) -> Value:
        """As it may stand in a report; ``name``: of its place in a text. Numbers are told."""
        match value:
            case Texts():
                return value.model_copy(update={"texts": [self.value(name, one) for one in value.texts]})
            case Text():
                values = {part: self.value(part, one) for part, one in value.values.items()}
                return value.model_copy(update={"values": values})
            case str():
                return GONE if name in _ALWAYS or self.holds(value) else value
        return value

    def holds(self, text: str) -> bool:
        """Whether a name that is not told, or a path, stands in ``text``."""
        return text in self.names or bool(_PATH.search(text)) or any(span in self.names for span in _spans(text))


def _parts(source: str) -> Iterator[str]:
    """A name as it came, each folder of it, and its file with and without its ending."""
    yield source
    parts = [part for part in re.split(r"[\\/]", source) if part]
    yield from parts
    if parts:
        yield parts[-1].rpartition(".")[0] or parts[-1]


def _spans(text: str) -> Iterator[str]:
    """Every few words of it that stand side by side."""
    places = [match.span() for match in re.finditer(r"\S+", text)]
    for first in range(len(places)):
        for last in range(first, min(len(places), first + _MOST_WORDS)):
            span = text[places[first][0] : places[last][1]].strip(_EDGES)
            if len(span) >= _SHORTEST and not span.isdigit():
                yield span
